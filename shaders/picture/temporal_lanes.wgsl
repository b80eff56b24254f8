// temporal with one invocation for each row of a tile, for GPUs.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/noise_read.wgsl
// include: picture/shared/cubic.wgsl
// include: picture/shared/kalman.wgsl
// include: picture/shared/kalman_lanes.wgsl
// include: picture/shared/picture_measured.wgsl

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local / ROWS);
    if (part.is_inside) {
        find_variance();
    }
    update_row(local / ROWS, local % ROWS);
}
