// Constants of the estimates, fitted to photographs with known damage.

// Logarithm of the luma that the brightest parts of good pictures reach, and stops for each step below it.
const DARK_PEAK: f32 = -0.474;
const DARK_SLOPE: f32 = 1.584;
// Root of the share of white that good pictures may have, and stops for more of it.
const CLIPPED_SHARE: f32 = 0.15;
const CLIPPED_SLOPE: f32 = 4.286;
// Stops that a picture is off by at least, once it is off for sure.
const LEAST_EXPOSURE: f32 = 0.686;
// Darkest luma of good pictures, the part of what is above it that counts as lift, and the most of it.
const LIFT_FLOOR: f32 = 0.072;
const LIFT_SHARE: f32 = 1.108;
const MOST_LIFT: f32 = 0.2;
// Stops of red and blue for the chroma of bright, grey and nearly grey pixels, and how many are not worth a correction.
const CAST_OF_BLUE = array<vec2f, 3>(vec2f(-0.959, 2.853), vec2f(-2.423, 3.441), vec2f(-1.128, 0.951));
const CAST_OF_RED = array<vec2f, 3>(vec2f(0.773, -0.341), vec2f(0.405, -1.163), vec2f(-1.259, 0.079));
const UNSURE_CAST: f32 = 0.289;
