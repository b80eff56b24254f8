// State of the noise estimator, kept from picture to picture, in 8-bit code values.

struct NoiseModel {
    // Estimated standard deviations at mean luma, without the user's strength factors.
    sigma_y: f32,
    sigma_u: f32,
    sigma_v: f32,
    // Variances at mean luma as filters use them, strength factors included.
    mean_y: f32,
    mean_u: f32,
    mean_v: f32,
    // 1 if the noise of U (V) depends on luma by the same curve as that of Y.
    shaped_u: u32,
    shaped_v: u32,
    // Variances as filters use them, at luma 8, 24, .. 248.
    curve_y: array<f32, 16>,
    curve_u: array<f32, 16>,
    curve_v: array<f32, 16>,
    // Estimated standard deviations of Y at luma 8, 24, .. 248, without strength factors.
    sigmas: array<f32, 16>,
    // Smoothed spatial deviation of the picture.
    detail: f32,
    // Frames measured since the noise last jumped; of these, frames with a frame before them.
    frames: u32,
    pairs: u32,
    // Frames in a row that were ignored as possible duplicates.
    held: u32,
    // For Y, U and V: number of sites that contain nothing but noise, averaged over pictures, and the
    // variance there.
    white_sites: array<f32, 3>,
    white_variances: array<f32, 3>,
    // Least variances of Y, U and V that filters use.
    floors: array<f32, 3>,
    // 1 if the map of the noise applies.
    mapped: u32,
    // 1 if the latest picture changed the model.
    taken: u32,
    // For Y, U and V: coarse noise, how sure it is, and its correlation from one sample to the next.
    coarse_variances: array<f32, 3>,
    coarse_proofs: array<f32, 3>,
    correlations_across: array<f32, 3>,
    correlations_down: array<f32, 3>,
    // Variance of details, of the mean of 3x3 samples, and of the mean square of 5x5, relative to white noise.
    detail_shares: array<f32, 3>,
    mean_scales: array<f32, 3>,
    square_scales: array<f32, 3>,
    // Factors on the variance of a DCT coefficient: for frequencies across, then down.
    shape_y: array<f32, 16>,
    shape_u: array<f32, 16>,
    shape_v: array<f32, 16>,
}
