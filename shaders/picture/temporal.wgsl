// Kalman update of all components with a new picture.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/noise_read.wgsl
// include: picture/shared/cubic.wgsl
// include: picture/shared/kalman.wgsl
// include: picture/shared/kalman_tile.wgsl
// include: picture/shared/picture_measured.wgsl

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    find_variance();
    update_tile();
}
