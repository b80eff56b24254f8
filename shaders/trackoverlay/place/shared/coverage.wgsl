// Coverage of a pixel by the quad of `spot`.

// Integral of clamp(t, 0, 1) from -infinity to t.
fn ramp_integral(t: f32) -> f32 {
    let u = clamp(t, 0.0, 1.0);
    return 0.5 * u * u + max(t - 1.0, 0.0);
}

// Area of the unit square around the origin left of a side, over the rows that the side crosses; positive
// for sides that run downwards. The sum over all sides is the covered area.
fn area_left_of(a: vec2f, b: vec2f) -> f32 {
    let low = clamp(a.y, -0.5, 0.5);
    let high = clamp(b.y, -0.5, 0.5);
    if (low == high) {
        return 0.0;
    }
    let slope = (b.x - a.x) / (b.y - a.y);
    let start = 0.5 + a.x + (low - a.y) * slope;
    let end = 0.5 + a.x + (high - a.y) * slope;
    let span = end - start;
    var mean = clamp(0.5 * (start + end), 0.0, 1.0);
    if (abs(span) > 1e-3) {
        mean = (ramp_integral(end) - ramp_integral(start)) / span;
    }
    return mean * (high - low);
}

// Exact share of the pixel of `size` around `at` that the quad covers.
fn covered(at: vec2f, size: vec2f) -> f32 {
    let a = (vec2f(spot.corners_x.x, spot.corners_y.x) - at) / size;
    let b = (vec2f(spot.corners_x.y, spot.corners_y.y) - at) / size;
    let c = (vec2f(spot.corners_x.z, spot.corners_y.z) - at) / size;
    let d = (vec2f(spot.corners_x.w, spot.corners_y.w) - at) / size;
    let area = area_left_of(a, b) + area_left_of(b, c) + area_left_of(c, d) + area_left_of(d, a);
    return clamp(abs(area), 0.0, 1.0);
}

// Distances to the four sides in pixels, positive inside.
fn distances(at: vec2f) -> vec4f {
    return vec4f(
        dot(spot.side_0.xy, at) + spot.side_0.z,
        dot(spot.side_1.xy, at) + spot.side_1.z,
        dot(spot.side_2.xy, at) + spot.side_2.z,
        dot(spot.side_3.xy, at) + spot.side_3.z,
    );
}

// Coverage averaged over the shutter's motion, with the soft edge. The edge lies inside the quad, so that no
// pixel outside is touched.
fn softly_covered(at: vec2f, size: vec2f) -> f32 {
    var sum = 0.0;
    var step = 0.5;
    loop {
        sum += covered(at + spot.blur.xy * (step / spot.blur.w - 0.5), size);
        continuing {
            step += 1.0;
            break if step >= spot.blur.w;
        }
    }
    let share = sum / spot.blur.w;
    if (params.feather <= 0.0) {
        return share;
    }
    let ramp = smoothstep(vec4f(0.0), vec4f(1.0), (distances(at) + 0.5) / params.feather);
    return share * ramp.x * ramp.y * ramp.z * ramp.w;
}

// Position of a run of pixels from `first` to `last`: 0 outside, 2 inside beyond the soft edge, else 1.
fn place_of_run(first: vec2f, last: vec2f, size: vec2f) -> u32 {
    let reach = 0.5 * (length(size) + spot.blur.z);
    let a = distances(first);
    let b = distances(last);
    if (any(max(a, b) < vec4f(-reach))) {
        return 0u;
    }
    let inside = all(min(a, b) > vec4f(reach + max(params.feather, 0.0)));
    return select(1u, 2u, inside);
}
