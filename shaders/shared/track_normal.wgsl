// Normal equations of the alignment: Gauss-Newton steps of a homography and of the light together,
// by the inverse-compositional method (Baker and Matthews, "Lucas-Kanade 20 years on", 2004), with
// Tukey's weights.
//
// The frame at a sample is gain * template + gradient * step + a quadratic of bias. Each sample
// gives a row of 16: eight of the homography, the template, six of the bias, the frame's value.
// Reads `track`, `level`, `rendered`, `memory`.

// Upper blocks of the 16x16 matrix of products, 4x4 each.
var<private> m00: mat4x4f;
var<private> m01: mat4x4f;
var<private> m02: mat4x4f;
var<private> m03: mat4x4f;
var<private> m11: mat4x4f;
var<private> m12: mat4x4f;
var<private> m13: mat4x4f;
var<private> m22: mat4x4f;
var<private> m23: mat4x4f;
var<private> m33: mat4x4f;

// Residuals of this many deviations weigh nothing (95 % efficiency on Gaussian noise).
const TUKEY: f32 = 4.685;
// Energies of squares count residuals up to this many deviations.
const CLIPPED: f32 = 6.0;
// Samples nearer to the border than this many samples of the level see what is beyond it.
const BORDER: f32 = 2.5;
// Brighter and darker ones may be clipped.
const BRIGHTEST: f32 = 234.0 - 128.0;
const DARKEST: f32 = 20.0 - 128.0;

fn clear_products() {
    m00 = mat4x4f();
    m01 = mat4x4f();
    m02 = mat4x4f();
    m03 = mat4x4f();
    m11 = mat4x4f();
    m12 = mat4x4f();
    m13 = mat4x4f();
    m22 = mat4x4f();
    m23 = mat4x4f();
    m33 = mat4x4f();
}

fn outer(a: vec4f, b: vec4f) -> mat4x4f {
    return mat4x4f(a * b.x, a * b.y, a * b.z, a * b.w);
}

fn add_products(w: f32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
    let wa = w * a;
    let wb = w * b;
    let wc = w * c;
    m00 += outer(wa, a);
    m01 += outer(wa, b);
    m02 += outer(wa, c);
    m03 += outer(wa, d);
    m11 += outer(wb, b);
    m12 += outer(wb, c);
    m13 += outer(wb, d);
    m22 += outer(wc, c);
    m23 += outer(wc, d);
    m33 += outer(w * d, d);
}

// The part of the plane, along x and y, that does not see beyond the quad's border.
fn inner_part() -> vec2f {
    return 1.0 - 2.0 * BORDER * params.step / track.size.xy;
}

// How far to believe that a place moves with the quad: the quad itself does; what lies around, and
// the border that blends with it, as far as it has shown to.
fn trust_at(p: vec2f, inner: vec2f) -> f32 {
    let place = abs(p);
    if (all(place <= inner)) {
        return 1.0;
    }
    var beyond = p;
    if (all(place <= vec2f(1.0))) {
        beyond = select(p, sign(p) * 1.05, place > inner);
    }
    return memory[cell_at(beyond)].x;
}

// The frame at a place, with the template's footprint. Taps as in `set_footprint`. The loops end
// where they continue, for software runs both sides of a branch.
fn frame_at(p: vec2f, taps: vec4f) -> f32 {
    let n1 = select(0, 1, any(taps.xy != vec2f(0.0)));
    let n2 = select(0, 1, any(taps.zw != vec2f(0.0)));
    var sum = 0.0;
    var j = -n2;
    loop {
        var row = 0.0;
        var i = -n1;
        loop {
            let w = select(select(1.0 / 6.0, 2.0 / 3.0, i == 0), 1.0, n1 == 0);
            row += w * level_at(p + f32(i) * taps.xy + f32(j) * taps.zw);
            continuing {
                i += 1;
                break if i > n1;
            }
        }
        sum += row * select(select(1.0 / 6.0, 2.0 / 3.0, j == 0), 1.0, n2 == 0);
        continuing {
            j += 1;
            break if j > n2;
        }
    }
    return sum;
}

// True where a place of the frame can be read with its surroundings.
fn is_in_sight(at: vec2f) -> bool {
    return at.x >= 2.0 && at.y >= 2.0 && at.x < f32(params.width) - 3.0 && at.y < f32(params.height) - 3.0;
}

fn bias_at(p: vec2f, light: array<vec4f, 2>) -> f32 {
    return light[0].y + light[0].z * p.x + light[0].w * p.y
        + light[1].x * p.x * p.x + light[1].y * p.x * p.y + light[1].z * p.y * p.y;
}

// The homography's derivatives, reduced to what the motion model allows.
fn restricted(gx: f32, gy: f32, p: vec2f) -> array<vec4f, 2> {
    let d = -(gx * p.x + gy * p.y);
    if (params.model == 0u) {
        return array<vec4f, 2>(vec4f(0.0, 0.0, gx, 0.0), vec4f(0.0, gy, 0.0, 0.0));
    }
    if (params.model == 1u) {
        // Turns are turns of pixels, not of the plane's units.
        let k = track.size.y / track.size.x;
        return array<vec4f, 2>(vec4f(gx * p.x + gy * p.y, gy * p.x / k - gx * p.y * k, gx, 0.0), vec4f(0.0, gy, 0.0, 0.0));
    }
    let last = select(vec2f(0.0), d * p, params.model == 3u);
    return array<vec4f, 2>(vec4f(gx * p.x, gx * p.y, gx, gy * p.x), vec4f(gy * p.y, gy, last));
}

// What light does to one square alone is taken out of the equations: its own bias is eliminated by
// the Schur complement. So many samples of zero bias hold it where the square has none.
const BIAS_HOLD: f32 = 3.0;
// Where Tukey's weights refuse a square of which less than this share is left, though it correlates
// this well, the light has moved: its bias is found from all of its samples.
const REFUSED_SHARE: f32 = 0.4;
const ALIKE: f32 = 0.7;

// Adds the products of a square's samples. `bias` is the square's own, as found last. Returns the
// square's energy and the samples in sight, both weighted by trust, and its bias. `is_fresh` fits
// the light alone, whatever the residuals.
fn add_square(square: u32, h: mat3x3f, light: array<vec4f, 2>, weight: f32, bias: f32, is_fresh: bool) -> vec3f {
    let along = squares_along(params.level);
    let m = params.side / along;
    let taps = track.image_taps[params.level];
    let inner = inner_part();
    let scale = light[1].w;
    let reach = 1.0 / (TUKEY * scale);
    let most = CLIPPED * CLIPPED * scale * scale;
    var energy = vec2f(0.0);
    // Residuals less the square's bias; frame and template, squares and products, and their number.
    var off = 0.0;
    var first = vec2f(0.0);
    var second = vec3f(0.0);
    var n = 0.0;
    // Weight, and sums of the rows.
    var all = 0.0;
    var s0 = vec4f(0.0);
    var s1 = vec4f(0.0);
    var s2 = vec4f(0.0);
    var s3 = vec4f(0.0);
    for (var k = 0u; k < m * m; k++) {
        let column = (square % along) * m + k % m;
        let row = (square / along) * m + k / m;
        let t = rendered[params.first + row * params.side + column];
        let p = place_of(column, row, params.side);
        let q = h * vec3f(p, 1.0);
        let at = q.xy / q.z;
        if (t.w < 0.5 || !(q.z > 0.05) || !is_in_sight(at)) {
            continue;
        }
        let v = frame_at(at, taps);
        let r = v - light[0].x * t.x - bias_at(p, light) - bias;
        let place = trust_at(p, inner) * (1.0 - 0.9 * memory[cell_at(p)].y);
        energy += place * vec2f(min(r * r, most), 1.0);
        off += place * (r + bias);
        n += 1.0;
        first += vec2f(v, t.x);
        second += vec3f(v * v, t.x * t.x, v * t.x);
        let u = r * reach;
        let tukey = select(max(1.0 - u * u, 0.0), 1.0, is_fresh);
        let w = select(place * tukey * tukey, 0.0, v > BRIGHTEST || v < DARKEST);
        if (w > 0.0) {
            let moving = select(1.0, 0.0, is_fresh);
            let j = restricted(t.y * moving, t.z * moving, p);
            let c = vec4f(t.x, 1.0, p);
            let d = vec4f(p.x * p.x, p.x * p.y, p.y * p.y, v);
            add_products(weight * w, j[0], j[1], c, d);
            all += w;
            s0 += w * j[0];
            s1 += w * j[1];
            s2 += w * c;
            s3 += w * d;
        }
    }
    let f = 1.0 / (all + BIAS_HOLD);
    add_products(-weight * f, s0, s1, s2, s3);
    let own = s3.w - light[0].x * s2.x - dot(vec3f(light[0].yzw), s2.yzw) - dot(light[1].xyz, s3.xyz);
    let has_moved = all < REFUSED_SHARE * energy.y && correlation(n, first, second).x > ALIKE;
    return vec3f(energy, select(own * f, off / (energy.y + BIAS_HOLD), has_moved));
}
