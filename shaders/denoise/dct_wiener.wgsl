// Second spatial step: overlapped 8x8 DCT, coefficients weighed by how much of them
// the pilot (the first step's result) says is signal.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl

struct DctWienerParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    // Rows from block to block: 2 or 4.
    stride: u32,
    // Factor on the noise variance.
    noise_gain: f32,
}

var<immediate> params: DctWienerParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read> pilot: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;

// Rows of the block are loaded one by one, by constant indices: an array that is indexed in a loop
// may end up in memory instead of registers.
fn load_row(b: ptr<function, array<vec4f, 16>>, g: ptr<function, array<vec4f, 16>>, row: u32, at: vec2i, quads: vec2i) -> vec4f {
    let left_index = quad_index(at.x, at.y + i32(row), quads);
    let right_index = quad_index(at.x + 1, at.y + i32(row), quads);
    let left = state[left_index];
    let right = state[right_index];
    let left_pilot = unpack_quad(pilot[left_index]);
    let right_pilot = unpack_quad(pilot[right_index]);
    let l = select(left, left.wzyx, is_mirrored(at.x, quads));
    let r = select(right, right.wzyx, is_mirrored(at.x + 1, quads));
    (*g)[row * 2u] = select(left_pilot, left_pilot.wzyx, is_mirrored(at.x, quads));
    (*g)[row * 2u + 1u] = select(right_pilot, right_pilot.wzyx, is_mirrored(at.x + 1, quads));
    (*b)[row * 2u] = state_values(l);
    (*b)[row * 2u + 1u] = state_values(r);
    return state_variances(l) + state_variances(r);
}

// Four rows of four values.
fn store_quadrant(index: u32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
    blocks[index] = vec4u(pack_quad(a), pack_quad(b));
    blocks[index + 1u] = vec4u(pack_quad(c), pack_quad(d));
}

@compute @workgroup_size(16, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let quads = vec2i(i32(params.width + 3u) / 4, i32(params.height));
    let at = vec2i(i32(id.x) - 1, block_top(id.y, params.stride));
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
    let noise = params.noise_gain * dot(variance, vec4f(1.0 / 64.0)) + 1e-9;
    dct8_forward(&b);
    dct8_forward(&g);
    let mean = b[0].x;
    var energy = vec4f(0.0);
    for (var i = 0; i < 16; i++) {
        let signal = g[i] * g[i];
        let gain = signal / (signal + noise);
        energy += gain * gain;
        b[i] *= gain;
    }
    b[0].x = mean;
    dct8_inverse(&b);
    let index = block_index(id.x, id.y, params.blocks_x);
    blocks[index + 0u] = vec4u(pack_quad(b[0]), pack_quad(b[2]));
    blocks[index + 1u] = vec4u(pack_quad(b[4]), pack_quad(b[6]));
    blocks[index + 2u] = vec4u(pack_quad(b[8]), pack_quad(b[10]));
    blocks[index + 3u] = vec4u(pack_quad(b[12]), pack_quad(b[14]));
    blocks[index + 4u] = vec4u(pack_quad(b[1]), pack_quad(b[3]));
    blocks[index + 5u] = vec4u(pack_quad(b[5]), pack_quad(b[7]));
    blocks[index + 6u] = vec4u(pack_quad(b[9]), pack_quad(b[11]));
    blocks[index + 7u] = vec4u(pack_quad(b[13]), pack_quad(b[15]));
    weights[id.y * params.blocks_x + id.x] = 1.0 / max(dot(energy, vec4f(1.0)), 0.5);
}
