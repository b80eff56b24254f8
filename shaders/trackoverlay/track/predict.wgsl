// Begins a frame: predicts the plane's position from its last motion, the part of the frame that is needed
// to find it there, and how the template should look.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/recipe.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/gates.wgsl
// include: trackoverlay/track/shared/drawn.wgsl
// include: trackoverlay/track/shared/view.wgsl

var<immediate> params: SearchParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read_write> gates: array<u32>;

// An empty box.
const NOTHING: vec4f = vec4f(1.0, 1.0, 0.0, 0.0);
// The frame is first read up to this distance from the expected plane, in samples of the finest level.
const NEAR: f32 = 8.0;
// Number of passes that make the levels needed for that.
const NEAR_LEVELS: u32 = 3u;
// Scale of residuals that the first fit assumes: this multiple of the last frame's, but not less than the
// minimum.
const DOUBT: f32 = 3.0;
const LEAST_DOUBT: f32 = 6.0;

fn around(h: mat3x3f) -> vec4f {
    let e = REACH_OF_GRID;
    let a = project(h, vec2f(-e, -e));
    let b = project(h, vec2f(e, -e));
    let c = project(h, vec2f(e, e));
    let d = project(h, vec2f(-e, e));
    return vec4f(min(min(a, b), min(c, d)), max(max(a, b), max(c, d)));
}

fn begin() {
    track.roi = NOTHING;
    track.mode = 0u;
    if (track.state == STATE_IDLE) {
        return;
    }
    track.light = track.last_light;
    track.kept_light = track.last_light;
    if (track.state == STATE_LOST) {
        track.mode = MODE_HUNT;
        track.roi = vec4f(0.0, 0.0, f32(params.width), f32(params.height));
        track.now = track.seen;
        track.predicted = viewed(track.seen, view_in(track.lost));
        track.way = IDENTITY;
        track.path = IDENTITY;
        track.shutter.z = 0.0;
        set_footprints(track.predicted);
        return;
    }
    track.mode = MODE_FOLLOW;
    var way = normalised(track.last * inverse3(track.before));
    var expected = normalised(way * track.last);
    if (!is_plausible(expected) || track.age < 2u) {
        way = IDENTITY;
        expected = track.last;
    }
    track.way = way;
    track.predicted = expected;
    track.now = expected;
    let ring = around(expected);
    let old = around(track.last);
    let reach = (f32(params.reach) + 2.0) * on.step + ALL_LEVELS_MARGIN * f32(params.shrink);
    let near = NEAR * f32(params.shrink);
    track.wide = vec4f(min(ring.xy, old.xy) - reach, max(ring.zw, old.zw) + reach);
    track.roi = vec4f(ring.xy - near, ring.zw + near);
    track.light[1].w = max(DOUBT * track.last_light[1].w, LEAST_DOUBT);
    set_footprints(expected);
    track.shutter.z = set_path(expected, way, track.shutter.x);
}

@compute @workgroup_size(1)
fn main() {
    look_at_grid(params.grid);
    begin();
    open_gates(track.mode);
    let is_hunting = track.mode == MODE_HUNT;
    open_levels(track.roi, f32(params.shrink), select(NEAR_LEVELS, LEVELS, is_hunting));
    draw();
}
