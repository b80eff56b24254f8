// Detects a scene cut from the vectors of another pass.
// include: shared/noise_model.wgsl
// include: shared/last_group.wgsl
// include: picture/shared/scene_judge.wgsl

struct SceneCutParams {
    blocks_x: u32,
    blocks_y: u32,
}

var<immediate> params: SceneCutParams;
// Vector (xy), mean absolute difference of the match (z), change of brightness along it (w).
@group(0) @binding(0) var vectors: texture_2d<f32>;
@group(0) @binding(1) var<storage, read> noise: NoiseModel;

@compute @workgroup_size(16, 16)
fn main(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) thread: u32,
) {
    let has_block = id.x < params.blocks_x && id.y < params.blocks_y;
    var block = vec3f(0.0);
    if (has_block) {
        block = textureLoad(vectors, id.xy, 0).xyz;
    }
    judge_scene(groups, thread, has_block, block, params.blocks_x * params.blocks_y);
}
