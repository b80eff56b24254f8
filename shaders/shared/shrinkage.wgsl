// Loading and storing of the 8x8 blocks, at stride 4, that the spatial steps shrink.

// Index of block (x, y)'s quadrant q in the buffer of blocks: two vec4u, four rows of four values.
fn quadrant_index(x: u32, y: u32, blocks_x: u32, q: u32) -> u32 {
    return ((y * blocks_x + x) * 4u + q) * 2u;
}
