// Judges an alignment by the share of the texture that agrees. Written to `track`.

// Share of the texture below which the plane is lost.
const LOST_SHARE: f32 = 0.35;
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

fn decide(share: f32, mean: f32, is_second: bool) {
    let is_sound = is_plausible(track.now);
    if (!is_second) {
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
