// Whether the template as it was drawn last still looks as the frame does.

// Excess of the footprint's variance that may be missed, as a share of the smoothing's own.
const LOOK_TOLERANCE: f32 = 0.04;
// Samples of the finest level from which a way during the exposure shows, and by which it may differ.
const VISIBLE_WAY: f32 = 0.6;
const WAY_TOLERANCE: f32 = 0.2;
// The same as a share of the way.
const WAY_SHARE: f32 = 0.04;

// The variance along x, y, and across that taps stand for, in squared pixels.
fn spread_of(taps: vec4f) -> vec3f {
    let half_size = 0.5 * track.size.xy;
    let a = taps.xy * half_size;
    let b = taps.zw * half_size;
    return vec3f(a * a + b * b, a.x * a.y + b.x * b.y) / 3.0;
}

// How far a corner's way differs from that drawn, in pixels.
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

// Has the template drawn, if it must be.
fn draw() {
    let is_changed = must_draw();
    open_drawing(is_changed);
    if (is_changed) {
        note_drawn();
    }
    track.drawn.z = select(0.0, f32(MODE_FOLLOW | MODE_HUNT), is_changed);
}
