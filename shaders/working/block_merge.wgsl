// Weighted mean of the overlapping blocks at each pixel.
// include: shared/packed.wgsl
// include: shared/shrinkage.wgsl

struct BlockMergeParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    // Columns and rows by which the lattice is shifted: 0 or 2.
    offset_x: u32,
    offset_y: u32,
    // Share of what `merged` holds already that stays.
    keep: f32,
}

var<immediate> params: BlockMergeParams;
@group(0) @binding(0) var<storage, read> blocks: array<vec4u>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> merged: array<vec2u>;

// The window a(x) a(y) with a(i) = 0.45 + 0.55 sin(pi (i + 0.5) / 8): a block's rim counts less.
// Columns 0 to 3; columns 4 to 7 are the same in reverse, and rows are as columns.
const WINDOW: vec4f = vec4f(0.557300, 0.755564, 0.907308, 0.989432);

// Weighted values and weights of two rows of a quad.
struct Sums {
    upper: vec4f,
    lower: vec4f,
    upper_weight: vec4f,
    lower_weight: vec4f,
}

// Half a block's pair of rows, weighted.
fn half_rows(x: u32, y: u32, half: u32, pair: u32, rows: vec2f) -> Sums {
    let values = blocks[block_index(x, y, params.blocks_x) + half * 4u + pair];
    let columns = select(WINDOW, WINDOW.wzyx, half == 1u) * weights[y * params.blocks_x + x];
    let upper = columns * rows.x;
    let lower = columns * rows.y;
    return Sums(upper * unpack_stored(values.xy), lower * unpack_stored(values.zw), upper, lower);
}

fn add(a: Sums, b: Sums) -> Sums {
    return Sums(a.upper + b.upper, a.lower + b.lower, a.upper_weight + b.upper_weight, a.lower_weight + b.lower_weight);
}

// The last two columns of a, then the first two of b.
fn join(a: Sums, b: Sums) -> Sums {
    return Sums(
        vec4f(a.upper.zw, b.upper.xy), vec4f(a.lower.zw, b.lower.xy),
        vec4f(a.upper_weight.zw, b.upper_weight.xy), vec4f(a.lower_weight.zw, b.lower_weight.xy),
    );
}

fn blend(index: u32, values: vec4f) {
    var result = values;
    if (params.keep > 0.0) {
        result = mix(values, unpack_stored(merged[index]), params.keep);
    }
    merged[index] = pack_stored(result);
}

// One invocation makes a cell of four columns and two rows.
@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    let y = id.y * 2u;
    if (id.x >= quads || y >= params.height) {
        return;
    }
    var sums = Sums(vec4f(0.0), vec4f(0.0), vec4f(0.0), vec4f(0.0));
    // The lower block that covers the cell, and the one above it.
    let last = (y + 4u + params.offset_y) / 4u;
    for (var k = 0u; k < 2u; k++) {
        let block_y = last - k;
        let pair = u32(i32(y) - block_top(block_y, params.offset_y)) / 2u;
        // Rows 2 pair and 2 pair + 1 of the window.
        let near = select(WINDOW.xy, WINDOW.zw, pair == 1u || pair == 2u);
        let rows = select(near, near.yx, pair >= 2u);
        let left = half_rows(id.x + 1u, block_y, 0u, pair, rows);
        if (params.offset_x == 0u) {
            // The cell is the left half of block x + 1 and the right half of block x.
            sums = add(sums, add(left, half_rows(id.x, block_y, 1u, pair, rows)));
        } else {
            // It lies across two halves of two neighbours each.
            let right = half_rows(id.x + 1u, block_y, 1u, pair, rows);
            sums = add(sums, join(left, half_rows(id.x + 2u, block_y, 0u, pair, rows)));
            sums = add(sums, join(half_rows(id.x, block_y, 1u, pair, rows), right));
        }
    }
    blend(y * quads + id.x, sums.upper / sums.upper_weight);
    if (y + 1u < params.height) {
        blend((y + 1u) * quads + id.x, sums.lower / sums.lower_weight);
    }
}
