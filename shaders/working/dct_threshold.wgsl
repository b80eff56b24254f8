// First spatial step: overlapped 8x8 DCT, coefficients below the noise are dropped.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl
// include: shared/block_store.wgsl
// include: shared/filled.wgsl

struct DctThresholdParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    // Rows from a block to the next: 4, or 8 for a quincunx, where every second column lies 4 lower.
    pitch: u32,
    // Factor on the noise's standard deviation below which a coefficient counts as noise.
    threshold: f32,
}

var<immediate> params: DctThresholdParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;

// Rows of the block are loaded one by one, by constant indices: an array that is indexed in a loop
// may end up in memory instead of registers.
fn load_row(b: ptr<function, array<vec4f, 16>>, row: u32, at: vec2i, quads: vec2i) -> vec4f {
    let left = state[quad_index(at.x, at.y + i32(row), quads)];
    let right = state[quad_index(at.x + 1, at.y + i32(row), quads)];
    let l = select(left, left.wzyx, is_mirrored(at.x, quads));
    let r = select(right, right.wzyx, is_mirrored(at.x + 1, quads));
    (*b)[row * 2u] = state_stored(l);
    (*b)[row * 2u + 1u] = state_stored(r);
    return state_variances(l) + state_variances(r);
}

const GROUP: u32 = 64u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) invocation: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let id = filled_place(invocation, groups, params.blocks_x);
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let quads = vec2i(i32(params.width + 3u) / 4, i32(params.height));
    let at = vec2i(i32(id.x) - 1, i32(id.y * params.pitch + (id.x & 1u) * (params.pitch - 4u)) - 4);
    var b: array<vec4f, 16>;
    var variance = load_row(&b, 0u, at, quads);
    variance += load_row(&b, 1u, at, quads);
    variance += load_row(&b, 2u, at, quads);
    variance += load_row(&b, 3u, at, quads);
    variance += load_row(&b, 4u, at, quads);
    variance += load_row(&b, 5u, at, quads);
    variance += load_row(&b, 6u, at, quads);
    variance += load_row(&b, 7u, at, quads);
    // Samples stay as they are stored: their offset is in the mean alone, which is kept.
    let limit = params.threshold * VALUE_SCALE * sqrt(dot(variance, vec4f(1.0 / 64.0)));
    dct8_forward(&b);
    // The mean stays and counts, however small it is.
    let mean = b[0].x;
    b[0].x = 1e12;
    var kept = vec4f(0.0);
    for (var i = 0; i < 16; i++) {
        let keep = step(vec4f(limit), abs(b[i]));
        kept += keep;
        b[i] *= keep;
    }
    b[0].x = mean;
    dct8_inverse(&b);
    store_block(id.xy, params.blocks_x, &b, 1.0 / max(dot(kept, vec4f(1.0)), 1.0));
}
