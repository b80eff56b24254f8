// Judges an alignment by the share of the texture that agrees. Written to `track`.

// Share of the texture below which the plane is lost.
const LOST_SHARE: f32 = 0.35;
// Where noise hides the texture, hardly any cell agrees alone, and how many do changes from frame to frame. Then the
// mean correlation decides, which is near 0 anywhere else, if residuals are no larger than usual by the factor below.
// Clarities up to which that is so, and from which on noise hides nothing.
const HIDDEN_MEAN: f32 = 0.25;
const AS_USUAL: f32 = 1.5;
const HIDDEN_CLARITY: f32 = 0.5;
const CLEAR_CLARITY: f32 = 0.8;
// Frames after arming or finding in which the usual residual is not known yet.
const NEW_AGE: u32 = 4u;
// The same if residuals are larger than usual by this factor.
const DOUBTFUL_SHARE: f32 = 0.5;
const DOUBTFUL_SCALE: f32 = 5.0;
// The second pass is kept if it agrees at most this much less than the first.
const SECOND_SLACK: f32 = 0.02;
// Motion in pixels from which a second pass with motion blur is worth it.
const BLURRED_WAY: f32 = 2.0;
// Frames in which the shutter must be measured before it is used, and frames between later measurements.
const SHUTTER_LOOKS: f32 = 5.0;
const SHUTTER_EVERY: u32 = 8u;
// Exposures up to this part of the frame time cause no visible blur.
const OPEN: f32 = 0.05;

fn look_for_plane() {
    track.mode = MODE_HUNT;
    track.now = track.seen;
    track.path = IDENTITY;
    track.shutter.z = 0.0;
    set_footprints(track.seen);
}

// Motion at the middle of this exposure, extrapolated from the last two frames.
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

// The usual residual; in a plane that is new, that of this frame, if it is larger.
fn usual_noise() -> f32 {
    return select(track.shown.w, max(track.shown.w, track.light[1].w), track.age < NEW_AGE);
}

// True if noise hides the texture, and what shows through it agrees.
fn shows_through(mean: f32, clarity: f32) -> bool {
    let hidden = clamp((CLEAR_CLARITY - clarity) / (CLEAR_CLARITY - HIDDEN_CLARITY), 0.0, 1.0);
    return hidden * mean > HIDDEN_MEAN && track.light[1].w <= AS_USUAL * usual_noise();
}

// `means`: share that agrees, correlation and clarity of the texture.
fn decide(means: vec3f, is_second: bool) {
    let share = means.x;
    let mean = means.y;
    let is_sound = is_plausible(track.now);
    if (!is_second) {
        track.judged = vec4f(share, mean, share, 0.0);
        let is_doubtful = share < DOUBTFUL_SHARE && track.light[1].w > DOUBTFUL_SCALE * track.shown.w;
        let is_seen = share >= LOST_SHARE || shows_through(mean, means.z);
        if (!is_sound || !is_seen || is_doubtful) {
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
