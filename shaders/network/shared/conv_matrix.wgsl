// A 3x3 convolution as products of 16x16 matrices: 16 outputs by 16 inputs of one tap of the kernel,
// times 16 inputs of 16 cells in a row. Nothing is rearranged for it: a tap is the same tile in
// workgroup memory, read from another cell on.
//
// A workgroup makes 32x8 cells, as the other tiled forms do, and its four subgroups of 32 two rows
// each: four matrices of cells by two of outputs, eight sums in registers (64 of an invocation's).
// A column of the kernel over 16 inputs costs a subgroup eight matrices of cells, since four rows
// serve three rows of the kernel, and six of weights, for 24 products: 14 loads of 512 bytes, 299
// bytes a product, where a product for itself alone would take 1024. 32 inputs are six such steps: 576
// products to a workgroup, of 4096 multiplications and additions each.
//
// In registers an invocation has its eighths: 64 of sums, 32 of cells, 8 of weights; with what
// counts and addresses some 120, so four workgroups share a core of 65,536. Workgroup memory is
// 16,320 bytes for cells and 9,216 for sums, 25,536 together. A cell has 48 bytes there, 16 channels
// and 16 bytes of nothing: eight cells that are read at once begin in eight different quarters of
// the 128 bytes that memory gives in one go (0, 48, 96, 144 = 16, ...), while 32 would have them meet.
// Matrices and their rows begin at multiples of 16 bytes, as Vulkan asks. Weights come straight from
// the buffer, each matrix in one piece: all workgroups read the same 18 KiB.
//
// The subgroup of an invocation is its number over 32: this form is for adapters with subgroups of
// just 32, on which a workgroup in one dimension is divided so.
// The including shader brings `network/shared/matrix_coop.wgsl` or `network/shared/matrix_plain.wgsl`.

// True where a workgroup makes 32 outputs, false where it makes 16.
override IS_WIDE: bool = false;

// Columns of a tile, and with the neighbours that the kernel reaches.
const COLUMNS: u32 = 32u;
const WIDE: u32 = 34u;
// Cells of a tile and its neighbours.
const CELLS: u32 = 340u;
// Invocations of a subgroup, and of a workgroup.
const SUBGROUP: u32 = 32u;
const INVOCATIONS: u32 = 128u;
// vec4h from cell to cell: four of channels, two of nothing; from row to row; and to the second half of a row.
const CELL: u32 = 6u;
const CELL_ROW: u32 = 204u;
const HALF_ROW: u32 = 96u;
// vec4h from output to output of a matrix of weights, of the whole matrix, and of a row of the kernel.
const WEIGHTS_ROW: u32 = 4u;
const WEIGHTS_MATRIX: u32 = 64u;
const KERNEL_ROW: u32 = 192u;
const TAPS: u32 = 9u;
// vec4f from cell to cell of the sums: eight of outputs, one of nothing.
const MADE: u32 = 9u;

// As `network/shared/conv.wgsl` says of a map, each cell in two halves.
@group(0) @binding(0) var<storage, read> inputs: array<vec4<f16>>;
// By 16 outputs, 16 inputs, rows and columns of the kernel: matrices, each by outputs, inputs.
@group(0) @binding(1) var<storage, read> weights: array<vec4<f16>>;

var<workgroup> tile: array<vec4<f16>, CELLS * CELL>;
// Of each subgroup: sums of 16 cells.
var<workgroup> made: array<vec4f, 4u * 16u * MADE>;

// 16 channels of all cells. `first` is the map's cell above and to the left of the tile.
fn load_tile(first: u32, block: u32, index: u32) {
    for (var i = index; i < 4u * CELLS; i += INVOCATIONS) {
        let cell = i / 2u % CELLS;
        let place = i / (2u * CELLS);
        let channel_group = block * 2u + place;
        var found = vec4<f16>();
        if (channel_group < params.input_channel_groups) {
            let at = channel_group * params.area + first + cell / WIDE * params.pitch + cell % WIDE;
            found = inputs[at * 2u + i % 2u];
        }
        tile[cell * CELL + place * 2u + i % 2u] = found;
    }
}

// Stores the sums of 16 cells in a row, the first at `cell`.
fn finish(low: Products, high: Products, first_channel_group: u32, cell: vec2u, index: u32) {
    let lane = index % SUBGROUP;
    let at = index / SUBGROUP * 16u * MADE;
    workgroupBarrier();
    store_products(low, at, lane);
    if (IS_WIDE) {
        store_products(high, at + 4u, lane);
    }
    workgroupBarrier();
    for (var i = lane; i < select(32u, 64u, IS_WIDE); i += SUBGROUP) {
        let place = i / 16u;
        let channel_group = first_channel_group + place;
        let from_sum = at + i % 16u * MADE + place * 2u;
        if (channel_group < params.output_channel_groups) {
            store_cell(made[from_sum], made[from_sum + 1u], channel_group, cell.x + i % 16u, cell.y);
        }
    }
}

fn convolve(group: vec3u, index: u32) {
    let lane = index % SUBGROUP;
    let row = index / SUBGROUP * 2u;
    let first = group.y * ROWS * params.pitch + group.x * COLUMNS;
    let blocks = (params.input_channel_groups + 1u) / 2u;
    let output_blocks = select(1u, 2u, IS_WIDE);
    // From one block of 16 outputs to the next.
    let block_weights = blocks * TAPS * WEIGHTS_MATRIX;
    // Of two rows, each in halves; the second four are those of the second 16 outputs.
    var s0 = Products();
    var s1 = Products();
    var s2 = Products();
    var s3 = Products();
    var s4 = Products();
    var s5 = Products();
    var s6 = Products();
    var s7 = Products();
    for (var block = 0u; block < blocks; block++) {
        workgroupBarrier();
        load_tile(first, block, index);
        workgroupBarrier();
        for (var column = 0u; column < 3u; column++) {
            // Four rows of cells, each in halves.
            let cells_at = row * CELL_ROW + column * CELL;
            let l0 = load_cells(cells_at);
            let r0 = load_cells(cells_at + HALF_ROW);
            let l1 = load_cells(cells_at + CELL_ROW);
            let r1 = load_cells(cells_at + CELL_ROW + HALF_ROW);
            let l2 = load_cells(cells_at + 2u * CELL_ROW);
            let r2 = load_cells(cells_at + 2u * CELL_ROW + HALF_ROW);
            let l3 = load_cells(cells_at + 3u * CELL_ROW);
            let r3 = load_cells(cells_at + 3u * CELL_ROW + HALF_ROW);
            let tap = (group.z * output_blocks * blocks + block) * TAPS + column;
            let weights_at = tap * WEIGHTS_MATRIX;
            let u0 = load_weights(weights_at);
            s0 = multiply_add(u0, l0, s0, lane);
            s1 = multiply_add(u0, r0, s1, lane);
            s2 = multiply_add(u0, l1, s2, lane);
            s3 = multiply_add(u0, r1, s3, lane);
            let u1 = load_weights(weights_at + KERNEL_ROW);
            s0 = multiply_add(u1, l1, s0, lane);
            s1 = multiply_add(u1, r1, s1, lane);
            s2 = multiply_add(u1, l2, s2, lane);
            s3 = multiply_add(u1, r2, s3, lane);
            let u2 = load_weights(weights_at + 2u * KERNEL_ROW);
            s0 = multiply_add(u2, l2, s0, lane);
            s1 = multiply_add(u2, r2, s1, lane);
            s2 = multiply_add(u2, l3, s2, lane);
            s3 = multiply_add(u2, r3, s3, lane);
            if (IS_WIDE) {
                let v0 = load_weights(weights_at + block_weights);
                s4 = multiply_add(v0, l0, s4, lane);
                s5 = multiply_add(v0, r0, s5, lane);
                s6 = multiply_add(v0, l1, s6, lane);
                s7 = multiply_add(v0, r1, s7, lane);
                let v1 = load_weights(weights_at + block_weights + KERNEL_ROW);
                s4 = multiply_add(v1, l1, s4, lane);
                s5 = multiply_add(v1, r1, s5, lane);
                s6 = multiply_add(v1, l2, s6, lane);
                s7 = multiply_add(v1, r2, s7, lane);
                let v2 = load_weights(weights_at + block_weights + 2u * KERNEL_ROW);
                s4 = multiply_add(v2, l2, s4, lane);
                s5 = multiply_add(v2, r2, s5, lane);
                s6 = multiply_add(v2, l3, s6, lane);
                s7 = multiply_add(v2, r3, s7, lane);
            }
        }
    }
    let channel_group = group.z * output_blocks * 2u;
    let cell = vec2u(group.x * COLUMNS, group.y * ROWS + row);
    finish(s0, s4, channel_group, cell, index);
    finish(s1, s5, channel_group, cell + vec2u(16u, 0u), index);
    finish(s2, s6, channel_group, cell + vec2u(0u, 1u), index);
    finish(s3, s7, channel_group, cell + vec2u(16u, 1u), index);
}
