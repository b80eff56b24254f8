// The way from where the plane is tracked to where the operator says it is. Reads `track`.

// Between two corrections it moves over from one to the other.
fn anchor_now() -> mat3x3f {
    let t = smoothstep(0.0, 1.0, track.shown.x);
    return track.anchor_old * (1.0 - t) + track.anchor * t;
}
