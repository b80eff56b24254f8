// dct_wiener and block_merge in one dispatch, for GPUs.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/dct8_line.wgsl
// include: shared/shrinkage.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/noise_shape_read.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/block_tile.wgsl
// include: shared/block_tile_pilot.wgsl

struct DctWienerTileParams {
    parts: Parts,
    // Shift of the lattice in columns and rows, 0 or 2 each.
    offset_x: u32,
    offset_y: u32,
    // Weight of the pilot in the output.
    keep: f32,
}

var<immediate> params: DctWienerTileParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read> pilot: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> merged: array<u32>;
@group(0) @binding(3) var<storage, read> noise: NoiseModel;

// Component of this workgroup.
var<private> part: Part;

const TILE_PIXELS: u32 = 1296u;

fn is_quincunx(component: u32) -> bool {
    return false;
}

fn tile_offset() -> vec2u {
    return vec2u(params.offset_x, params.offset_y);
}

fn source_quad(x: i32, y: i32, quads: vec2i) -> vec4u {
    let quad = state[part.first + quad_index(x, y, quads)];
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

fn block_weight(energy: f32) -> f32 {
    return 1.0 / max(energy, 0.5);
}

fn finished(at: vec2u, values: vec4f) -> vec4f {
    let i = at.y * TILE_WIDTH + at.x;
    return mix(values, vec4f(pilot_tile[i], pilot_tile[i + 1u], pilot_tile[i + 2u], pilot_tile[i + 3u]), params.keep);
}

fn shrunk(block: u32, lane: u32, corner: vec2u) -> Line {
    let at = corner.y * TILE_WIDTH + corner.x + lane;
    let upper = tile_pixels(at);
    let lower = tile_pixels(at + 4u * TILE_WIDTH);
    let variances = state_variances(upper) + state_variances(lower);
    let is_clean = any(min(upper & vec4u(0xffffu), lower & vec4u(0xffffu)) == vec4u(0u));
    // No decoding of stored values is needed: their offset is in the mean only, which is kept.
    // A block with a pixel without noise stays as it is, as in dct_threshold.
    let own = select(dot(variances, vec4f(1.0 / 64.0)), -1e9, is_clean);
    let variance = block_sum(block, lane, own);
    let least = vec4f(select(0.0, 1.0, variance < 0.0));
    // An invocation has one frequency down.
    let level = (VALUE_SCALE * VALUE_SCALE * max(variance, 0.0) + 1e-6) * shape_of(8u + lane);
    let b = forward(block, lane, Line(state_stored(upper), state_stored(lower)));
    let g = forward(block, lane, Line(pilot_pixels(at), pilot_pixels(at + 4u * TILE_WIDTH)));
    let signal_a = g.a * g.a;
    let signal_b = g.b * g.b;
    var gain_a = max(signal_a / (signal_a + level * shape_quad(0u)), least);
    let gain_b = max(signal_b / (signal_b + level * shape_quad(4u)), least);
    // The mean counts as signal only.
    gain_a.x = select(gain_a.x, 1.0, lane == 0u);
    add_energy(block, lane, gain_a * gain_a + gain_b * gain_b);
    return inverse(block, lane, Line(b.a * gain_a, b.b * gain_b));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, 0u);
    if (!part.is_inside) {
        return;
    }
    fill_tile(local);
    fill_pilot_tile(local);
    workgroupBarrier();
    shrink_and_merge(local);
}
