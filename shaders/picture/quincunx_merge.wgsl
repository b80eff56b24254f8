// Merges blocks that lie in a quincunx: the weighted mean at each pixel. Two blocks cover each pixel, so
// this costs half as much as block_merge, and so does the shrinkage.
// include: shared/packed.wgsl
// include: shared/shrinkage.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl

struct QuincunxMergeParams {
    parts: Parts,
}

var<immediate> params: QuincunxMergeParams;
@group(0) @binding(0) var<storage, read> blocks: array<vec4u>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> merged: array<vec2u>;

// Component of this invocation, its first block, and its number of blocks in a row.
var<private> part: Part;
var<private> start: u32;
var<private> blocks_x: u32;

// A quarter of a block, and the weights of its rows and columns.
struct Quarter {
    upper: vec4u,
    lower: vec4u,
    rows: vec4f,
    columns: vec4f,
}

// The quarter of block column x in cell row y: of the block's right half if `right`.
fn quarter(x: u32, y: u32, right: bool) -> Quarter {
    // Row of the cell relative to the first block of this column.
    let cells = y + 1u - (x & 1u);
    let is_lower = (cells & 1u) == 1u;
    let block_y = cells / 2u;
    let first = block_index(x, block_y, blocks_x, start) + select(0u, 4u, right) + select(0u, 2u, is_lower);
    let weight = weights[start + block_y * blocks_x + x];
    return Quarter(
        blocks[first],
        blocks[first + 1u],
        select(WINDOW, WINDOW.wzyx, is_lower),
        select(WINDOW, WINDOW.wzyx, right) * weight,
    );
}

fn store_row(x: u32, y: u32, quads: u32, a: vec2u, b: vec2u, a_weights: vec4f, b_weights: vec4f) {
    if (y < part.height) {
        let sum = a_weights * unpack_stored(a) + b_weights * unpack_stored(b);
        merged[part.first + y * quads + x] = pack_stored(sum / (a_weights + b_weights));
    }
}

const GROUP: u32 = 32u;

// One invocation for each cell of 4x4 pixels: the left half of one block, the right half of another.
fn grid_of(size: vec2u, component: u32) -> vec2u {
    return (size + vec2u(3u)) / vec2u(4u);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    start = first_block(part.component);
    blocks_x = quincunx_blocks(vec2u(part.width, part.height)).x;
    let quads = u32(part.quads.x);
    let y = part.at.y * 4u;
    let a = quarter(part.at.x + 1u, part.at.y, false);
    let b = quarter(part.at.x, part.at.y, true);
    store_row(part.at.x, y, quads, a.upper.xy, b.upper.xy, a.columns * a.rows.x, b.columns * b.rows.x);
    store_row(part.at.x, y + 1u, quads, a.upper.zw, b.upper.zw, a.columns * a.rows.y, b.columns * b.rows.y);
    store_row(part.at.x, y + 2u, quads, a.lower.xy, b.lower.xy, a.columns * a.rows.z, b.columns * b.rows.z);
    store_row(part.at.x, y + 3u, quads, a.lower.zw, b.lower.zw, a.columns * a.rows.w, b.columns * b.rows.w);
}
