// Whether the plane is where it was expected, or near. Reads `track`, at the grid that is looked at.

// Longest step, in samples of the level, that alignment at the finest level completes.
const SHORT: f32 = 0.3;
// Longest step that more steps may follow.
const NOT_FAR: f32 = 4.0;
// Residuals may be so many times those of the last frame, and this large in any case.
const MORE: f32 = 2.0;
const LITTLE: f32 = 2.0;
// Frames since arming or finding again in which it is always searched for: nothing is known of its
// motion yet.
const EARLY: u32 = 4u;
// What the step has left as the scale for the next one, in scales found.
const COARSER: f32 = 1.5;

fn way_of(p: vec2f) -> f32 {
    return distance(project(track.now, p), project(track.predicted, p));
}

// The longest way of a corner from where it was expected, in samples of the level.
fn longest_way() -> f32 {
    let longest = max(max(way_of(vec2f(-1.0, -1.0)), way_of(vec2f(1.0, 1.0))),
        max(way_of(vec2f(1.0, -1.0)), way_of(vec2f(-1.0, 1.0))));
    return longest / on.step;
}

fn looks_right() -> bool {
    return track.light[1].w / COARSER < max(MORE * track.last_light[1].w, LITTLE) && is_plausible(track.now);
}

// What the first step tells: nothing more is to be done, more steps lead to it, or it is searched for.
const AS_EXPECTED: u32 = 0u;
const NEARBY: u32 = 1u;
const ELSEWHERE: u32 = 2u;

fn whereabouts() -> u32 {
    let way = longest_way();
    if (!(way < NOT_FAR) || !is_plausible(track.now) || track.age < EARLY) {
        return ELSEWHERE;
    }
    return select(NEARBY, AS_EXPECTED, way < SHORT && looks_right());
}
