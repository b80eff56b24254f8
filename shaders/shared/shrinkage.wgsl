// Placement of the 8x8 blocks that the spatial steps shrink. In a lattice they begin every four columns and
// rows, at -4 minus an offset of 0 or 2, so that four blocks cover each pixel. Successive steps use
// different offsets, so that the block borders of one fall inside the blocks of the next.
//
// In a quincunx, block x, y begins at column 4 x - 4, and at row 8 y - 4 for even x, 8 y for odd x: two
// blocks cover each pixel.

// The window a(x) a(y) with a(i) = 0.45 + 0.55 sin(pi (i + 0.5) / 8): pixels at a block's border weigh less.
// Columns 0 to 3; columns 4 to 7 mirror them, and rows are like columns.
const WINDOW: vec4f = vec4f(0.557300, 0.755564, 0.907308, 0.989432);

// A block takes eight vec4u of the buffer: four pairs of rows of its left half, then of its right half; a
// vec4u holds two rows of four values. `first` is the component's first block.
fn block_index(x: u32, y: u32, blocks_x: u32, first: u32) -> u32 {
    return (first + y * blocks_x + x) * 8u;
}

// First pixel row of the blocks in row y of the lattice.
fn block_top(y: u32, offset: u32) -> i32 {
    return i32(y * 4u) - 4 - i32(offset);
}

// Columns and rows of blocks in a component of `size` pixels. They also cover the columns that pad a row to
// whole quads, because those are merged too.
fn lattice_blocks(size: vec2u, offset: vec2u) -> vec2u {
    let filled = vec2u((size.x + 3u) & ~3u, size.y);
    return (filled - vec2u(1u) + offset) / vec2u(4u) + vec2u(2u);
}

fn quincunx_blocks(size: vec2u) -> vec2u {
    return vec2u((size.x + 3u) / 4u + 1u, (size.y + 11u) / 8u);
}

// Components begin at multiples of this many blocks: bindings of their weights can begin at multiples of 256
// bytes.
const PART_BLOCKS: u32 = 64u;

fn part_blocks(size: vec2u) -> u32 {
    let blocks = lattice_blocks(size, vec2u(2u));
    return (blocks.x * blocks.y + PART_BLOCKS - 1u) & ~(PART_BLOCKS - 1u);
}

// First block of a component. Leaves room for the blocks of any lattice.
fn first_block(component: u32) -> u32 {
    return part_start(component, part_blocks(luma_size()), part_blocks(chroma_size()));
}
