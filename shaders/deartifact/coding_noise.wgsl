// From what is known of the damage to what of it comes and goes from picture to picture, in the form
// that the search for motion and the averaging along it take noise in.
// include: shared/damage_model.wgsl
// include: shared/noise_model.wgsl

struct CodingNoiseParams {
    // Factor of the operator.
    gain: f32,
}

var<immediate> params: CodingNoiseParams;
@group(0) @binding(0) var<storage, read> model: DamageModel;
@group(0) @binding(1) var<storage, read_write> noise: NoiseModel;

// Deviation as a part of the size of coefficients that may be damage, and the most of it; both measured
// best on real video, where more smears faint texture.
const PART: f32 = 0.25;
const MOST: f32 = 5.0;
// Encoders quantize chroma more finely than luma.
const CHROMA_PART: f32 = 0.6;

@compute @workgroup_size(1)
fn main() {
    let deviation = params.gain * model.share * min(PART * exp2(level_at(model.quantizer)), MOST);
    let chroma = CHROMA_PART * deviation;
    noise.mean_y = deviation * deviation;
    noise.mean_u = chroma * chroma;
    noise.mean_v = chroma * chroma;
    for (var k = 0u; k < 16u; k++) {
        noise.curve_y[k] = deviation * deviation;
        noise.curve_u[k] = chroma * chroma;
        noise.curve_v[k] = chroma * chroma;
    }
}
