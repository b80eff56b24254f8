// Refines motion vectors to quarter pixels of the guide, and detects scene cuts from the remaining
// differences: the workgroup that ends last sees the matches of all.
// include: picture/shared/guide.wgsl
// include: shared/filled.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/matching.wgsl
// include: picture/shared/settled_motion.wgsl
// include: shared/last_group.wgsl
// include: picture/shared/motion_refine.wgsl
// include: picture/shared/scene_judge.wgsl

const GROUP: u32 = 32u;

@compute @workgroup_size(GROUP)
fn main(
    @builtin(global_invocation_id) invocation: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) thread: u32,
) {
    let id = filled_place(invocation, groups, params.blocks_x);
    let has_block = id.x < params.blocks_x && id.y < params.blocks_y;
    var block = vec3f(0.0);
    if (has_block) {
        block = refine_block(id);
    }
    judge_scene(groups, thread, has_block, block, params.blocks_x * params.blocks_y);
}
