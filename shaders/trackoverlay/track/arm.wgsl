// Arms, corrects or releases a quad. After arming, the next passes take the template from this frame.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/anchor.wgsl

struct ArmParams {
    // Rows of the homography from the plane to the frame.
    row_x: vec4f,
    row_y: vec4f,
    row_w: vec4f,
    // Mean lengths of the quad's sides in pixels.
    quad_width: f32,
    quad_height: f32,
    // Size of the frame in pixels.
    width: f32,
    height: f32,
    // Trust in the ring before it has been seen to move with the quad, 0 to 1.
    ring_trust: f32,
    // 0 arm, 1 correct, 2 release.
    stage: u32,
    // Fills the block to a multiple of 16 bytes.
    spare: vec2f,
}

var<immediate> params: ArmParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read_write> memory: array<vec2f>;

fn arm(h: mat3x3f) {
    track.home = h;
    track.now = h;
    track.kept = h;
    track.last = h;
    track.before = h;
    track.seen = h;
    track.predicted = h;
    track.way = IDENTITY;
    track.path = IDENTITY;
    track.anchor = IDENTITY;
    track.anchor_old = IDENTITY;
    for (var i = 0u; i < 4u; i++) {
        track.template_taps[i] = vec4f(0.0);
        track.image_taps[i] = vec4f(0.0);
    }
    track.last_light[0] = vec4f(1.0, 0.0, 0.0, 0.0);
    track.last_light[1] = vec4f(0.0, 0.0, 0.0, 2.0);
    track.light = track.last_light;
    track.kept_light = track.last_light;
    track.size = vec4f(params.quad_width, params.quad_height, project(h, vec2f(0.0)));
    track.roi = vec4f(0.0, 0.0, params.width, params.height);
    track.judged = vec4f(1.0, 1.0, 1.0, 1.0);
    track.shutter = vec4f(0.0, 0.0, 0.0, 1.0);
    track.shown = vec4f(1.0, 1.0, 1.0, 1.0);
    track.drawn = vec4f(0.0);
    track.mode = MODE_HUNT;
    track.state = STATE_TRACKING;
    track.age = 0u;
    track.lost = 0u;
    for (var cell = 0u; cell < CELL_COUNT; cell++) {
        memory[cell] = vec2f(select(params.ring_trust, 1.0, is_inner_cell(cell)), 0.0);
    }
}

// Sets the corners that are shown; the tracked texture stays the same. A lost plane is searched for there.
fn correct(h: mat3x3f) {
    if (track.state == STATE_LOST) {
        let found = normalised(h * inverse3(track.anchor));
        track.last = found;
        track.before = found;
        track.seen = found;
        track.state = STATE_DEGRADED;
        track.age = 0u;
        return;
    }
    track.anchor_old = anchor_now();
    track.anchor = normalised(inverse3(track.last) * h);
    track.shown.x = 0.0;
}

@compute @workgroup_size(1)
fn main() {
    let h = transpose(mat3x3f(params.row_x.xyz, params.row_y.xyz, params.row_w.xyz));
    if (params.stage == 0u) {
        arm(normalised(h));
    } else if (params.stage == 1u) {
        correct(normalised(h));
    } else {
        track.state = STATE_IDLE;
        track.mode = 0u;
    }
}
