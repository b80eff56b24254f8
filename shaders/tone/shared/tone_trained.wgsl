// Constants of the estimates, fitted to photographs with known damage by training/tone/train.py.

// By how much the logarithm of the luma of the brightest spot may lack to white in a good picture; how much more it takes until
// a picture is dark for sure; and stops for the logarithm.
const TOP_FLOOR: f32 = 0.348;
const TOP_RAMP: f32 = 0.150;
const TOP_SLOPE: f32 = 1.803;
// Root of the share of white that good pictures may have, and stops for more of it.
const CLIPPED_SHARE: f32 = 0.131;
const CLIPPED_SLOPE: f32 = 7.765;
// Darkest luma of good pictures, the part of what is above it that counts as lift, and the most of it.
const LIFT_FLOOR: f32 = 0.027;
const LIFT_SHARE: f32 = 0.952;
const MOST_LIFT: f32 = 0.2;
// Stops of red and blue for the chroma of bright, grey and nearly grey pixels.
const CAST_OF_BLUE = array<vec2f, 3>(vec2f(-0.008, 0.425), vec2f(-1.259, 1.635), vec2f(-0.418, 0.512));
const CAST_OF_RED = array<vec2f, 3>(vec2f(-0.629, 0.150), vec2f(0.302, -0.837), vec2f(0.829, -0.352));
// The same for the logarithms of most red and most blue over most green.
const CAST_OF_TOP_RED = vec2f(0.495, -0.571);
const CAST_OF_TOP_BLUE = vec2f(-0.633, 1.101);
// Stops that are not worth a correction; twice as many are wholly.
const UNSURE_CAST: f32 = 0.300;
