// The plate: what the plane itself looks like, as texels over the quad, in cells, `params.cells` along each side.
//
// A texel has luma above black and both chroma, in 8-bit codes, and 1 if it lies in the frame. So a light that
// is nearly grey multiplies all three alike. Instead of 1 it has MASKED where something in front was seen at arming,
// and RELEARNT where the plane has shown itself there since.
const MASKED: f32 = -1.0;
const RELEARNT: f32 = 2.0;

// Most cells along a side, and texels of a cell along a side.
const MOST_CELLS: u32 = 96u;
const CELL_TEXELS: u32 = 3u;
// Smallest variance of noise to expect, in squared 8-bit codes: that of rounding twice and of a good encoder.
const QUIET: u32 = 4u;
// 8-bit codes from black to white, and from the lowest to the highest chroma.
const LUMA_RANGE: f32 = 219.0;
const CHROMA_RANGE: f32 = 224.0;

// Where 3x3 cells are hidden by this share at most, all around is free; where wholly, all is hidden. Between
// the two an edge may be near; half hidden cells allow any share.
const FREE_MOST: f32 = 0.15;
const HIDDEN_LEAST: f32 = 1.0;
const EITHER: f32 = 0.5;

// What a window of 3x3 cells tells of the light between plate and frame.
struct Window {
    // Frame = gain * plate + bias, the bias in luma only.
    gain: f32,
    bias: f32,
    // Squared differences from that; and how much of it noise of variance 1 in each component, and misplacement
    // of the plate, would cause.
    energy: f32,
    noise: f32,
    slack: f32,
    // Gain without a bias of its own, the squared mean of the plate that it rests on, and the bias of the whole plane.
    ratio: f32,
    power: f32,
    base: f32,
    // Gain of the whole plane; squared misplacement in texels; unused.
    whole: f32,
    misplaced: f32,
    spare_0: f32,
    spare_1: f32,
}

// Sums over the texels of a cell that plate and frame both have.
struct CellSums {
    // Products: plate with plate, frame with plate, frame with frame; and the number of texels.
    products: vec4f,
    // Luma of plate, of frame; squared slope of the plate in codes a texel; texels of the frame that the plate has masked.
    sums: vec4f,
    // Colour of the frame; unused.
    colour: vec4f,
}

// What stands in front near a cell.
struct Front {
    // Its colour, and how sure that is.
    colour: vec4f,
    // Least and most hidden of 3x3 cells; unused.
    least: f32,
    most: f32,
    spare: vec2f,
}

// What is known of a cell after the best window was chosen for it.
struct Sight {
    // What its light does not explain, as a multiple of what noise and misplacement cause, up to MOST.
    unexplained: f32,
    // Gain, its weight, and bias for what is placed here.
    ratio: f32,
    weight: f32,
    base: f32,
    // Its own gain; how far a neighbour's may differ from it; gain of the whole plane; and squared differences that
    // noise and misplacement cause under an unchanged light.
    own: f32,
    reach: f32,
    whole: f32,
    expected: f32,
}
