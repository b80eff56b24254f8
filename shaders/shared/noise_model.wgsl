// What the noise estimator knows, kept from frame to frame. All in 8-bit code values.

struct NoiseModel {
    // Estimated standard deviations at mean luma, without the operator's factors.
    sigma_y: f32,
    sigma_u: f32,
    sigma_v: f32,
    // For filters: variances at mean luma, times the operator's factors.
    mean_y: f32,
    mean_u: f32,
    mean_v: f32,
    // 1 where the noise of U (V) follows luma as the noise of luma does.
    shaped_u: u32,
    shaped_v: u32,
    // For filters: variances for luma 8, 24, .. 248.
    curve_y: array<f32, 16>,
    curve_u: array<f32, 16>,
    curve_v: array<f32, 16>,
    // Estimated standard deviations of luma, without the operator's factors.
    sigmas: array<f32, 16>,
    // Smoothed spatial deviation.
    detail: f32,
    // Frames measured since the last jump; frames measured that had one before them.
    frames: u32,
    pairs: u32,
    // Frames held back as doubtful duplicates.
    held: u32,
    // Of Y, U and V: sites of nothing but noise, averaged over pictures, and their variance.
    white_sites: array<f32, 3>,
    white_variances: array<f32, 3>,
}
