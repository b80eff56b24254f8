// Spectrum of the noise in 8x8 DCT blocks: that of white noise under a Gaussian blur, separate across and
// down, fitted to the correlation of neighbouring samples. The mean over all coefficients but the first is 1.

// Share that no blur takes away: rounding.
const SHAPE_FLOOR: f32 = 0.01;
// Largest correlation that is told apart.
const MOST_CORRELATION: f32 = 0.9;
// Mean over frequencies of the power response of a sum of three, divided by 9.
const WHITE_MEAN_OF_THREE: f32 = 0.3888889;

// Spread of the blur, from the correlation of neighbours and the confidence in it.
fn blur_of(correlation: f32, confidence: f32) -> f32 {
    return confidence * -0.25 / log(clamp(correlation, 0.02, MOST_CORRELATION));
}

fn blurred(blur: f32, frequency: u32) -> f32 {
    let w = f32(frequency) * 0.39269908;
    return mix(exp(-blur * w * w), 1.0, SHAPE_FLOOR);
}

// Along one axis: mean over the frequencies (x), mean of the squares (y), mean behind a sum of three (z), and
// mean behind a second difference (w); the last two relative to white noise.
fn moments_of(blur: f32) -> vec4f {
    var sums = vec4f(0.0);
    for (var k = 0u; k < 8u; k++) {
        let power = blurred(blur, k);
        let c = cos(f32(k) * 0.39269908);
        let three = (1.0 + 2.0 * c) * (1.0 + 2.0 * c) / 9.0;
        let bend = (2.0 - 2.0 * c) * (2.0 - 2.0 * c) / BEND_OF_WHITE;
        sums += vec4f(power, power * power, power * three, power * bend);
    }
    return vec4f(sums.x, sums.y, sums.z / WHITE_MEAN_OF_THREE, sums.w) / 8.0;
}

// Mean of the power response of a second difference over the eight frequencies.
const BEND_OF_WHITE: f32 = 5.0;

// Factor on the variance at a frequency (0..7 across, 8..15 down).
fn shape_at(index: u32, across: f32, down: f32) -> f32 {
    let a = moments_of(across).x;
    let d = moments_of(down).x;
    let all = (64.0 * a * d - blurred(across, 0u) * blurred(down, 0u)) / 63.0;
    return blurred(select(across, down, index >= 8u), index & 7u) / sqrt(all);
}
