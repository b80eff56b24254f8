// A 3x3 convolution as products of 16x16 matrices: weights of 16 outputs by 16 inputs for one kernel tap,
// times 16 inputs of 16 cells in a row. No data is rearranged for it: another tap reads the same tile in
// workgroup memory from another cell on.
//
// A workgroup computes 32x8 cells, as the other tiled forms do; each of its four subgroups of 32 computes
// two rows: four matrices of cells by two of outputs, eight sums in registers (64 for each invocation). One
// kernel column over 16 inputs takes a subgroup eight matrices of cells, since four rows of cells serve
// three kernel rows, and six of weights, for 24 products: 14 loads of 512 bytes, 299 bytes for each product,
// where a product alone would load 1024. 32 inputs are six such steps: 576 products in a workgroup, of 4096
// multiply-adds each.
//
// Registers: an invocation holds 64 for sums, 32 for cells and 8 for weights; with counters and addresses
// about 120, so that four workgroups fit into a core's 65,536. Workgroup memory: 16,320 bytes for cells and
// 9,216 for sums, 25,536 together. A cell takes 48 bytes there, 16 channels and 16 unused bytes: eight cells
// that are read at once then begin in eight different banks of the 128 bytes that memory delivers at a time
// (0, 48, 96, 144 = 16, ...); with 32 bytes they would collide. Matrices and their rows begin at multiples
// of 16 bytes, as Vulkan requires. Weights are read from the buffer, each matrix contiguous: all workgroups
// read the same 18 KiB.
//
// An invocation's subgroup is its index / 32: this form needs adapters with a subgroup size of exactly 32,
// which divide a one-dimensional workgroup that way. The including shader also includes
// `network/shared/matrix_coop.wgsl` or `network/shared/matrix_plain.wgsl`.

// True if a workgroup computes 32 outputs, false for 16.
override IS_WIDE: bool = false;

// Columns of a tile, without and with the neighbours that the kernel reads.
const COLUMNS: u32 = 32u;
const WIDE: u32 = 34u;
// Cells of a tile with these neighbours.
const CELLS: u32 = 340u;
// Invocations in a subgroup, and in a workgroup.
const SUBGROUP: u32 = 32u;
const INVOCATIONS: u32 = 128u;
// In vec4h: from one cell to the next (four of channels, two unused), from one row to the next, and to the
// second half of a row.
const CELL: u32 = 6u;
const CELL_ROW: u32 = 204u;
const HALF_ROW: u32 = 96u;
// In vec4h: from one output of a weight matrix to the next, from one matrix to the next, and from one kernel
// row to the next.
const WEIGHTS_ROW: u32 = 4u;
const WEIGHTS_MATRIX: u32 = 64u;
const KERNEL_ROW: u32 = 192u;
const TAPS: u32 = 9u;
// In vec4f: from one cell of the sums to the next (eight of outputs, one unused).
const MADE: u32 = 9u;

// A map as in `network/shared/conv.wgsl`, each cell in two halves.
@group(0) @binding(0) var<storage, read> inputs: array<vec4<f16>>;
// Index order: groups of 16 outputs, groups of 16 inputs, kernel rows, kernel columns; each matrix by
// outputs, then inputs.
@group(0) @binding(1) var<storage, read> weights: array<vec4<f16>>;

var<workgroup> tile: array<vec4<f16>, CELLS * CELL>;
// For each subgroup, the sums of 16 cells.
var<workgroup> made: array<vec4f, 4u * 16u * MADE>;

// Loads 16 channels of all cells. `first` is the map's cell above and to the left of the tile.
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

// Stores the sums of 16 cells in a row, beginning at `cell`.
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
    // From one group of 16 outputs to the next.
    let block_weights = blocks * TAPS * WEIGHTS_MATRIX;
    // Sums of two rows, two halves each; s4 to s7 are those of the second 16 outputs.
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
            // Four rows of cells, two halves each.
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
