// Noise model of the damage that changes from picture to picture, for the motion search and temporal
// averaging. Twin: coding_noise.
//
// The shader that includes this also includes deartifact/shared/damage_model.wgsl and
// shared/noise_model.wgsl, and binds `model` and `noise`.

// Standard deviation of coding noise as a part of the threshold, and its upper limit in 8-bit code values.
// Both measured best on real video, where more smears faint texture.
const PART: f32 = 0.25;
const MOST: f32 = 5.0;
// Encoders quantize chroma more finely than luma.
const CHROMA_PART: f32 = 0.6;

// Writes `noise`. `gain` is the user's factor.
fn tell_coding_noise(gain: f32) {
    let deviation = gain * model.share * min(PART * exp2(level_at(model.quantizer)), MOST);
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
