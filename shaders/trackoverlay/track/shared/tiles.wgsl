// The tiles in which the levels of the frame are made.

// Samples of the finest level around a box that the two finest ones want of each other; all four
// of them want as many as this.
const LEVEL_MARGIN: f32 = 6.0;
const ALL_LEVELS_MARGIN: f32 = 24.0;

// Size of a workgroup's tile in samples of the finest level: shrink, smooth, and three times halve.
fn level_tile(pass_number: u32) -> vec2f {
    if (pass_number == 0u) {
        return vec2f(32.0, 8.0);
    }
    if (pass_number == 1u) {
        return vec2f(32.0, 32.0);
    }
    let step = f32(1u << (pass_number - 1u));
    return vec2f(32.0, 16.0) * step;
}

// The first tile of a box in pixels, with a margin; `tile` is its size in pixels.
fn first_tile(box: vec4f, tile: vec2f, shrink: f32) -> vec2i {
    return max(vec2i(floor((box.xy - LEVEL_MARGIN * shrink) / tile)), vec2i(0));
}
