// Tiles in which the levels of the frame are made.

// Samples of the finest level that must be made around a box: for the two finest levels, and for all four.
const LEVEL_MARGIN: f32 = 6.0;
const ALL_LEVELS_MARGIN: f32 = 24.0;

// Samples that a workgroup makes: columns in all passes; rows when shrinking, smoothing and halving.
const TILE_COLUMNS: u32 = 32u;
const SHRINK_ROWS: u32 = 8u;
const SMOOTH_ROWS: u32 = 32u;
const HALVE_ROWS: u32 = 16u;

// Size of a workgroup's tile in samples of the finest level: shrink, smooth, then three times halve.
fn level_tile(pass_number: u32) -> vec2f {
    if (pass_number < 2u) {
        return vec2f(f32(TILE_COLUMNS), f32(select(SMOOTH_ROWS, SHRINK_ROWS, pass_number == 0u)));
    }
    return vec2f(f32(TILE_COLUMNS), f32(HALVE_ROWS)) * f32(1u << (pass_number - 1u));
}

// First tile of a box (in pixels) with its margin; `tile` is the size of a tile in pixels.
fn first_tile(box: vec4f, tile: vec2f, shrink: f32) -> vec2i {
    return max(vec2i(floor((box.xy - LEVEL_MARGIN * shrink) / tile)), vec2i(0));
}
