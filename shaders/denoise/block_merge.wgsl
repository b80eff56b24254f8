// Weighted mean of the four overlapping blocks at each pixel.
// include: shared/packed.wgsl
// include: shared/shrinkage.wgsl

struct BlockMergeParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
}

var<immediate> params: BlockMergeParams;
@group(0) @binding(0) var<storage, read> quadrants: array<vec4u>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> merged: array<vec2u>;

// One invocation makes a cell of 4x4 pixels, which is one quadrant of each of its four blocks.
// The window a(x) a(y) with a(i) = 0.45 + 0.55 sin(pi (i + 0.5) / 8): a block's rim counts less.
// Columns 0 to 3; columns 4 to 7 are the same in reverse, and rows are as columns.
const WINDOW: vec4f = vec4f(0.557300, 0.755564, 0.907308, 0.989432);

@compute @workgroup_size(16, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (id.x >= quads || id.y * 4u >= params.height) {
        return;
    }
    var sum: array<vec4f, 4>;
    var total: array<vec4f, 4>;
    for (var q = 0u; q < 4u; q++) {
        // Block (x, y) starts a quadrant before cell (x, y): the cell is its bottom right one.
        let block = id.xy + vec2u(q % 2u, q / 2u);
        let index = quadrant_index(block.x, block.y, params.blocks_x, 3u - q);
        let weight = weights[block.y * params.blocks_x + block.x];
        let a = quadrants[index];
        let b = quadrants[index + 1u];
        // Of block (x, y) the cell is the far half, of block (x + 1, y) the near half.
        let columns = weight * select(WINDOW, WINDOW.wzyx, q % 2u == 0u);
        let rows = select(WINDOW, WINDOW.wzyx, q / 2u == 0u);
        let a_rows = columns * rows.x;
        let b_rows = columns * rows.y;
        let c_rows = columns * rows.z;
        let d_rows = columns * rows.w;
        sum[0] += a_rows * unpack_quad(a.xy);
        sum[1] += b_rows * unpack_quad(a.zw);
        sum[2] += c_rows * unpack_quad(b.xy);
        sum[3] += d_rows * unpack_quad(b.zw);
        total[0] += a_rows;
        total[1] += b_rows;
        total[2] += c_rows;
        total[3] += d_rows;
    }
    for (var row = 0u; row < 4u; row++) {
        let y = id.y * 4u + row;
        if (y < params.height) {
            merged[y * quads + id.x] = pack_quad(sum[row] / total[row]);
        }
    }
}
