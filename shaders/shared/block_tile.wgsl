// Shrinks and merges overlapping 8x8 blocks in one dispatch, for GPUs: the blocks of a tile stay in
// workgroup memory. Eight invocations share a block, so that each has eight values only. Neighbouring tiles
// both compute the blocks at their border: 64 blocks for 49 cells of 4x4 pixels.
//
// The shader that includes this also includes shared/packed, shared/dct8, shared/dct8_line,
// shared/shrinkage, shared/filled and shared/parts, binds `merged`, and defines
//   part: the component of this workgroup,
//   TILE_PIXELS: size of `tile`, TILE_WIDTH times the largest number of rows,
//   is_quincunx(component: u32) -> bool and tile_offset() -> vec2u: the placement of blocks,
//   source_quad(x: i32, y: i32, quads: vec2i) -> vec4u: four pixels in the form that `tile` stores,
//   shrunk(block: u32, lane: u32, corner: vec2u) -> Line: column `lane` of a block after shrinkage, where
//     `corner` is the block's first pixel in the tile; it calls add_energy,
//   block_weight(energy: f32) -> f32: weight of a block, from the sum of the energies added,
//   finished(at: vec2u, values: vec4f) -> vec4f: the values to store for four merged pixels.

// Grids count workgroups, one for each tile.
const GROUP: u32 = 1u;
const LANES: u32 = 256u;
const LANES_TO_A_BLOCK: u32 = 8u;
const BLOCKS_AT_ONCE: u32 = 32u;
// Columns of blocks in a tile, and rows.
const TILE_BLOCKS: u32 = 8u;
// Columns of 4x4 cells in a tile.
const TILE_CELLS: u32 = 7u;
const TILE_WIDTH: u32 = 36u;
// Rows of a tile for a lattice and for a quincunx, whose rows of blocks are twice as far apart.
const LATTICE_ROWS: u32 = 36u;
const QUINCUNX_ROWS: u32 = 64u;

// Distance of rows and of blocks in `blocks`, chosen so that eight invocations of four blocks access 32
// different memory banks, by rows as well as by columns.
const ROW_PITCH: u32 = 9u;
const BLOCK_PITCH: u32 = 72u;

// Pixels of the tile.
var<workgroup> tile: array<u32, TILE_PIXELS>;
// Values of the blocks between the steps of a transform, and the result.
var<workgroup> blocks: array<f32, 4608>;
// One number of each invocation of a block, for sums; and the weight of each block.
var<workgroup> parts_of_sums: array<f32, 512>;
var<workgroup> weights: array<f32, 64>;

fn blocks_are_quincunx() -> bool {
    return is_quincunx(part.component);
}

fn tile_rows() -> u32 {
    return select(LATTICE_ROWS, QUINCUNX_ROWS, blocks_are_quincunx());
}

fn cells_down() -> u32 {
    return select(TILE_CELLS, 2u * TILE_CELLS, blocks_are_quincunx());
}

// Columns and rows of cells in a component of `size` pixels.
fn cells_of(size: vec2u, component: u32) -> vec2u {
    let lattice = lattice_blocks(size, tile_offset()) - vec2u(1u);
    return select(lattice, (size + vec2u(3u)) / vec2u(4u), is_quincunx(component));
}

// Columns and rows of tiles.
fn grid_of(size: vec2u, component: u32) -> vec2u {
    let cells = vec2u(TILE_CELLS, select(TILE_CELLS, 2u * TILE_CELLS, is_quincunx(component)));
    return (cells_of(size, component) + cells - vec2u(1u)) / cells;
}

// First pixel of the tile in the picture.
fn tile_corner() -> vec2i {
    let cells = vec2u(TILE_CELLS, cells_down());
    return vec2i(part.at * cells * 4u) - vec2i(4) - vec2i(tile_offset());
}

// Quads that cover a row of the tile: one more if the tile begins in the middle of a quad.
fn tile_quads() -> u32 {
    return TILE_WIDTH / 4u + select(0u, 1u, tile_offset().x == 2u);
}

// Column in the tile of pixel `c` of a quad; TILE_WIDTH or more if outside.
fn tile_column(quad: u32, c: u32) -> u32 {
    return quad * 4u + c - tile_offset().x;
}

fn fill_tile(lane: u32) {
    let corner = tile_corner();
    let quads = tile_quads();
    let first = corner.x >> 2u;
    for (var i = lane; i < quads * tile_rows(); i += LANES) {
        let x = i % quads;
        let y = i / quads;
        let pixels = source_quad(first + i32(x), corner.y + i32(y), part.quads);
        for (var c = 0u; c < 4u; c++) {
            let column = tile_column(x, c);
            if (column < TILE_WIDTH) {
                tile[y * TILE_WIDTH + column] = pixels[c];
            }
        }
    }
}

// True if the blocks in a column of blocks lie four rows lower.
fn is_lower(column: u32) -> bool {
    return blocks_are_quincunx() && ((part.at.x * TILE_CELLS + column) & 1u) == 1u;
}

// First pixel of a block in the tile. The last block of a lower column is unused and extends beyond the
// tile.
fn block_corner(block: u32) -> vec2u {
    let column = block % TILE_BLOCKS;
    let row = block / TILE_BLOCKS;
    let lower = select(0u, 4u, is_lower(column));
    let y = select(row * 4u, row * 8u + lower, blocks_are_quincunx());
    return vec2u(column * 4u, min(y, tile_rows() - 8u));
}

fn set_column(block: u32, lane: u32, v: Line) {
    let at = block * BLOCK_PITCH + lane;
    blocks[at] = v.a.x;
    blocks[at + ROW_PITCH] = v.a.y;
    blocks[at + 2u * ROW_PITCH] = v.a.z;
    blocks[at + 3u * ROW_PITCH] = v.a.w;
    blocks[at + 4u * ROW_PITCH] = v.b.x;
    blocks[at + 5u * ROW_PITCH] = v.b.y;
    blocks[at + 6u * ROW_PITCH] = v.b.z;
    blocks[at + 7u * ROW_PITCH] = v.b.w;
}

fn row_of(block: u32, lane: u32) -> Line {
    let at = block * BLOCK_PITCH + lane * ROW_PITCH;
    return Line(
        vec4f(blocks[at], blocks[at + 1u], blocks[at + 2u], blocks[at + 3u]),
        vec4f(blocks[at + 4u], blocks[at + 5u], blocks[at + 6u], blocks[at + 7u]),
    );
}

// Four pixels of a column of the tile, from `at` down.
fn tile_pixels(at: u32) -> vec4u {
    return vec4u(tile[at], tile[at + TILE_WIDTH], tile[at + 2u * TILE_WIDTH], tile[at + 3u * TILE_WIDTH]);
}

// Transposes a block: exchanges columns for rows or back. All invocations of a workgroup must call this.
fn transposed(block: u32, lane: u32, v: Line) -> Line {
    workgroupBarrier();
    set_column(block, lane, v);
    workgroupBarrier();
    return row_of(block, lane);
}

// Transforms a block: takes an invocation's column, returns its row of the coefficients, with one vertical
// frequency.
fn forward(block: u32, lane: u32, column: Line) -> Line {
    return dct8_line(transposed(block, lane, dct8_line(column)));
}

fn inverse(block: u32, lane: u32, row: Line) -> Line {
    return idct8_line(transposed(block, lane, idct8_line(row)));
}

// Sum of one number from each invocation of a block. All invocations of a workgroup must call this.
fn block_sum(block: u32, lane: u32, own: f32) -> f32 {
    workgroupBarrier();
    parts_of_sums[block * LANES_TO_A_BLOCK + lane] = own;
    workgroupBarrier();
    return sum_of_parts(block);
}

fn sum_of_parts(block: u32) -> f32 {
    let at = block * LANES_TO_A_BLOCK;
    let a = vec4f(parts_of_sums[at], parts_of_sums[at + 1u], parts_of_sums[at + 2u], parts_of_sums[at + 3u]);
    let b = vec4f(parts_of_sums[at + 4u], parts_of_sums[at + 5u], parts_of_sums[at + 6u], parts_of_sums[at + 7u]);
    return dot(a + b, vec4f(1.0));
}

// Adds an invocation's energies to those that decide the weight of its block. Call after the last block_sum.
fn add_energy(block: u32, lane: u32, own: vec4f) {
    workgroupBarrier();
    parts_of_sums[block * LANES_TO_A_BLOCK + lane] = dot(own, vec4f(1.0));
}

// Weighted sums of the blocks that cover four pixels, and the sums of the weights.
struct Merged {
    sum: vec4f,
    weight: vec4f,
}

fn add_block(total: ptr<function, Merged>, block: u32, right: bool, y: u32) {
    let at = block * BLOCK_PITCH + y * ROW_PITCH + select(0u, 4u, right);
    let values = vec4f(blocks[at], blocks[at + 1u], blocks[at + 2u], blocks[at + 3u]);
    let row = WINDOW[select(y, 7u - y, y > 3u)];
    let weight = select(WINDOW, WINDOW.wzyx, right) * (row * weights[block]);
    (*total).sum += values * weight;
    (*total).weight += weight;
}

// Adds the block of a quincunx that covers row `y` of the tile's cells in a column.
fn add_staggered(total: ptr<function, Merged>, column: u32, right: bool, y: u32) {
    let from_top = y + select(4u, 0u, is_lower(column));
    add_block(total, from_top / 8u * TILE_BLOCKS + column, right, from_top % 8u);
}

// The four merged pixels in row `y` and cell column `x` of the tile.
fn merged_row(x: u32, y: u32) -> vec4f {
    var total = Merged(vec4f(0.0), vec4f(0.0));
    if (blocks_are_quincunx()) {
        add_staggered(&total, x + 1u, false, y);
        add_staggered(&total, x, true, y);
    } else {
        let upper = y / 4u * TILE_BLOCKS + x;
        let lower = upper + TILE_BLOCKS;
        add_block(&total, upper, true, y % 4u + 4u);
        add_block(&total, upper + 1u, false, y % 4u + 4u);
        add_block(&total, lower, true, y % 4u);
        add_block(&total, lower + 1u, false, y % 4u);
    }
    return total.sum / total.weight;
}

// `merged` has two words for each quad, because a cell of a shifted lattice covers halves of two quads.
fn store_words(x: i32, y: i32, words: vec2u) {
    let row = part.quads.x * 2;
    if (y < 0 || y >= part.quads.y) {
        return;
    }
    let index = part.first * 2u + u32(y * row + x);
    if (x >= 0) {
        merged[index] = words.x;
    }
    if (x + 1 < row) {
        merged[index + 1u] = words.y;
    }
}

fn merge_tile(lane: u32) {
    let cells = cells_of(vec2u(part.width, part.height), part.component);
    let first = part.at * vec2u(TILE_CELLS, cells_down());
    let corner = tile_corner() + vec2i(4);
    for (var i = lane; i < TILE_CELLS * cells_down() * 4u; i += LANES) {
        let x = i % TILE_CELLS;
        let y = i / TILE_CELLS;
        if (first.x + x < cells.x && first.y + y / 4u < cells.y) {
            let values = finished(vec2u(4u * x + 4u, y + 4u), merged_row(x, y));
            let at = corner + vec2i(i32(4u * x), i32(y));
            store_words(at.x >> 1u, at.y, pack_stored(values));
        }
    }
}

// Runs all steps after `tile` is filled.
fn shrink_and_merge(index: u32) {
    let lane = index % LANES_TO_A_BLOCK;
    for (var first = 0u; first < TILE_BLOCKS * TILE_BLOCKS; first += BLOCKS_AT_ONCE) {
        let block = first + index / LANES_TO_A_BLOCK;
        let column = shrunk(block, lane, block_corner(block));
        workgroupBarrier();
        set_column(block, lane, column);
    }
    workgroupBarrier();
    if (index < TILE_BLOCKS * TILE_BLOCKS) {
        weights[index] = block_weight(sum_of_parts(index));
    }
    workgroupBarrier();
    merge_tile(index);
}
