// A site (a square of cells) as vec4f: log2 of the spatial variance, log2 of the temporal variance, mean
// luma, and these marks as a number.

// Spatial variance can be used.
const SITE_DETAIL: u32 = 1u;
// Temporal variance can be used.
const SITE_MOVED: u32 = 2u;
// Standing structure: detail far above the temporal difference.
const SITE_STANDS: u32 = 4u;
// All samples have one value.
const SITE_DEAD: u32 = 8u;
// All samples have one value, neither black nor white.
const SITE_FLAT: u32 = 16u;
// At least one sample changed.
const SITE_CHANGED: u32 = 32u;
// White noise only, all of it new in this picture: contrast, spatial and temporal variance agree (only the
// first two if there is no previous picture).
const SITE_WHITE: u32 = 64u;
// Noise only, coarse and new in this picture: contrast and temporal variance agree, and detail is faint. The
// bits from 8 on hold the level of contrast, from 14 and from 19 on the correlation across and down.
const SITE_COARSE: u32 = 128u;

// Level of a variance by its logarithm: see denoise/shared/noise_coarse.
fn coarse_level(log_variance: f32) -> u32 {
    return u32(clamp((log_variance + 4.0) * 4.0, 0.0, 63.0));
}
