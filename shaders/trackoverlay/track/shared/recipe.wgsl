// Blur that makes the template look like the frame, and the other way round: footprints of pixels, and
// motion during the exposure. Written to `track`.

// Derivative of a homography at the plane's centre.
fn slope(h: mat3x3f) -> mat2x2f {
    let o = h[2];
    let at = o.xy / o.z;
    return mat2x2f((h[0].xy - at * h[0].z) / o.z, (h[1].xy - at * h[1].z) / o.z);
}

fn inverse2(m: mat2x2f) -> mat2x2f {
    let d = m[0].x * m[1].y - m[1].x * m[0].y;
    return mat2x2f(m[1].y, -m[0].y, -m[1].x, m[0].x) * (1.0 / d);
}

// Three taps with weights 1/6, 2/3, 1/6 at a distance of sqrt(3) standard deviations have the variance of a
// Gaussian. Differences below this share of the smoothing's own variance are ignored.
const FOOTPRINT_TOLERANCE: f32 = 0.08;

// Sets the taps of one level. `now_to_home` maps steps in pixels now to pixels at arming.
fn set_footprint(level: u32, smoothing: f32, now_to_home: mat2x2f, home: mat2x2f) {
    let m = now_to_home;
    // Excess of the variance now over that at arming: smoothing * (m mT - 1).
    let xx = smoothing * (m[0].x * m[0].x + m[1].x * m[1].x - 1.0);
    let xy = smoothing * (m[0].x * m[0].y + m[1].x * m[1].y);
    let yy = smoothing * (m[0].y * m[0].y + m[1].y * m[1].y - 1.0);
    let mid = 0.5 * (xx + yy);
    let spread = sqrt(0.25 * (xx - yy) * (xx - yy) + xy * xy);
    var axis = vec2f(select(0.0, 1.0, xx >= yy), select(1.0, 0.0, xx >= yy));
    if (abs(xy) > 1e-6) {
        axis = normalize(vec2f(mid + spread - yy, xy));
    }
    let across = vec2f(-axis.y, axis.x);
    let long = mid + spread;
    let short = mid - spread;
    let least = FOOTPRINT_TOLERANCE * smoothing;
    let to_plane = inverse2(home);
    let to_now = inverse2(m);
    let long_template = select(0.0, sqrt(3.0 * max(long, 0.0)), long > least);
    let short_template = select(0.0, sqrt(3.0 * max(short, 0.0)), short > least);
    let long_image = select(0.0, sqrt(3.0 * max(-long, 0.0)), long < -least);
    let short_image = select(0.0, sqrt(3.0 * max(-short, 0.0)), short < -least);
    track.template_taps[level] = vec4f(to_plane * axis * long_template, to_plane * across * short_template);
    track.image_taps[level] = vec4f(to_now * axis * long_image, to_now * across * short_image);
}

fn set_footprints(h: mat3x3f) {
    let home = slope(track.home);
    let now_to_home = home * inverse2(slope(h));
    // Variance of a pixel, plus that of the binomial filter at each finer level.
    let unit = f32(params.shrink * params.shrink);
    var filtered = 1.0 / 12.0 + 1.0;
    for (var level = 0u; level < 4u; level++) {
        set_footprint(level, unit * filtered, now_to_home, home);
        filtered += f32(1u << (2u * level));
    }
}

// At the two ends of the exposure the plane is at (1 -+ q) h. Returns the longest motion in pixels.
fn set_path(h: mat3x3f, way: mat3x3f, shutter: f32) -> f32 {
    let q = (way - IDENTITY) * (0.5 * shutter);
    let start = (IDENTITY - q) * h;
    let end = (IDENTITY + q) * h;
    track.path = normalised(inverse3(end) * start);
    var longest = distance(project(start, vec2f(0.0)), project(end, vec2f(0.0)));
    longest = max(longest, distance(project(start, vec2f(-1.0, -1.0)), project(end, vec2f(-1.0, -1.0))));
    longest = max(longest, distance(project(start, vec2f(1.0, -1.0)), project(end, vec2f(1.0, -1.0))));
    longest = max(longest, distance(project(start, vec2f(1.0, 1.0)), project(end, vec2f(1.0, 1.0))));
    longest = max(longest, distance(project(start, vec2f(-1.0, 1.0)), project(end, vec2f(-1.0, 1.0))));
    return longest;
}
