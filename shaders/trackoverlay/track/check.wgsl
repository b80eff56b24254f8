// Whether the plane is where it was expected: the first step from there is a short one, and the
// frame looks as it should. From where it is nearby, more steps lead to it: stage 1 tells whether
// they have. Elsewhere it is searched for.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/gates.wgsl

var<immediate> params: FitParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read_write> gates: array<u32>;

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

@compute @workgroup_size(1)
fn main() {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    var is_sought = false;
    if (params.stage == 0u) {
        let way = longest_way();
        is_sought = !(way < NOT_FAR) || !is_plausible(track.now) || track.age < EARLY;
        if (!is_sought && !(way < SHORT && looks_right())) {
            track.mode |= MODE_APPROACH;
            open_gates(track.mode);
        }
    } else {
        is_sought = !looks_right();
    }
    if (is_sought) {
        track.mode |= MODE_SEARCH;
        track.roi = track.wide;
        open_gates(track.mode);
    }
    open_levels(track.wide, f32(params.shrink), select(0u, LEVELS, is_sought));
}
