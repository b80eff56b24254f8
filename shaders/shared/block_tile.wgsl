// Overlapped 8x8 blocks shrunk and merged in one dispatch, for GPUs: the blocks of a tile stay in the
// workgroup's memory. Eight lanes share a block, so that none has more than eight values to wait for; the
// blocks at a tile's rim are made by its neighbours too, 64 for 49 cells of 4x4 pixels.
//
// The shader that includes this includes shared/packed, shared/dct8, shared/dct8_line, shared/shrinkage,
// shared/filled and shared/parts, binds `merged`, and defines
//   part, the component of this workgroup,
//   TILE_PIXELS, room for so many pixels: TILE_WIDTH times the most rows,
//   is_quincunx(component: u32) -> bool and tile_offset() -> vec2u, how the blocks lie,
//   source_quad(x: i32, y: i32, quads: vec2i) -> vec4u, four pixels as `tile` shall hold them,
//   shrunk(block: u32, lane: u32, corner: vec2u) -> Line, the column `lane` of the block whose first pixel
//   in the tile is `corner`, shrunk, after add_energy,
//   block_weight(energy: f32) -> f32, what a block counts, by the sum of the energies added, and
//   finished(at: vec2u, values: vec4f) -> vec4f, what is stored of four merged pixels.

// Tiles are counted by workgroups.
const GROUP: u32 = 1u;
const LANES: u32 = 256u;
const LANES_TO_A_BLOCK: u32 = 8u;
const BLOCKS_AT_ONCE: u32 = 32u;
// Blocks across a tile, and down.
const TILE_BLOCKS: u32 = 8u;
// Cells of 4x4 pixels across a tile.
const TILE_CELLS: u32 = 7u;
const TILE_WIDTH: u32 = 36u;
// Rows of a tile where blocks lie in a lattice, and in a quincunx, where they are twice as far apart.
const LATTICE_ROWS: u32 = 36u;
const QUINCUNX_ROWS: u32 = 64u;

// From row to row, and from block to block: eight lanes of four blocks then meet 32 banks of memory,
// whether they take rows or columns.
const ROW_PITCH: u32 = 9u;
const BLOCK_PITCH: u32 = 72u;

// The pixels under the blocks.
var<workgroup> tile: array<u32, TILE_PIXELS>;
// Values of the blocks, between the steps of a transform and at its end.
var<workgroup> blocks: array<f32, 4608>;
// A number of each lane of a block, and what each block counts.
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

// Cells across and down in a component of `size`.
fn cells_of(size: vec2u, component: u32) -> vec2u {
    let lattice = lattice_blocks(size, tile_offset()) - vec2u(1u);
    return select(lattice, (size + vec2u(3u)) / vec2u(4u), is_quincunx(component));
}

// Tiles across and down.
fn grid_of(size: vec2u, component: u32) -> vec2u {
    let cells = vec2u(TILE_CELLS, select(TILE_CELLS, 2u * TILE_CELLS, is_quincunx(component)));
    return (cells_of(size, component) + cells - vec2u(1u)) / cells;
}

// First pixel of the tile, in the picture.
fn tile_corner() -> vec2i {
    let cells = vec2u(TILE_CELLS, cells_down());
    return vec2i(part.at * cells * 4u) - vec2i(4) - vec2i(tile_offset());
}

// Quads of a row of the tile: one more where they begin in the middle of one.
fn tile_quads() -> u32 {
    return TILE_WIDTH / 4u + select(0u, 1u, tile_offset().x == 2u);
}

// The place in the tile of pixel `c` of a quad, or more than a row where it lies outside.
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

// True where the blocks of a column of the tile lie four rows lower.
fn is_lower(column: u32) -> bool {
    return blocks_are_quincunx() && ((part.at.x * TILE_CELLS + column) & 1u) == 1u;
}

// First pixel of a block. The last block of a lower column is not needed, and ends outside.
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

// Four rows of a column of the tile, from this pixel down.
fn tile_pixels(at: u32) -> vec4u {
    return vec4u(tile[at], tile[at + TILE_WIDTH], tile[at + 2u * TILE_WIDTH], tile[at + 3u * TILE_WIDTH]);
}

// From a lane's column to its row, or the other way round. All lanes of a workgroup come here together.
fn transposed(block: u32, lane: u32, v: Line) -> Line {
    workgroupBarrier();
    set_column(block, lane, v);
    workgroupBarrier();
    return row_of(block, lane);
}

// The transform of a block, of which a lane has a column: its row of the coefficients, those of one
// vertical frequency.
fn forward(block: u32, lane: u32, column: Line) -> Line {
    return dct8_line(transposed(block, lane, dct8_line(column)));
}

fn inverse(block: u32, lane: u32, row: Line) -> Line {
    return idct8_line(transposed(block, lane, idct8_line(row)));
}

// The sum of a number of each lane of a block. All lanes of a workgroup come here together.
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

// A lane's part of what the weight of its block goes by, after the last block_sum.
fn add_energy(block: u32, lane: u32, own: vec4f) {
    workgroupBarrier();
    parts_of_sums[block * LANES_TO_A_BLOCK + lane] = dot(own, vec4f(1.0));
}

// What the blocks over a row of a cell have of it: four weighted sums and the sums of the weights.
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

// The block over row `y` of the tile's cells in a column of a quincunx, and which of its rows that is.
fn add_staggered(total: ptr<function, Merged>, column: u32, right: bool, y: u32) {
    let from_top = y + select(4u, 0u, is_lower(column));
    add_block(total, from_top / 8u * TILE_BLOCKS + column, right, from_top % 8u);
}

// Four pixels: row `y` of the tile's cells in their column `x`.
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

// `merged` has two words to a quad: a cell of a shifted lattice has halves of two quads.
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

// All of it, once the tile is filled.
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
