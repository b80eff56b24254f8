// Judges the alignment. Stage 0: whether the plane is lost, and whether its motion asks for a second
// pass with the blur it makes. Stage 1: whether that pass was better.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/recipe.wgsl
// include: trackoverlay/track/shared/agreement.wgsl
// include: trackoverlay/track/shared/scale.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/gates.wgsl

var<immediate> params: FitParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> agreement: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> memory: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> gates: array<u32>;

const LANES: u32 = 32u;
// Share of the texture that must agree for the plane not to be lost.
const LOST_SHARE: f32 = 0.35;
// The same where residuals are so many times larger than usual.
const DOUBTFUL_SHARE: f32 = 0.5;
const DOUBTFUL_SCALE: f32 = 5.0;
// The second pass may agree this much less than the first.
const SECOND_SLACK: f32 = 0.02;
// Pixels of motion that make blur worth a second pass.
const BLURRED_WAY: f32 = 2.0;
// Frames from which the shutter is found before it is believed, and between looks at it later.
const SHUTTER_LOOKS: f32 = 5.0;
const SHUTTER_EVERY: u32 = 8u;
// A shutter that is open this long only blurs next to nothing.
const OPEN: f32 = 0.05;

var<workgroup> votes: array<vec4f, 32>;
var<workgroup> is_hunting: u32;

fn look_for_plane() {
    track.mode = MODE_HUNT;
    track.now = track.seen;
    track.path = IDENTITY;
    track.shutter.z = 0.0;
    set_footprints(track.seen);
}

// Motion at the middle of this exposure, from that of the last two frames.
fn motion_now() -> mat3x3f {
    let step = normalised(track.now * inverse3(track.last));
    if (track.age < 2u) {
        return step;
    }
    return IDENTITY + 1.5 * (step - IDENTITY) - 0.5 * (track.way - IDENTITY);
}

fn consider_blur() {
    let way = motion_now();
    let middle = project(track.now, vec2f(0.0));
    let length = distance(project(way, middle), middle);
    let looks = length > BLURRED_WAY && (track.shutter.y < SHUTTER_LOOKS || params.frame % SHUTTER_EVERY == 0u);
    if (length < BLURRED_WAY || (track.shutter.x < OPEN && !looks)) {
        return;
    }
    track.mode = MODE_FOLLOW | MODE_REFINE;
    track.kept = track.now;
    track.kept_light = track.light;
    track.way = way;
    track.shutter.w = select(0.0, 1.0, looks);
    track.shutter.z = set_path(track.now, way, 1.0);
}

fn decide(share: f32, mean: f32) {
    let is_sound = is_plausible(track.now);
    if (params.stage == 0u) {
        track.judged = vec4f(share, mean, share, 0.0);
        let is_doubtful = share < DOUBTFUL_SHARE && track.light[1].w > DOUBTFUL_SCALE * track.shown.w;
        if (!is_sound || share < LOST_SHARE || is_doubtful) {
            look_for_plane();
        } else {
            consider_blur();
        }
    } else if (is_sound && share >= track.judged.z - SECOND_SLACK) {
        track.judged.x = share;
        track.judged.y = mean;
    } else {
        track.now = track.kept;
        track.light = track.kept_light;
    }
}

@compute @workgroup_size(32)
fn main(@builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    let m = on.side / CELLS;
    var sum = vec3f(0.0);
    for (var cell = lane; cell < CELL_COUNT; cell += LANES) {
        let a = agreement[cell];
        let trust = select(memory[cell].x, 1.0, is_inner_cell(cell));
        let seen = select(0.0, f32(m * m), a.x >= 0.0 && a.w > 0.0);
        energies[cell] = vec2f(a.x * seen, seen);
        let v = vote(a.yzw, trust, track.light[0].x, a.x);
        sum += vec3f(v, v.x * a.y);
    }
    votes[lane] = vec4f(sum, 0.0);
    workgroupBarrier();
    find_scale(lane, track.light[1].w);
    if (lane == 0u) {
        var all = vec4f(0.0);
        for (var i = 0u; i < LANES; i++) {
            all += votes[i];
        }
        let means = select(vec2f(0.0), all.yz / all.x, all.x > 0.0);
        track.light[1].w = found_scale;
        decide(means.x, means.y);
        // A plane that has just been lost is looked for from the next frame on.
        is_hunting = select(0u, 1u, track.mode == MODE_HUNT);
        open_gates(select(track.mode, 0u, is_hunting == 1u));
    }
    workgroupBarrier();
    // Whatever covered the plane is not where it will be found.
    for (var cell = lane; is_hunting == 1u && cell < CELL_COUNT; cell += LANES) {
        memory[cell].y = 0.0;
    }
}
