// Merges overlapping blocks: the weighted mean at each pixel.
// include: shared/packed.wgsl
// include: shared/shrinkage.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl

struct BlockMergeParams {
    parts: Parts,
    // Shift of the lattice in columns and rows, 0 or 2 each.
    offset_x: u32,
    offset_y: u32,
    // With AVERAGED: weight of the previous contents of `merged`.
    keep: f32,
}

// Averages the result with the previous contents of `merged`.
override AVERAGED: bool = false;

var<immediate> params: BlockMergeParams;
@group(0) @binding(0) var<storage, read> blocks: array<vec4u>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
// Two words for each quad, because a cell of a shifted lattice covers halves of two quads.
@group(0) @binding(2) var<storage, read_write> merged: array<u32>;

// Component of this invocation, its first block, and its number of blocks in a row.
var<private> part: Part;
var<private> first: u32;
var<private> blocks_x: u32;

// The quarters of two neighbouring blocks that cover a cell, and the weights of their columns.
struct Quarters {
    a: array<vec4u, 2>,
    b: array<vec4u, 2>,
    a_weights: vec4f,
    b_weights: vec4f,
}

// The right quarter of block x and the left quarter of block x + 1. `pair` is their first pair of rows.
fn quarters(x: u32, y: u32, pair: u32) -> Quarters {
    let index = block_index(x, y, blocks_x, first) + pair;
    let weight = first + y * blocks_x + x;
    return Quarters(
        array<vec4u, 2>(blocks[index + 4u], blocks[index + 5u]),
        array<vec4u, 2>(blocks[index + 8u], blocks[index + 9u]),
        WINDOW.wzyx * weights[weight],
        WINDOW * weights[weight + 1u],
    );
}

fn weighted(q: Quarters, a: vec2u, b: vec2u) -> vec4f {
    return q.a_weights * unpack_stored(a) + q.b_weights * unpack_stored(b);
}

// Writes four pixels from word `x` of row `y` on.
fn store_row(x: i32, y: i32, values: vec4f) {
    let row = part.quads.x * 2;
    if (y < 0 || y >= part.quads.y) {
        return;
    }
    let left = x >= 0;
    let right = x + 1 < row;
    let index = part.first * 2u + u32(y * row + x);
    var result = values;
    if (AVERAGED) {
        var old = vec2u(0u);
        if (left) {
            old.x = merged[index];
        }
        if (right) {
            old.y = merged[index + 1u];
        }
        result = mix(values, unpack_stored(old), params.keep);
    }
    let words = pack_stored(result);
    if (left) {
        merged[index] = words.x;
    }
    if (right) {
        merged[index + 1u] = words.y;
    }
}

const GROUP: u32 = 64u;

fn blocks_of(size: vec2u) -> vec2u {
    return lattice_blocks(size, vec2u(params.offset_x, params.offset_y));
}

// One invocation for each cell of 4x4 pixels, which four blocks cover by a quarter each.
fn grid_of(size: vec2u, component: u32) -> vec2u {
    return blocks_of(size) - vec2u(1u);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    first = first_block(part.component);
    blocks_x = blocks_of(vec2u(part.width, part.height)).x;
    let upper = quarters(part.at.x, part.at.y, 2u);
    let lower = quarters(part.at.x, part.at.y + 1u, 0u);
    let u = upper.a_weights + upper.b_weights;
    let l = lower.a_weights + lower.b_weights;
    let x = i32(part.at.x * 2u) - i32(params.offset_x / 2u);
    let y = i32(part.at.y * 4u) - i32(params.offset_y);
    // Rows 4 to 7 of the upper blocks, rows 0 to 3 of the lower blocks.
    let r0 = weighted(upper, upper.a[0].xy, upper.b[0].xy) * WINDOW.w + weighted(lower, lower.a[0].xy, lower.b[0].xy) * WINDOW.x;
    let r1 = weighted(upper, upper.a[0].zw, upper.b[0].zw) * WINDOW.z + weighted(lower, lower.a[0].zw, lower.b[0].zw) * WINDOW.y;
    let r2 = weighted(upper, upper.a[1].xy, upper.b[1].xy) * WINDOW.y + weighted(lower, lower.a[1].xy, lower.b[1].xy) * WINDOW.z;
    let r3 = weighted(upper, upper.a[1].zw, upper.b[1].zw) * WINDOW.x + weighted(lower, lower.a[1].zw, lower.b[1].zw) * WINDOW.w;
    store_row(x, y, r0 / (u * WINDOW.w + l * WINDOW.x));
    store_row(x, y + 1, r1 / (u * WINDOW.z + l * WINDOW.y));
    store_row(x, y + 2, r2 / (u * WINDOW.y + l * WINDOW.z));
    store_row(x, y + 3, r3 / (u * WINDOW.x + l * WINDOW.w));
}
