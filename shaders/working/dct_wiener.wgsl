// Second spatial step: overlapped 8x8 DCT, coefficients weighed by how much of them
// the pilot (the first step's result) says is signal.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl
// include: shared/block_store.wgsl

struct DctWienerParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    // Columns and rows by which the lattice is shifted: 0 or 2.
    offset_x: u32,
    offset_y: u32,
}

var<immediate> params: DctWienerParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read> pilot: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;

fn mirrored_state(x: i32, index: u32, quads: vec2i) -> vec4u {
    let quad = state[index];
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

fn mirrored_pilot(x: i32, index: u32, quads: vec2i) -> vec4f {
    let quad = unpack_stored(pilot[index]);
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

// One row of the block, which starts with quad x + 1 or, shifted, in the middle of quad x. Rows are loaded one by one, by
// constant indices: an array that is indexed in a loop may end up in memory instead of registers.
fn load_row(b: ptr<function, array<vec4f, 16>>, g: ptr<function, array<vec4f, 16>>, row: u32, at: vec2i, quads: vec2i) -> vec4f {
    let y = at.y + i32(row);
    let i0 = quad_index(at.x, y, quads);
    let i1 = quad_index(at.x + 1, y, quads);
    let i2 = quad_index(at.x + 2, y, quads);
    let s0 = mirrored_state(at.x, i0, quads);
    let s1 = mirrored_state(at.x + 1, i1, quads);
    let s2 = mirrored_state(at.x + 2, i2, quads);
    let p0 = mirrored_pilot(at.x, i0, quads);
    let p1 = mirrored_pilot(at.x + 1, i1, quads);
    let p2 = mirrored_pilot(at.x + 2, i2, quads);
    let shifted = params.offset_x == 2u;
    let left = select(s1, vec4u(s0.zw, s1.xy), shifted);
    let right = select(s2, vec4u(s1.zw, s2.xy), shifted);
    (*g)[row * 2u] = select(p1, vec4f(p0.zw, p1.xy), shifted);
    (*g)[row * 2u + 1u] = select(p2, vec4f(p1.zw, p2.xy), shifted);
    (*b)[row * 2u] = state_stored(left);
    (*b)[row * 2u + 1u] = state_stored(right);
    return state_variances(left) + state_variances(right);
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let quads = vec2i(i32(params.width + 3u) / 4, i32(params.height));
    let at = vec2i(i32(id.x) - 2, block_top(id.y, params.offset_y));
    var b: array<vec4f, 16>;
    var g: array<vec4f, 16>;
    var variance = load_row(&b, &g, 0u, at, quads);
    variance += load_row(&b, &g, 1u, at, quads);
    variance += load_row(&b, &g, 2u, at, quads);
    variance += load_row(&b, &g, 3u, at, quads);
    variance += load_row(&b, &g, 4u, at, quads);
    variance += load_row(&b, &g, 5u, at, quads);
    variance += load_row(&b, &g, 6u, at, quads);
    variance += load_row(&b, &g, 7u, at, quads);
    // Samples stay as they are stored: their offset is in the mean alone, which is kept.
    let noise = VALUE_SCALE * VALUE_SCALE * dot(variance, vec4f(1.0 / 64.0)) + 1e-6;
    dct8_forward(&b);
    dct8_forward(&g);
    // The mean is all signal.
    g[0].x = 1e12;
    var energy = vec4f(0.0);
    for (var i = 0; i < 16; i++) {
        let signal = g[i] * g[i];
        let gain = signal / (signal + noise);
        energy += gain * gain;
        b[i] *= gain;
    }
    dct8_inverse(&b);
    store_block(id.xy, params.blocks_x, &b, 1.0 / max(dot(energy, vec4f(1.0)), 0.5));
}
