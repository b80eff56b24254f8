// shrink_second and block_merge in one dispatch, for GPUs.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/dct8_line.wgsl
// include: shared/shrinkage.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: deartifact/shared/damage_model.wgsl
// include: deartifact/shared/curve.wgsl
// include: deartifact/shared/curve_second.wgsl
// include: deartifact/shared/curve_lane.wgsl
// include: deartifact/shared/shrink_tile.wgsl
// include: deartifact/shared/curve_lane_top.wgsl
// include: shared/block_tile.wgsl
// include: shared/block_tile_pilot.wgsl

@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> pilot: array<vec2u>;
@group(0) @binding(2) var<storage, read> model: DamageModel;
@group(0) @binding(3) var<storage, read_write> merged: array<u32>;

const TILE_PIXELS: u32 = 1296u;

fn is_quincunx(component: u32) -> bool {
    return false;
}

fn tile_offset() -> vec2u {
    return vec2u(2u);
}

fn shrunk(block: u32, lane: u32, corner: vec2u) -> Line {
    let at = corner.y * TILE_WIDTH + corner.x + lane;
    let b = forward(block, lane, tile_line(at));
    let p = forward(block, lane, Line(pilot_pixels(at), pilot_pixels(at + 4u * TILE_WIDTH)));
    let gains = gains_by(p);
    add_gains(block, lane, gains);
    return inverse(block, lane, weighed(lane, b, wanted(gains)));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, 0u);
    if (!part.is_inside) {
        return;
    }
    set_curves(local % LANES_TO_A_BLOCK);
    fill_tile(local);
    fill_pilot_tile(local);
    workgroupBarrier();
    shrink_and_merge(local);
}
