// Joins the backward recursion with the forward one: the backward state, moved along the motion, is
// corrected with the forward state as its measurement.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: picture/shared/cubic.wgsl
// include: picture/shared/kalman.wgsl
// include: picture/shared/kalman_tile.wgsl
// include: picture/shared/state_measured.wgsl

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    update_tile();
}
