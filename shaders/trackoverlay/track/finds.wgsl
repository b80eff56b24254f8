// Chooses the best positions of the hunt, with a minimum distance between them. The last candidate is the pose in
// which the plane was last seen.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/candidate.wgsl
// include: trackoverlay/track/shared/variant.wgsl

var<immediate> params: SearchParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> finds: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> candidates: array<Candidate>;

const LANES: u32 = 64u;
// Smallest distance of two candidates, in positions.
const APART: f32 = 2.1;
// Lower scores are chance.
const LEAST_SCORE: f32 = 0.15;

var<workgroup> lane_best: array<vec2f, 64>;
var<workgroup> taken: array<vec2f, CANDIDATES>;

fn is_free(place: vec2f, count: u32) -> bool {
    for (var i = 0u; i < count; i++) {
        if (distance(place, taken[i]) < APART) {
            return false;
        }
    }
    return true;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    let width = (on.width + params.reach - 1u) / params.reach;
    let count = width * ((on.height + params.reach - 1u) / params.reach);
    for (var k = 0u; k < CANDIDATES - 1u; k++) {
        var best = vec2f(-2.0, 0.0);
        for (var i = lane; i < count; i += LANES) {
            let place = vec2f(f32(i % width), f32(i / width));
            if (finds[i].x > best.x && is_free(place, k)) {
                best = vec2f(finds[i].x, f32(i));
            }
        }
        lane_best[lane] = best;
        workgroupBarrier();
        if (lane == 0u) {
            for (var i = 1u; i < LANES; i++) {
                best = select(best, lane_best[i], lane_best[i].x > best.x);
            }
            let index = u32(best.y);
            let place = vec2f(f32(index % width), f32(index / width));
            taken[k] = place;
            candidates[k].h = moved_to(track.predicted, place * f32(params.reach) * on.step + on.origin, u32(finds[index].y));
            candidates[k].light = fresh_light();
            candidates[k].fit = vec4f(best.x, 0.0, 0.0, select(0.0, 1.0, best.x > LEAST_SCORE));
        }
        workgroupBarrier();
    }
    if (lane == 0u) {
        candidates[CANDIDATES - 1u] = Candidate(track.seen, as_last(track.last_light), vec4f(0.0, 0.0, 0.0, 1.0));
    }
}
