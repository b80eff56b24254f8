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
@compute @workgroup_size(16, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (id.x >= quads || id.y * 4u >= params.height) {
        return;
    }
    var sum: array<vec4f, 4>;
    var total = 0.0;
    for (var q = 0u; q < 4u; q++) {
        // Block (x, y) starts a quadrant before cell (x, y): the cell is its bottom right one.
        let block = id.xy + vec2u(q % 2u, q / 2u);
        let index = quadrant_index(block.x, block.y, params.blocks_x, 3u - q);
        let weight = weights[block.y * params.blocks_x + block.x];
        let a = quadrants[index];
        let b = quadrants[index + 1u];
        sum[0] += weight * unpack_quad(a.xy);
        sum[1] += weight * unpack_quad(a.zw);
        sum[2] += weight * unpack_quad(b.xy);
        sum[3] += weight * unpack_quad(b.zw);
        total += weight;
    }
    for (var row = 0u; row < 4u; row++) {
        let y = id.y * 4u + row;
        if (y < params.height) {
            merged[y * quads + id.x] = pack_quad(sum[row] / total);
        }
    }
}
