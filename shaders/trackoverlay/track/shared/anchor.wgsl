// Homography from the tracked plane to the one that the user set by a correction. Reads `track`.

// During a correction, interpolates from the last one to the new one.
fn anchor_now() -> mat3x3f {
    let t = smoothstep(0.0, 1.0, track.shown.x);
    return track.anchor_old * (1.0 - t) + track.anchor * t;
}
