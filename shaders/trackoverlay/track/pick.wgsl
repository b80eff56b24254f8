// Chooses the start of the alignment: the prediction, the last position, or the best shift of either.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/candidate.wgsl
// include: trackoverlay/track/shared/preference.wgsl

var<immediate> params: SearchParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read_write> candidates: array<Candidate>;

@compute @workgroup_size(1)
fn main() {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    let width = 2u * params.reach + 1u;
    let count = width * width;
    let middle = count / 2u;
    var centre = 0u;
    var h = track.predicted;
    if (scores[count + middle] > scores[middle] + LAST_GAIN) {
        centre = 1u;
        h = track.last;
    }
    var best = middle;
    for (var i = 0u; i < count; i++) {
        if (scores[centre * count + i] > scores[centre * count + best]) {
            best = i;
        }
    }
    let score = scores[centre * count + best];
    if (score > scores[centre * count + middle] + SHIFT_GAIN) {
        let steps = vec2f(f32(best % width), f32(best / width)) - f32(params.reach);
        h = mat3x3f(vec3f(1.0, 0.0, 0.0), vec3f(0.0, 1.0, 0.0), vec3f(steps * on.step, 1.0)) * h;
    }
    candidates[0].h = h;
    candidates[0].light = track.last_light;
    candidates[0].light[1].w = max(2.0 * track.last_light[1].w, 4.0);
    candidates[0].fit = vec4f(score, 0.0, 0.0, 1.0);
}
