// Weighted mean of the overlapping blocks at each pixel.
// include: shared/packed.wgsl
// include: shared/shrinkage.wgsl

struct BlockMergeParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    // Rows from block to block: 2 or 4.
    stride: u32,
}

var<immediate> params: BlockMergeParams;
@group(0) @binding(0) var<storage, read> blocks: array<vec4u>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> merged: array<vec2u>;

// The window a(x) a(y) with a(i) = 0.45 + 0.55 sin(pi (i + 0.5) / 8): a block's rim counts less.
// Columns 0 to 3; columns 4 to 7 are the same in reverse, and rows are as columns.
const WINDOW: vec4f = vec4f(0.557300, 0.755564, 0.907308, 0.989432);

// One invocation makes a cell of four columns and two rows, one vec4u of each of its blocks.
@compute @workgroup_size(16, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    let y = id.y * 2u;
    if (id.x >= quads || y >= params.height) {
        return;
    }
    var upper = vec4f(0.0);
    var lower = vec4f(0.0);
    var upper_total = vec4f(0.0);
    var lower_total = vec4f(0.0);
    // The lowest block that covers the cell, and those above it.
    let last = (y + 8u - params.stride) / params.stride;
    for (var k = 0u; k < 8u / params.stride; k++) {
        let block_y = last - k;
        let pair = u32(i32(y) - block_top(block_y, params.stride)) / 2u;
        // Rows 2 pair and 2 pair + 1 of the window.
        let near = select(WINDOW.xy, WINDOW.zw, pair == 1u || pair == 2u);
        let rows = select(near, near.yx, pair >= 2u);
        for (var half = 0u; half < 2u; half++) {
            // The cell is the right half of block x and the left half of block x + 1.
            let block_x = id.x + 1u - half;
            let values = blocks[block_index(block_x, block_y, params.blocks_x) + half * 4u + pair];
            let columns = select(WINDOW, WINDOW.wzyx, half == 1u) * weights[block_y * params.blocks_x + block_x];
            upper += columns * rows.x * unpack_quad(values.xy);
            lower += columns * rows.y * unpack_quad(values.zw);
            upper_total += columns * rows.x;
            lower_total += columns * rows.y;
        }
    }
    merged[y * quads + id.x] = pack_quad(upper / upper_total);
    if (y + 1u < params.height) {
        merged[(y + 1u) * quads + id.x] = pack_quad(lower / lower_total);
    }
}
