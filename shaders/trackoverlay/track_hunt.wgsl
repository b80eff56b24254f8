// Looks for a lost plane in the whole frame: each place is tried in a few turns and sizes.
// include: shared/track_state.wgsl
// include: shared/track_level.wgsl
// include: shared/track_score.wgsl
// include: shared/track_variant.wgsl

var<immediate> params: TrackParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> level: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
// Best score and the number of its turn and size, for each place; places are `reach` samples apart.
@group(0) @binding(4) var<storage, read_write> finds: array<vec2f>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if ((track.mode & params.when) == 0u || id.x * params.reach >= params.level_width || id.y * params.reach >= params.level_height) {
        return;
    }
    let middle = vec2f(id.xy * params.reach) * params.step + params.origin;
    var best = vec2f(-2.0, 0.0);
    for (var variant = 0u; variant < 9u; variant++) {
        let score = block_score(moved_to(track.seen, middle, variant), true);
        best = select(best, vec2f(score, f32(variant)), score > best.x);
    }
    let width = (params.level_width + params.reach - 1u) / params.reach;
    finds[id.y * width + id.x] = best;
}
