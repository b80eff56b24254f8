// Ends a hunt. Reads `candidates`, writes `track`.

// Share of the texture that must agree to find the plane; more than is needed to keep it.
const FOUND_SHARE: f32 = 0.45;
// Residuals may be larger than usual by this factor.
const FOUND_SCALE: f32 = 4.0;

fn accept_best() {
    var best = 0u;
    for (var i = 1u; i < CANDIDATES; i++) {
        if (candidates[i].fit.y > candidates[best].fit.y) {
            best = i;
        }
    }
    let share = candidates[best].fit.y;
    let is_usual = candidates[best].light[1].w < FOUND_SCALE * track.shown.w;
    if (share > FOUND_SHARE && is_usual && is_plausible(candidates[best].h)) {
        track.now = candidates[best].h;
        track.light = candidates[best].light;
        track.judged = vec4f(share, candidates[best].fit.z, share, share);
        track.age = 0u;
        track.state = STATE_DEGRADED;
        track.mode = MODE_FOLLOW;
    }
}
