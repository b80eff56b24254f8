// dct_threshold and the merging of its blocks in one dispatch, for GPUs.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/dct8_line.wgsl
// include: shared/shrinkage.wgsl
// include: picture/shared/small_share.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/noise_shape_read.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/block_tile.wgsl

struct DctThresholdTileParams {
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

var<immediate> params: DctThresholdTileParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> merged: array<u32>;
@group(0) @binding(2) var<storage, read> noise: NoiseModel;

// Component of this workgroup.
var<private> part: Part;

const TILE_PIXELS: u32 = 2304u;

fn is_quincunx(component: u32) -> bool {
    return select(params.chroma_quincunx, params.luma_quincunx, component == 0u) == 1u;
}

fn tile_offset() -> vec2u {
    return vec2u(0u);
}

fn source_quad(x: i32, y: i32, quads: vec2i) -> vec4u {
    let quad = state[part.first + quad_index(x, y, quads)];
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

fn block_weight(energy: f32) -> f32 {
    return 1.0 / max(energy, 1.0);
}

fn finished(at: vec2u, values: vec4f) -> vec4f {
    return values;
}

fn shrunk(block: u32, lane: u32, corner: vec2u) -> Line {
    let at = corner.y * TILE_WIDTH + corner.x + lane;
    let upper = tile_pixels(at);
    let lower = tile_pixels(at + 4u * TILE_WIDTH);
    let variances = state_variances(upper) + state_variances(lower);
    let is_clean = any(min(upper & vec4u(0xffffu), lower & vec4u(0xffffu)) == vec4u(0u));
    // A block with a pixel without noise stays as it is, as in dct_threshold.
    let own = select(dot(variances, vec4f(1.0 / 64.0)), -1e9, is_clean);
    let variance = max(block_sum(block, lane, own), 0.0);
    // No decoding of stored values is needed: their offset is in the mean only, which is kept.
    let threshold = select(params.chroma_threshold, params.luma_threshold, part.component == 0u);
    let power = select(params.chroma_power, params.luma_power, part.component == 0u);
    let level = VALUE_SCALE * VALUE_SCALE * variance;
    let limit = threshold * threshold * level;
    let a = state_stored(upper);
    let b = state_stored(lower);
    let f = forward(block, lane, Line(a, b));
    // An invocation has one frequency down.
    let down = white_factor(vec4f(shape_of(8u + lane)));
    var energy_a = white_factor(shape_quad(0u)) * down * f.a * f.a;
    let energy_b = white_factor(shape_quad(4u)) * down * f.b * f.b;
    // The mean is always kept, and counts as kept in the weight.
    energy_a.x = select(energy_a.x, 1e24, lane == 0u);
    let keep_a = step(vec4f(limit), energy_a);
    let keep_b = step(vec4f(limit), energy_b);
    let rest_a = select(energy_a, vec4f(0.0), keep_a == vec4f(1.0));
    let rest_b = select(energy_b, vec4f(0.0), keep_b == vec4f(1.0));
    let rest = block_sum(block, lane, dot(rest_a + rest_b, vec4f(1.0)));
    let small = block_sum(block, lane, 8.0 - dot(keep_a + keep_b, vec4f(1.0)));
    let share = vec4f(share_kept(small, rest, level, power));
    add_energy(block, lane, keep_a + keep_b);
    let column = inverse(block, lane, Line(f.a * max(keep_a, share), f.b * max(keep_b, share)));
    // What shrinkage would put beyond the range of a column is ringing.
    let low = min(a, b);
    let high = max(a, b);
    let least = vec4f(min(min(low.x, low.y), min(low.z, low.w)));
    let most = vec4f(max(max(high.x, high.y), max(high.z, high.w)));
    return Line(clamp(column.a, least, most), clamp(column.b, least, most));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, 0u);
    if (!part.is_inside) {
        return;
    }
    fill_tile(local);
    workgroupBarrier();
    shrink_and_merge(local);
}
