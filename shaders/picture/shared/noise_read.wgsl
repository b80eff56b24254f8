// Reads the noise model. The shader that includes this also includes shared/noise_model.wgsl and binds the
// model: var<storage, read> noise: NoiseModel;

// Variance of the luma noise where smoothed luma is y.
fn luma_variance(y: f32) -> f32 {
    let at = clamp(y / 16.0 - 0.5, 0.0, 15.0);
    let k = min(u32(at), 14u);
    return mix(noise.curve_y[k], noise.curve_y[k + 1u], at - f32(k));
}

// Variances of the noise of U and V where luma is y.
fn chroma_variance_at(y: f32) -> vec2f {
    let at = clamp(y / 16.0 - 0.5, 0.0, 15.0);
    let k = min(u32(at), 14u);
    let low = vec2f(noise.curve_u[k], noise.curve_v[k]);
    let high = vec2f(noise.curve_u[k + 1u], noise.curve_v[k + 1u]);
    return mix(low, high, at - f32(k));
}
