// The 8x8 blocks that the spatial steps shrink. They start every four columns and rows, at -4 less
// an offset of 0 or 2, so that each pixel lies in four. Steps that follow one another use other
// offsets: the seams of the one then fall inside the blocks of the next.

// A block is eight vec4u in the buffer of blocks: four pairs of rows of its left half, then of its
// right half; a vec4u is two rows of four values.
fn block_index(x: u32, y: u32, blocks_x: u32) -> u32 {
    return (y * blocks_x + x) * 8u;
}

// First row of the blocks in row y of the lattice.
fn block_top(y: u32, offset: u32) -> i32 {
    return i32(y * 4u) - 4 - i32(offset);
}
