// Weighted mean of the four overlapping blocks at each pixel.

struct BlockMergeParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
}

var<immediate> params: BlockMergeParams;
@group(0) @binding(0) var<storage, read> blocks: array<vec4f>;
@group(0) @binding(1) var merged: texture_storage_2d<r32float, write>;

// One invocation makes four pixels of a row, for those lie in the same vector of each block.
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = id.x * 4u;
    if (x >= params.width || id.y >= params.height) {
        return;
    }
    // Blocks start at -4: pixels 4k..4k+3 are the right half of block k and the left of k + 1.
    let block_y = id.y / 4u;
    let row = id.y % 4u;
    var sum = vec4f(0.0);
    var weight = 0.0;
    for (var j = 0u; j < 2u; j++) {
        for (var i = 0u; i < 2u; i++) {
            let base = ((block_y + j) * params.blocks_x + id.x + i) * 17u;
            let w = blocks[base + 16u].x;
            sum += w * blocks[base + (row + 4u - 4u * j) * 2u + 1u - i];
            weight += w;
        }
    }
    let mean = sum / weight;
    for (var k = 0u; k < 4u; k++) {
        if (x + k < params.width) {
            textureStore(merged, vec2u(x + k, id.y), vec4f(mean[k], 0.0, 0.0, 1.0));
        }
    }
}
