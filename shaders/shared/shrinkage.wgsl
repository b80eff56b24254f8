// The 8x8 blocks that the spatial steps shrink. They start every four columns, at -4 - offset, and
// every `stride` rows (2 or 4), at stride - 8 - offset, so that each pixel lies in as many blocks
// as any other. The second step's lattice is offset by 2 against the first's: seams of the pilot
// then fall inside blocks.

const PILOT_OFFSET: u32 = 0u;
const FINAL_OFFSET: u32 = 2u;

// A block is eight vec4u in the buffer of blocks: four pairs of rows of its left half, then of its
// right half; a vec4u is two rows of four values.
fn block_index(x: u32, y: u32, blocks_x: u32) -> u32 {
    return (y * blocks_x + x) * 8u;
}

// First row of the blocks in row y of the lattice.
fn block_top(y: u32, stride: u32, offset: u32) -> i32 {
    return i32(y * stride + stride) - 8 - i32(offset);
}
