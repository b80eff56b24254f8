// Updates the measured shutter, and sets the blur of the template for the second pass; there is none if the
// exposure is short.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/shutters.wgsl
// include: trackoverlay/track/shared/recipe.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/gates.wgsl
// include: trackoverlay/track/shared/drawn.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> fits: array<f32>;
@group(0) @binding(2) var<storage, read_write> gates: array<u32>;

// Weight of a new measurement in the mean, once there are several.
const SHUTTER_SHARE: f32 = 0.2;
// Motion in pixels from which a measurement has full weight, and from which it has any.
const CLEAR_WAY: f32 = 4.0;
const FAINT_WAY: f32 = 2.0;
// Factor by which the opposite extreme (open for closed, closed for open) must fit worse than the best.
const TELLING_RATIO: f32 = 1.4;
// Smallest visible blur in pixels.
const VISIBLE_BLUR: f32 = 0.6;

// Gate of the second drawing.
const REFINE_DRAWING: u32 = SHAPES + DRAW_SHAPE;

// Best exposure, interpolated between those tried.
fn found_shutter() -> f32 {
    var best = 0u;
    for (var i = 1u; i < SHUTTERS; i++) {
        if (fits[i] < fits[best]) {
            best = i;
        }
    }
    var place = f32(best);
    if (best > 0u && best + 1u < SHUTTERS) {
        let bend = fits[best - 1u] - 2.0 * fits[best] + fits[best + 1u];
        if (bend > 1e-6) {
            place += 0.5 * (fits[best - 1u] - fits[best + 1u]) / bend;
        }
    }
    return place / f32(SHUTTERS - 1u);
}

// 1 if the data distinguish an open shutter from a closed one. Needed because a blurred template has less
// noise, so that a picture without texture always fits an open one best.
fn evidence() -> f32 {
    let best = min(min(min(fits[0], fits[1]), min(fits[2], fits[3])), fits[4]);
    let other = select(fits[4], fits[0], found_shutter() > 0.125);
    return select(0.0, 1.0, other >= TELLING_RATIO * best);
}

@compute @workgroup_size(1)
fn main() {
    if ((track.mode & params.when) == 0u) {
        return;
    }
    if (track.shutter.w != 0.0) {
        let clarity = clamp((track.shutter.z - FAINT_WAY) / (CLEAR_WAY - FAINT_WAY), 0.0, 1.0);
        let share = clarity * evidence() * max(SHUTTER_SHARE, 1.0 / (track.shutter.y + 1.0));
        track.shutter.x += share * (found_shutter() - track.shutter.x);
        track.shutter.y += clarity * evidence();
    }
    let way = set_path(track.kept, track.way, track.shutter.x);
    track.shutter.z = way;
    if (way < VISIBLE_BLUR) {
        track.mode = MODE_FOLLOW;
        open_gates(track.mode);
        return;
    }
    set_footprints(track.kept);
    let is_changed = must_draw();
    if (is_changed) {
        note_drawn();
    } else if (GATED) {
        set_gate(REFINE_DRAWING, vec2u(0u), false);
    }
    track.drawn.z = select(0.0, f32(MODE_REFINE), is_changed);
    track.light[1].w = 1.5 * max(2.0 * track.last_light[1].w, 4.0);
}
