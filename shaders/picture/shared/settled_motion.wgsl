// Last decision about a block's motion. The least difference is not always the motion: where a graphic changes
// at once, something with less of a difference lies somewhere nearby by chance, or the difference becomes less
// with a change of brightness; then the picture around the graphic would be predicted from a wrong place.
// So here most pixels decide: none counts more than `limit`, however much it differs.
//
// The shader that includes this also includes picture/shared/matching.wgsl and binds `current` and `reference`.

// Comparison of a window with the reference.
struct Rest {
    // Sum of absolute differences, none of them more than the limit.
    trimmed: f32,
    // Mean difference.
    change: f32,
}

// Twelve pixels of a row.
struct Pixels {
    a: vec4f,
    b: vec4f,
    c: vec4f,
}

fn pixels_in(word: u32) -> vec4f {
    return vec4f(vec4i((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(0xffu)));
}

// Twelve pixels, from `part` of a pixel right of the row's first on.
fn pixels_from(row: vec4u, part: f32) -> Pixels {
    let a = pixels_in(row.x);
    let b = pixels_in(row.y);
    let c = pixels_in(row.z);
    let d = pixels_in(row.w);
    return Pixels(
        mix(a, vec4f(a.yzw, b.x), part),
        mix(b, vec4f(b.yzw, c.x), part),
        mix(c, vec4f(c.yzw, d.x), part),
    );
}

// Compares the window at `at` with the reference at a vector, made brighter by `fade`.
fn compared(at: vec2i, vector: vec2f, fade: f32, limit: f32, size: vec2i) -> Rest {
    let whole = floor(vector);
    let part = vector - whole;
    let start = at + vec2i(whole);
    var above = pixels_from(window_row(reference, start.x, start.y, size), part.x);
    var trimmed = vec4f(0.0);
    var change = vec4f(0.0);
    for (var y = 0; y < WINDOW; y++) {
        let below = pixels_from(window_row(reference, start.x, start.y + y + 1, size), part.x);
        let row = window_row(current, at.x, at.y + y, size);
        let a = pixels_in(row.x) - mix(above.a, below.a, part.y) - fade;
        let b = pixels_in(row.y) - mix(above.b, below.b, part.y) - fade;
        let c = pixels_in(row.z) - mix(above.c, below.c, part.y) - fade;
        trimmed += min(abs(a), vec4f(limit)) + min(abs(b), vec4f(limit)) + min(abs(c), vec4f(limit));
        change += a + b + c;
        above = below;
    }
    return Rest(dot(trimmed, vec4f(1.0)), dot(change, vec4f(1.0)) / WINDOW_PIXELS);
}

// Mean change of a window's brightness, reduced by what noise of this variance in luma could cause.
fn without_noise(change: f32, variance: f32) -> f32 {
    // A guide pixel is the mean of four luma pixels. Three standard deviations of the window's mean, with a
    // margin of 1.3.
    let feigned = 9.0 * 1.3 * variance / (4.0 * WINDOW_PIXELS);
    return change * max(0.0, 1.0 - feigned / max(change * change, 1e-6));
}

// Largest difference that counts in full: four codes, and three standard deviations of the noise. The noise is
// taken from the zero vector's bonus for a window, which is 0.04 of a standard deviation for each pixel. In
// quarters, so that sums of differences are exact.
fn outlier(bonus: f32) -> f32 {
    return floor(4.0 * (4.0 + 3.0 / (0.04 * WINDOW_PIXELS) * bonus)) / 4.0;
}

// Vector of the window at `at` (xy), which is `vector` or none, and change of brightness along it (z).
fn settled(at: vec2i, vector: vec2f, bonus: f32, variance: f32, size: vec2i) -> vec3f {
    let limit = outlier(bonus);
    let moved = compared(at, vector, 0.0, limit, size);
    let still = compared(at, vec2f(0.0), 0.0, limit, size);
    // Half of the bonus, less of it where most pixels differ anyway, as in a fade.
    let advantage = 0.5 * bonus * (1.0 - still.trimmed / (limit * WINDOW_PIXELS));
    let stays = still.trimmed - advantage < moved.trimmed;
    let best = select(vector, vec2f(0.0), stays);
    let fade = without_noise(select(moved.change, still.change, stays), variance);
    if (fade == 0.0) {
        return vec3f(best, 0.0);
    }
    let faded = compared(at, best, fade, limit, size);
    return vec3f(best, select(0.0, fade, faded.trimmed < select(moved.trimmed, still.trimmed, stays)));
}
