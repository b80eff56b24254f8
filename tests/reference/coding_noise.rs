//! Noise model of the damage that changes from picture to picture.

/// Standard deviations for luma and chroma, from the share of full repair and the quantizer.
pub fn coding_noise(gain: f64, share: f64, quantizer: f64) -> [f64; 2] {
    let threshold = 9.2855 * 1.047675f64.powf(quantizer - 32.0);
    let luma = gain * share * (threshold / 4.0).min(5.0);
    [luma, luma * 3.0 / 5.0]
}
