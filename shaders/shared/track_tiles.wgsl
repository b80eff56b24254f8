// The tiles in which the levels of the frame are made.

// Samples that one level reads beyond another's box, in tiles.
const LEVEL_MARGIN: f32 = 1.0;

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
    return max(vec2i(floor((box.xy - LEVEL_MARGIN * tile.y) / tile)), vec2i(0));
}
