// Decides whether the plane is at its expected position or nearby. Reads `track`, at the current grid.

// Longest step, in samples of the level, after which alignment at the finest level is complete.
const SHORT: f32 = 0.3;
// Longest step after which more steps are tried.
const NOT_FAR: f32 = 4.0;
// Residuals may be larger than the last frame's by this factor, or up to this many code values.
const MORE: f32 = 2.0;
const LITTLE: f32 = 2.0;
// For this many frames after arming or finding again the plane is always searched for, because its motion is
// not known yet.
const EARLY: u32 = 4u;
// Factor on the remaining residuals, for the scale of the next step.
const COARSER: f32 = 1.5;

fn way_of(p: vec2f) -> f32 {
    return distance(project(track.now, p), project(track.predicted, p));
}

// Longest distance of a corner from its expected position, in samples of the level.
fn longest_way() -> f32 {
    let longest = max(max(way_of(vec2f(-1.0, -1.0)), way_of(vec2f(1.0, 1.0))),
        max(way_of(vec2f(1.0, -1.0)), way_of(vec2f(-1.0, 1.0))));
    return longest / on.step;
}

fn looks_right() -> bool {
    return track.light[1].w / COARSER < max(MORE * track.last_light[1].w, LITTLE) && is_plausible(track.now);
}

// Result of the first step: nothing more to do, more steps needed, or a search needed.
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
