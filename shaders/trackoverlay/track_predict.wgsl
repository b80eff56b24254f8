// Begins a frame: where the plane should be if it moves on as it did, what of the frame is needed
// to find it there, and how the template should look.
// include: shared/track_state.wgsl
// include: shared/track_quad.wgsl
// include: shared/track_recipe.wgsl
// include: shared/track_tiles.wgsl
// include: shared/track_gates.wgsl

var<immediate> params: TrackParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read_write> gates: array<u32>;

// A box that is empty.
const NOTHING: vec4f = vec4f(1.0, 1.0, 0.0, 0.0);

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
        track.way = IDENTITY;
        track.path = IDENTITY;
        track.shutter.z = 0.0;
        set_footprints(track.seen);
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
    let reach = (f32(params.reach) + 2.0) * params.step;
    track.roi = vec4f(min(ring.xy, old.xy) - reach, max(ring.zw, old.zw) + reach);
    set_footprints(expected);
    track.shutter.z = set_path(expected, way, track.shutter.x);
}

@compute @workgroup_size(1)
fn main() {
    begin();
    open_gates(track.mode);
    open_levels(track.roi, f32(params.shrink));
}
