// Checks whether a homography is a possible view of the plane.

// True if the quad is convex, in front of the camera, and of a plausible size relative to the armed one.
fn is_plausible(h: mat3x3f) -> bool {
    let a3 = h * vec3f(-1.0, -1.0, 1.0);
    let b3 = h * vec3f(1.0, -1.0, 1.0);
    let c3 = h * vec3f(1.0, 1.0, 1.0);
    let d3 = h * vec3f(-1.0, 1.0, 1.0);
    if (!(min(min(a3.z, b3.z), min(c3.z, d3.z)) > 0.05)) {
        return false;
    }
    let a = a3.xy / a3.z;
    let b = b3.xy / b3.z;
    let c = c3.xy / c3.z;
    let d = d3.xy / d3.z;
    let turns = vec4f(turn(d, a, b), turn(a, b, c), turn(b, c, d), turn(c, d, a));
    let area = 0.25 * (turns.x + turns.y + turns.z + turns.w);
    let ratio = area / (track.size.x * track.size.y);
    return all(turns > vec4f(0.0)) && ratio > 0.02 && ratio < 30.0;
}

fn turn(a: vec2f, b: vec2f, c: vec2f) -> f32 {
    return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
}
