// Second spatial step: overlapping 8x8 DCT; each coefficient is multiplied by signal / (signal + noise),
// with the signal's energy taken from the pilot (the first step's result).
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/noise_shape_read.wgsl
// include: shared/block_store.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl

struct DctWienerParams {
    parts: Parts,
    // Shift of the lattice in columns and rows, 0 or 2 each.
    offset_x: u32,
    offset_y: u32,
}

// An invocation processes four blocks, one below the other, which share half of their rows. For software
// Vulkan, where loads are expensive and register spills are cheap.
override STRIP: bool = false;

var<immediate> params: DctWienerParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read> pilot: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;
@group(0) @binding(4) var<storage, read> noise: NoiseModel;

// Component of this invocation, its first block, and its columns and rows of blocks.
var<private> part: Part;
var<private> first: u32;
var<private> count: vec2u;

fn mirrored_state(x: i32, index: u32, quads: vec2i) -> vec4u {
    let quad = state[part.first + index];
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

fn mirrored_pilot(x: i32, index: u32, quads: vec2i) -> vec4f {
    let quad = unpack_stored(pilot[part.first + index]);
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

// Four rows of a block, two quads each: picture values, pilot values, and variances.
struct Half {
    b: array<vec4f, 8>,
    g: array<vec4f, 8>,
    variances: array<vec4f, 4>,
    // True if a pixel has no noise.
    is_clean: bool,
}

// One row, which starts with quad x + 1 or, if shifted, in the middle of quad x. Rows are loaded with
// constant indices: compilers may keep an array in memory, not in registers, if it is indexed in a loop.
fn load_row(half: ptr<function, Half>, row: u32, at: vec2i, quads: vec2i) {
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
    (*half).g[row * 2u] = select(p1, vec4f(p0.zw, p1.xy), shifted);
    (*half).g[row * 2u + 1u] = select(p2, vec4f(p1.zw, p2.xy), shifted);
    (*half).b[row * 2u] = state_stored(left);
    (*half).b[row * 2u + 1u] = state_stored(right);
    (*half).is_clean = (*half).is_clean || any(min(left & vec4u(0xffffu), right & vec4u(0xffffu)) == vec4u(0u));
    (*half).variances[row] = state_variances(left) + state_variances(right);
}

fn load_half(half: ptr<function, Half>, at: vec2i, quads: vec2i) {
    (*half).is_clean = false;
    load_row(half, 0u, at, quads);
    load_row(half, 1u, at, quads);
    load_row(half, 2u, at, quads);
    load_row(half, 3u, at, quads);
}

fn join(a: array<vec4f, 8>, b: array<vec4f, 8>) -> array<vec4f, 16> {
    return array<vec4f, 16>(
        a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7],
        b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
    );
}

fn shrink_block(at: vec2u, upper: Half, lower: Half) {
    if (at.y >= count.y) {
        return;
    }
    var b = join(upper.b, lower.b);
    var g = join(upper.g, lower.g);
    let v = upper.variances;
    let w = lower.variances;
    let variance = v[0] + v[1] + v[2] + v[3] + w[0] + w[1] + w[2] + w[3];
    // No decoding of stored values is needed: their offset is in the mean only, which is kept.
    let level = VALUE_SCALE * VALUE_SCALE * dot(variance, vec4f(1.0 / 64.0)) + 1e-6;
    // A block with a pixel without noise stays as it is, as in dct_threshold.
    let least = vec4f(select(0.0, 1.0, upper.is_clean || lower.is_clean));
    dct8_forward(&b);
    dct8_forward(&g);
    // The mean counts as signal only.
    g[0].x = 1e12;
    var energy = vec4f(0.0);
    // As in dct_threshold.
    let low = level * shape_quad(8u);
    let high = level * shape_quad(12u);
    for (var i = 0u; i < 8u; i++) {
        let across = shape_of(i);
        let signal_low = g[2u * i] * g[2u * i];
        let signal_high = g[2u * i + 1u] * g[2u * i + 1u];
        let gain_low = max(signal_low / (signal_low + low * across), least);
        let gain_high = max(signal_high / (signal_high + high * across), least);
        energy += gain_low * gain_low + gain_high * gain_high;
        b[2u * i] *= gain_low;
        b[2u * i + 1u] *= gain_high;
    }
    dct8_inverse(&b);
    store_block(at, count.x, first, &b, 1.0 / max(dot(energy, vec4f(1.0)), 0.5));
}

const GROUP: u32 = 32u;

fn blocks_of(size: vec2u) -> vec2u {
    return lattice_blocks(size, vec2u(params.offset_x, params.offset_y));
}

fn grid_of(size: vec2u, component: u32) -> vec2u {
    let blocks = blocks_of(size);
    return vec2u(blocks.x, select(blocks.y, (blocks.y + 3u) / 4u, STRIP));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let block = vec2u(part.at.x, select(part.at.y, part.at.y * 4u, STRIP));
    count = blocks_of(vec2u(part.width, part.height));
    first = first_block(part.component);
    let quads = part.quads;
    let at = vec2i(i32(block.x) - 2, block_top(block.y, params.offset_y));
    var even: Half;
    var odd: Half;
    load_half(&even, at, quads);
    load_half(&odd, at + vec2i(0, 4), quads);
    shrink_block(block, even, odd);
    if (STRIP) {
        load_half(&even, at + vec2i(0, 8), quads);
        shrink_block(block + vec2u(0u, 1u), odd, even);
        load_half(&odd, at + vec2i(0, 12), quads);
        shrink_block(block + vec2u(0u, 2u), even, odd);
        load_half(&even, at + vec2i(0, 16), quads);
        shrink_block(block + vec2u(0u, 3u), odd, even);
    }
}
