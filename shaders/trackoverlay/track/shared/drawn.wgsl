// Decides whether the template as last drawn still looks like the frame.

// Difference of the footprint's variance that is tolerated, as a share of the smoothing's variance.
const LOOK_TOLERANCE: f32 = 0.04;
// Motion during the exposure from which blur is visible, and its tolerated difference, in samples of the
// finest level.
const VISIBLE_WAY: f32 = 0.6;
const WAY_TOLERANCE: f32 = 0.2;
// Tolerated difference as a share of the motion.
const WAY_SHARE: f32 = 0.04;

// Variance of a set of taps along x, along y, and their covariance, in squared pixels.
fn spread_of(taps: vec4f) -> vec3f {
    let half_size = 0.5 * track.size.xy;
    let a = taps.xy * half_size;
    let b = taps.zw * half_size;
    return vec3f(a * a + b * b, a.x * a.y + b.x * b.y) / 3.0;
}

// Difference between a corner's motion and the one drawn, in pixels.
fn way_off(p: vec2f) -> f32 {
    return length((project(track.path, p) - project(track.drawn_path, p)) * 0.5 * track.size.xy);
}

fn must_draw() -> bool {
    let unit = f32(params.shrink);
    let smoothing = unit * unit * (1.0 + 1.0 / 12.0);
    let off = abs(spread_of(track.template_taps[0]) - spread_of(track.drawn_taps));
    if (track.drawn.y == 0.0 || max(off.x, max(off.y, off.z)) > LOOK_TOLERANCE * smoothing) {
        return true;
    }
    if (max(track.shutter.z, track.drawn.x) < VISIBLE_WAY * unit) {
        return false;
    }
    let longest = max(max(way_off(vec2f(-1.0, -1.0)), way_off(vec2f(1.0, 1.0))),
        max(way_off(vec2f(1.0, -1.0)), way_off(vec2f(-1.0, 1.0))));
    return longest > max(WAY_TOLERANCE * unit, WAY_SHARE * track.shutter.z);
}

fn note_drawn() {
    track.drawn_path = track.path;
    track.drawn_taps = track.template_taps[0];
    track.drawn = vec4f(track.shutter.z, 1.0, 0.0, 0.0);
}

// Requests drawing of the template, if needed.
fn draw() {
    let is_changed = must_draw();
    open_drawing(is_changed);
    if (is_changed) {
        note_drawn();
    }
    track.drawn.z = select(0.0, f32(MODE_FOLLOW | MODE_HUNT), is_changed);
}
