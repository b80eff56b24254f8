// Scores shifts of the plane around its expected and around its last position, one invocation for each: a
// fast pan moves it farther than alignment can reach.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/score.wgsl

var<immediate> params: SearchParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    look_at_grid(params.grid);
    let width = 2u * params.reach + 1u;
    if ((track.mode & params.when) == 0u || id.x >= width || id.y >= 2u * width) {
        return;
    }
    let centre = select(0u, 1u, id.y >= width);
    let steps = vec2f(f32(id.x), f32(id.y - centre * width)) - f32(params.reach);
    var base = track.predicted;
    if (centre == 1u) {
        base = track.last;
    }
    let h = shifted(base, steps);
    var sum = vec3f(0.0);
    for (var b = 0u; b < BLOCKS; b++) {
        sum += block_fit(h, b);
    }
    scores[id.y * width + id.x] = score_of_blocks(sum) - COST_OF_STEP * length(steps);
}
