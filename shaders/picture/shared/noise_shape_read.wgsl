// Reads the spectrum of the noise. The shader that includes this also includes shared/noise_model.wgsl, defines
// part: the component of this invocation, and binds the model: var<storage, read> noise: NoiseModel;

// Factors of the noise's spectrum in this component: for eight frequencies across, then down.
fn shape_of(index: u32) -> f32 {
    if (part.component == 0u) {
        return noise.shape_y[index];
    }
    if (part.component == 1u) {
        return noise.shape_u[index];
    }
    return noise.shape_v[index];
}

fn shape_quad(index: u32) -> vec4f {
    return vec4f(shape_of(index), shape_of(index + 1u), shape_of(index + 2u), shape_of(index + 3u));
}
