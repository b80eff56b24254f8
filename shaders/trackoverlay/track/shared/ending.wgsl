// Updates the state at the end of a frame and writes the pose. Reads and writes `track`, `agreement`,
// `memory`, `pose_out`.

// Share of the texture below which the state is `degraded`.
const DEGRADED_SHARE: f32 = 0.5;
// Share from which on a plane that was `degraded` is tracked again.
const GOOD_SHARE: f32 = 0.6;
// Seconds over which a correction is applied.
const CORRECTION_SECONDS: f32 = 0.3;
// Energies in squares of the usual residual: a cell may be covered from the first on, and is from the
// second.
const COVERED_LEAST: f32 = 3.0;
const COVERED_MOST: f32 = 6.0;
// Rates at which a cell becomes covered, and free again.
const COVER_RATE: f32 = 0.7;
const UNCOVER_RATE: f32 = 0.4;
// Pixels that the corners must have moved since arming, to see whether the ring moves with the quad.
const TELLING_WAY: f32 = 1.5;
// Trust in a part of the ring grows at this rate, and falls by this factor at each failure.
const TRUST_GROWTH: f32 = 0.3;
const TRUST_LOSS: f32 = 0.4;
const LEAST_TRUST: f32 = 0.002;
// Weight of a new pose in the one shown while the plane is at rest; and the mean motion of the corners in
// pixels up to which the plane is at rest, and from which it moves.
const CALM_SHARE: f32 = 0.35;
const CALM_WAY: f32 = 0.015;
const MOVING_WAY: f32 = 0.06;
// Rates at which the usual scale of residuals follows: later, and at first.
const SCALE_RATE: f32 = 0.15;
const FIRST_SCALE_RATE: f32 = 0.4;

// Mean distance of the corners between two poses in pixels.
fn corner_way(a: mat3x3f, b: mat3x3f) -> f32 {
    return 0.25 * (distance(project(a, vec2f(-1.0, -1.0)), project(b, vec2f(-1.0, -1.0)))
        + distance(project(a, vec2f(1.0, -1.0)), project(b, vec2f(1.0, -1.0)))
        + distance(project(a, vec2f(1.0, 1.0)), project(b, vec2f(1.0, 1.0)))
        + distance(project(a, vec2f(-1.0, 1.0)), project(b, vec2f(-1.0, 1.0))));
}

// The pose to show. Noise makes a plane at rest tremble, so poses are averaged over time; motion larger than
// noise is shown at once.
fn calmed() -> mat3x3f {
    if (track.age < 3u) {
        return track.now;
    }
    let moved = corner_way(track.now, track.seen);
    let share = mix(CALM_SHARE, 1.0, smoothstep(CALM_WAY, MOVING_WAY, moved));
    return normalised(track.seen * (1.0 - share) + track.now * share);
}

fn remember(cell: u32, moved: f32) {
    let a = agreement[cell];
    if (a.w == 0.0) {
        return;
    }
    var kept = memory[cell];
    let noise = track.light[1].w * track.light[1].w;
    let u = select(1.0, a.x / noise, a.x >= 0.0);
    var covered = clamp((u - COVERED_LEAST) / (COVERED_MOST - COVERED_LEAST), 0.0, 1.0);
    if (a.y < 0.3 && a.z > 30.0) {
        covered = max(covered, 0.8);
    }
    kept.y += (covered - kept.y) * select(UNCOVER_RATE, COVER_RATE, covered > kept.y);
    if (!is_inner_cell(cell)) {
        if (u > 2.5 || (a.y < 0.5 && a.z > 20.0)) {
            kept.x = max(kept.x * TRUST_LOSS, LEAST_TRUST);
        } else if (moved > TELLING_WAY && u < 1.8 && a.z > 4.0 * noise) {
            kept.x = min(1.0, kept.x + TRUST_GROWTH * (0.1 + kept.x));
        }
    }
    memory[cell] = kept;
}

fn keep_pose() {
    let was_degraded = track.state == STATE_DEGRADED && track.age > 0u;
    if (track.age > 0u) {
        let rate = select(SCALE_RATE, FIRST_SCALE_RATE, track.age < 8u);
        track.shown.w += rate * (max(track.light[1].w, 1.0) - track.shown.w);
    }
    track.age += 1u;
    track.lost = 0u;
    track.before = track.last;
    track.last = track.now;
    if (track.age == 1u) {
        track.before = track.now;
    }
    track.seen = calmed();
    track.last_light = track.light;
    track.state = select(STATE_TRACKING, STATE_DEGRADED,
        track.judged.x < select(DEGRADED_SHARE, GOOD_SHARE, was_degraded));
    track.shown.z = clamp(track.judged.x, 0.0, 1.0);
}

fn show(is_lost: bool) {
    var visible = track.shown.y;
    if (params.on_lost == 0u) {
        visible = 1.0;
    } else if (params.on_lost == 2u) {
        visible = select(1.0, 0.0, is_lost);
    } else if (is_lost) {
        visible -= params.seconds / max(params.fade_out, 1e-3);
    } else {
        visible += params.seconds / max(params.fade_in, 1e-3);
    }
    track.shown.y = clamp(visible, 0.0, 1.0);
    track.shown.x = min(track.shown.x + params.seconds / CORRECTION_SECONDS, 1.0);
}

// First and last pixel of the frame that the quad touches.
fn bounds_of(h: mat3x3f) -> vec4f {
    let a = project(h, vec2f(-1.0, -1.0));
    let b = project(h, vec2f(1.0, -1.0));
    let c = project(h, vec2f(1.0, 1.0));
    let d = project(h, vec2f(-1.0, 1.0));
    let size = vec2f(f32(params.width), f32(params.height));
    let first = clamp(floor(min(min(a, b), min(c, d)) + 0.5), vec2f(0.0), size);
    let last = clamp(ceil(max(max(a, b), max(c, d)) + 0.5), vec2f(0.0), size);
    return select(vec4f(0.0, 0.0, -1.0, -1.0), vec4f(first, last - 1.0), all(first < last));
}

fn give_out() {
    let h = normalised(track.seen * anchor_now());
    let rows = transpose(h);
    let back = transpose(normalised(inverse3(h)));
    for (var i = 0u; i < 3u; i++) {
        pose_out[i] = vec4f(rows[i], 0.0);
        pose_out[3u + i] = vec4f(back[i], 0.0);
    }
    let gain = track.last_light[0].x;
    let bias = (track.last_light[0].y + 128.0 * (1.0 - gain)) / 255.0;
    pose_out[6] = vec4f(gain, bias, track.shown.z, track.shown.y);
    pose_out[7] = vec4f(f32(track.state), f32(params.frame & 0xffffu), f32(params.frame >> 16u), track.judged.x);
    pose_out[8] = bounds_of(h);
    let middle = project(track.now, vec2f(0.0));
    let blurred = project(track.now, project(track.path, vec2f(0.0))) - middle;
    pose_out[9] = vec4f(select(vec2f(0.0), blurred, track.shutter.z >= 0.6 && track.shutter.x > 0.05), 0.0, 0.0);
}

// Ends a frame without tracking.
fn end_idle_frame() {
    track.shown.z = 0.0;
    track.shown.y = 0.0;
    give_out();
}

fn end_frame(is_arming: bool, is_lost: bool) {
    if (is_lost) {
        track.state = STATE_LOST;
        track.lost += 1u;
        track.shown.z = 0.0;
    } else if (!is_arming) {
        keep_pose();
    }
    show(is_lost);
    give_out();
}
