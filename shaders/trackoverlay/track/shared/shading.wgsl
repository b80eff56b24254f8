// How the light on the plane may change, and how well a light explains a part of it.

// Variance of the plate at which a part counts as half textured.
const TEXTURE: f32 = 40.0;
// Range of gain relative to the whole plane's: with texture, which can be recognised, and without.
const LEAST_GAIN: f32 = 0.05;
const MORE_WITHOUT: f32 = 0.45;
const MOST_GAIN_INVERSE: f32 = 0.12;
const LESS_WITHOUT: f32 = 0.6;
// Brightness of the plate, in codes, up to which all of the light may be missing, and from which little may without
// texture.
const DARK: f32 = 20.0;
const BRIGHT: f32 = 60.0;

// Energy of a window that lies outside of the frame.
const UNSEEN: f32 = 1e9;

// Least and most gain, relative to the whole plane's, for a part with these sums.
fn gain_range(part: CellSums) -> vec2f {
    let n = max(part.products.w, 1.0);
    let power = part.products.x / n;
    let mean = part.sums.x / n;
    let flat = 1.0 / (1.0 + max(power - mean * mean, 0.0) / TEXTURE);
    let bright = smoothstep(DARK, BRIGHT, sqrt(power));
    return vec2f(LEAST_GAIN + MORE_WITHOUT * flat * bright, 1.0 / (MOST_GAIN_INVERSE + LESS_WITHOUT * flat));
}

// Squared differences between the frame and the plate under a light.
fn energy_of(part: CellSums, gain: f32, bias: f32) -> f32 {
    let p = part.products;
    let s = part.sums;
    return p.z - 2.0 * gain * p.y + gain * gain * p.x - 2.0 * bias * s.y + 2.0 * gain * bias * s.x + bias * bias * p.w;
}
