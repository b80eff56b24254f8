// Joins what the future knows with what the past knows: the state recursed backwards, carried along
// the motion, is corrected with the forward state as its measurement.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/kalman.wgsl

@group(0) @binding(0) var<storage, read> forward: array<vec4u>;
@group(0) @binding(1) var<storage, read> past: array<vec4u>;
@group(0) @binding(2) var vectors: texture_2d<f32>;
@group(0) @binding(3) var<storage, read_write> state: array<vec4u>;

fn measured(index: u32) -> vec4f {
    return state_values(forward[index]);
}

fn measured_variance(index: u32) -> vec4f {
    return state_variances(forward[index]);
}

fn is_scene_cut() -> bool {
    return false;
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    update_tile();
}
