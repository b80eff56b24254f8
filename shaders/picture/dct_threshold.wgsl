// First spatial step: overlapping 8x8 DCT. Of the coefficients below the noise threshold, the share is kept by which
// their energy exceeds that of noise: else fine texture is lost where little is known of it, as in newly shown picture.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl
// include: picture/shared/small_share.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/noise_shape_read.wgsl
// include: shared/block_store.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl

struct DctThresholdParams {
    parts: Parts,
    // 1 if the blocks of luma, or of chroma, lie in a quincunx.
    luma_quincunx: u32,
    chroma_quincunx: u32,
    // Factor on the standard deviation of the noise; smaller coefficients count as noise.
    luma_threshold: f32,
    chroma_threshold: f32,
    // Exponents of the share that is kept of small coefficients.
    luma_power: f32,
    chroma_power: f32,
}

var<immediate> params: DctThresholdParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read> noise: NoiseModel;

// Component of this invocation.
var<private> part: Part;

// True if the block has a pixel without noise. It then stays as it is: beyond the border of a noisy part of
// the picture, it would spoil what is clean.
var<private> is_clean: bool;

fn is_quincunx(component: u32) -> bool {
    return select(params.chroma_quincunx, params.luma_quincunx, component == 0u) == 1u;
}

// Rows are loaded with constant indices: compilers may keep an array in memory, not in registers, if it is
// indexed in a loop.
fn load_row(b: ptr<function, array<vec4f, 16>>, row: u32, at: vec2i, quads: vec2i) -> vec4f {
    let left = state[part.first + quad_index(at.x, at.y + i32(row), quads)];
    let right = state[part.first + quad_index(at.x + 1, at.y + i32(row), quads)];
    let l = select(left, left.wzyx, is_mirrored(at.x, quads));
    let r = select(right, right.wzyx, is_mirrored(at.x + 1, quads));
    (*b)[row * 2u] = state_stored(l);
    (*b)[row * 2u + 1u] = state_stored(r);
    let lowest = min(l & vec4u(0xffffu), r & vec4u(0xffffu));
    is_clean |= any(lowest == vec4u(0u));
    return state_variances(l) + state_variances(r);
}

const GROUP: u32 = 64u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return select(lattice_blocks(size, vec2u(0u)), quincunx_blocks(size), is_quincunx(component));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let quads = part.quads;
    // In a quincunx, odd block columns lie 4 rows lower.
    let is_lower = is_quincunx(part.component) && (part.at.x & 1u) == 1u;
    let pitch = select(4u, 8u, is_quincunx(part.component));
    let at = vec2i(i32(part.at.x) - 1, i32(part.at.y * pitch) - select(4, 0, is_lower));
    var b: array<vec4f, 16>;
    is_clean = false;
    var variance = load_row(&b, 0u, at, quads);
    variance += load_row(&b, 1u, at, quads);
    variance += load_row(&b, 2u, at, quads);
    variance += load_row(&b, 3u, at, quads);
    variance += load_row(&b, 4u, at, quads);
    variance += load_row(&b, 5u, at, quads);
    variance += load_row(&b, 6u, at, quads);
    variance += load_row(&b, 7u, at, quads);
    // No decoding of stored values is needed: their offset is in the mean only, which is kept.
    let threshold = select(params.chroma_threshold, params.luma_threshold, part.component == 0u);
    let power = select(params.chroma_power, params.luma_power, part.component == 0u);
    let level = select(VALUE_SCALE * VALUE_SCALE * dot(variance, vec4f(1.0 / 64.0)), 0.0, is_clean);
    // Square of the limit for white noise.
    let limit = threshold * threshold * level;
    // Ranges of the columns. What shrinkage would put beyond is ringing: rows of black bars below black.
    var least = array<vec4f, 2>(b[0], b[1]);
    var most = least;
    for (var i = 2; i < 16; i += 2) {
        least[0] = min(least[0], b[i]);
        most[0] = max(most[0], b[i]);
        least[1] = min(least[1], b[i + 1]);
        most[1] = max(most[1], b[i + 1]);
    }
    dct8_forward(&b);
    // The mean is always kept, and counts as kept in the weight.
    let mean = b[0].x;
    b[0].x = 1e12;
    var keeps: array<vec4f, 16>;
    var kept = vec4f(0.0);
    var rest = vec4f(0.0);
    // The transform has left frequencies down in a row, and those across from row to row.
    let low = white_factor(shape_quad(8u));
    let high = white_factor(shape_quad(12u));
    for (var i = 0u; i < 8u; i++) {
        let across = white_factor(vec4f(shape_of(i))).x;
        let low_energy = low * across * b[2u * i] * b[2u * i];
        let high_energy = high * across * b[2u * i + 1u] * b[2u * i + 1u];
        let keep_low = step(vec4f(limit), low_energy);
        let keep_high = step(vec4f(limit), high_energy);
        kept += keep_low + keep_high;
        rest += (1.0 - keep_low) * low_energy + (1.0 - keep_high) * high_energy;
        keeps[2u * i] = keep_low;
        keeps[2u * i + 1u] = keep_high;
    }
    let count = dot(kept, vec4f(1.0));
    let share = share_kept(64.0 - count, dot(rest, vec4f(1.0)), level, power);
    for (var i = 0; i < 16; i++) {
        b[i] *= max(keeps[i], vec4f(share));
    }
    b[0].x = mean;
    dct8_inverse(&b);
    for (var i = 0; i < 16; i += 2) {
        b[i] = clamp(b[i], least[0], most[0]);
        b[i + 1] = clamp(b[i + 1], least[1], most[1]);
    }
    let blocks_x = grid_of(vec2u(part.width, part.height), part.component).x;
    store_block(part.at, blocks_x, first_block(part.component), &b, 1.0 / max(count, 1.0));
}
