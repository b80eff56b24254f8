// Refines motion vectors to quarter pixels of the guide.
// include: picture/shared/guide.wgsl
// include: shared/filled.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/matching.wgsl
// include: picture/shared/settled_motion.wgsl
// include: picture/shared/motion_refine.wgsl

const GROUP: u32 = 32u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) invocation: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let id = filled_place(invocation, groups, params.blocks_x);
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    _ = refine_block(id);
}
