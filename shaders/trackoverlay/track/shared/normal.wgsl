// Normal equations of the alignment: Gauss-Newton steps of a homography and the light together, by the
// inverse-compositional method (Baker and Matthews, "Lucas-Kanade 20 years on", 2004), with Tukey's weights.
//
// The frame at a sample is gain * template + gradient * step + a quadratic bias. Each sample gives a row of
// 16: eight of the homography, the template, six of the bias, and the frame's value. Reads `track`, `level`,
// `rendered`, `memory`, and the frame by `frame_at`.

// Upper half of the 16x16 matrix of products, in 4x4 blocks.
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

// Residuals from this many standard deviations on have no weight (95 % efficiency for Gaussian noise).
const TUKEY: f32 = 4.685;
// Energies of squares clip residuals at this many standard deviations.
const CLIPPED: f32 = 6.0;
// Factor on that limit for the energies that are judged.
const WIDER: f32 = 1.5;
// Samples closer to the quad's border than this many samples of the level are affected by pixels outside.
const BORDER: f32 = 2.5;
// Code values beyond these may be clipped in the frame, and are not used.
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

// Part of the plane, along x and y, that pixels outside the quad do not affect.
fn inner_part() -> vec2f {
    return 1.0 - 2.0 * BORDER * on.step / track.size.xy;
}

// Trust that a position moves with the quad. It is full inside the quad; around it, and at the border, which
// mixes with the surroundings, it is learned. Separate values for a cell, and for its parts that are border
// along x, along y, and along both.
struct Trust {
    within: f32,
    border: vec3f,
}

fn trust_in(cell: u32, middle: vec2f) -> Trust {
    if (!is_inner_cell(cell)) {
        let own = memory[cell].x;
        return Trust(own, vec3f(own));
    }
    let beyond = sign(middle) * 1.05;
    return Trust(1.0, vec3f(memory[cell_at(vec2f(beyond.x, middle.y))].x,
        memory[cell_at(vec2f(middle.x, beyond.y))].x, memory[cell_at(beyond)].x));
}

fn trust_at(p: vec2f, inner: vec2f, trust: Trust) -> f32 {
    let is_border = abs(p) > inner;
    let one = select(trust.border.y, trust.border.x, is_border.x);
    return select(select(trust.within, one, any(is_border)), trust.border.z, all(is_border));
}

// True if a position of the frame and its surroundings can be read.
fn is_in_sight(at: vec2f) -> bool {
    return at.x >= 2.0 && at.y >= 2.0 && at.x < f32(params.width) - 3.0 && at.y < f32(params.height) - 3.0;
}

fn bias_at(p: vec2f, light: array<vec4f, 2>) -> f32 {
    return light[0].y + light[0].z * p.x + light[0].w * p.y
        + light[1].x * p.x * p.x + light[1].y * p.x * p.y + light[1].z * p.y * p.y;
}

// Derivatives of the homography, restricted to the motion model.
fn restricted(gx: f32, gy: f32, p: vec2f) -> array<vec4f, 2> {
    let d = -(gx * p.x + gy * p.y);
    if (params.model == 0u) {
        return array<vec4f, 2>(vec4f(0.0, 0.0, gx, 0.0), vec4f(0.0, gy, 0.0, 0.0));
    }
    if (params.model == 1u) {
        // Rotations are of pixels, not of the plane's units.
        let k = track.size.y / track.size.x;
        return array<vec4f, 2>(vec4f(gx * p.x + gy * p.y, gy * p.x / k - gx * p.y * k, gx, 0.0), vec4f(0.0, gy, 0.0, 0.0));
    }
    let last = select(vec2f(0.0), d * p, params.model == 3u);
    return array<vec4f, 2>(vec4f(gx * p.x, gx * p.y, gx, gy * p.x), vec4f(gy * p.y, gy, last));
}

// Changes of light in a single square are eliminated from the equations: its own bias by the Schur
// complement. A prior of this many samples of zero bias holds it where the square has few samples.
const BIAS_HOLD: f32 = 3.0;
// If Tukey's weights leave less than this share of a square although it correlates this well, its light has
// changed: its bias is then fitted to all of its samples.
const REFUSED_SHARE: f32 = 0.4;
const ALIKE: f32 = 0.7;

// Weighted products of the values of a sample, summed over a cell. The values: gradient along x and y,
// template, 1, the frame's value.
struct Moments {
    // Products of the gradient: xx, xy, yy.
    gradient: vec3f,
    // Gradient along x and along y, each times template, 1, and the frame's value.
    along_x: vec3f,
    along_y: vec3f,
    // Template squared; template times 1; template times value; value squared.
    values: vec4f,
    // 1 times 1, and 1 times value.
    ones: vec2f,
}

// Other sums over a square's samples.
struct Tally {
    // Squared residuals and number of samples, both weighted by trust.
    energy: vec2f,
    // Squared residuals with a wider clip.
    judged: f32,
    // Residuals minus the square's bias.
    off: f32,
    // Frame and template; their squares and product, and the number of samples.
    first: vec2f,
    second: vec3f,
    n: f32,
}

var<private> cell_moments: Moments;
var<private> tally: Tally;
// Weight, and sums of the rows of a square's cells.
var<private> all_weight: f32;
var<private> row_sums: array<vec4f, 4>;

// Adds the products of a cell's samples. All samples are taken to be at the cell's centre, but with their
// own residuals: this changes a step slightly, but not the solution that the steps converge to.
fn add_cell(m: Moments, p: vec2f, weight: f32) {
    let ax = restricted(1.0, 0.0, p);
    let ay = restricted(0.0, 1.0, p);
    let p0 = weight * (m.gradient.x * ax[0] + m.gradient.y * ay[0]);
    let q0 = weight * (m.gradient.y * ax[0] + m.gradient.z * ay[0]);
    let p1 = weight * (m.gradient.x * ax[1] + m.gradient.y * ay[1]);
    let q1 = weight * (m.gradient.y * ax[1] + m.gradient.z * ay[1]);
    m00 += outer(p0, ax[0]) + outer(q0, ay[0]);
    m01 += outer(p0, ax[1]) + outer(q0, ay[1]);
    m11 += outer(p1, ax[1]) + outer(q1, ay[1]);
    let r0 = m.along_x.x * ax[0] + m.along_y.x * ay[0];
    let s0 = m.along_x.y * ax[0] + m.along_y.y * ay[0];
    let v0 = m.along_x.z * ax[0] + m.along_y.z * ay[0];
    let r1 = m.along_x.x * ax[1] + m.along_y.x * ay[1];
    let s1 = m.along_x.y * ax[1] + m.along_y.y * ay[1];
    let v1 = m.along_x.z * ax[1] + m.along_y.z * ay[1];
    let bends = vec3f(p.x * p.x, p.x * p.y, p.y * p.y);
    m02 += weight * mat4x4f(r0, s0, p.x * s0, p.y * s0);
    m12 += weight * mat4x4f(r1, s1, p.x * s1, p.y * s1);
    m03 += weight * mat4x4f(bends.x * s0, bends.y * s0, bends.z * s0, v0);
    m13 += weight * mat4x4f(bends.x * s1, bends.y * s1, bends.z * s1, v1);
    let n = m.ones.x;
    let v = m.ones.y;
    let c = vec4f(m.values.x, m.values.y, p * m.values.y);
    let k = vec4f(m.values.y, n, p * n);
    let l = vec4f(m.values.z, v, p * v);
    let d = vec4f(bends * n, v);
    m22 += weight * mat4x4f(c, k, p.x * k, p.y * k);
    m23 += weight * mat4x4f(bends.x * k, bends.y * k, bends.z * k, l);
    m33 += weight * mat4x4f(bends.x * d, bends.y * d, bends.z * d, vec4f(bends * v, m.values.w));
    all_weight += n;
    row_sums[0] += s0;
    row_sums[1] += s1;
    row_sums[2] += k;
    row_sums[3] += d;
}

// Inputs for the samples of a square.
struct View {
    h: mat3x3f,
    light: array<vec4f, 2>,
    // The square's own bias, as last found.
    bias: f32,
    // Fits the light only, whatever the residuals.
    is_fresh: bool,
    taps: vec4f,
    inner: vec2f,
}

// Processes every `every`-th sample of a cell, from `first` on; `open` is 1 minus its cover.
fn look_at_cell(cell: u32, trust: Trust, open: f32, view: View, first: u32, every: u32) {
    let m = on.side / CELLS;
    let light = view.light;
    let scale = light[1].w;
    let reach = 1.0 / (TUKEY * scale);
    let most = CLIPPED * CLIPPED * scale * scale;
    let corner = vec2u(cell % CELLS, cell / CELLS) * m;
    cell_moments = Moments();
    var k = first;
    loop {
        let column = corner.x + k % m;
        let row = corner.y + k / m;
        let index = row * on.side + column;
        let t = rendered[on.first + index];
        let p = place_of(column, row, on.side);
        let q = view.h * vec3f(p, 1.0);
        let at = q.xy / q.z;
        let is_seen = t.w >= 0.5 && q.z > 0.05 && is_in_sight(at);
        let v = frame_at(select(vec2f(0.0), at, is_seen), view.taps);
        let r = v - light[0].x * t.x - bias_at(p, light) - view.bias;
        let rr = r * r;
        let place = select(0.0, trust_at(p, view.inner, trust) * open, is_seen);
        let seen = select(0.0, 1.0, is_seen);
        tally.energy += place * vec2f(min(rr, most), 1.0);
        tally.judged += place * min(rr, WIDER * WIDER * most);
        tally.off += place * (r + view.bias);
        tally.n += seen;
        tally.first += seen * vec2f(v, t.x);
        tally.second += seen * vec3f(v * v, t.x * t.x, v * t.x);
        note_residual(index, rr, t.yz, is_seen);
        let u = r * reach;
        let tukey = select(max(1.0 - u * u, 0.0), 1.0, view.is_fresh);
        let w = select(place * tukey * tukey, 0.0, v > BRIGHTEST || v < DARKEST);
        let g = select(t.yz, vec2f(0.0), view.is_fresh);
        let wg = w * g;
        let wt = w * t.x;
        let wv = w * v;
        cell_moments.gradient += vec3f(wg.x * g, wg.y * g.y);
        cell_moments.along_x += wg.x * vec3f(t.x, 1.0, v);
        cell_moments.along_y += wg.y * vec3f(t.x, 1.0, v);
        cell_moments.values += vec4f(wt * t.x, wt, wt * v, wv * v);
        cell_moments.ones += vec2f(w, wv);
        continuing {
            k += every;
            break if k >= m * m;
        }
    }
}

// A square's own bias, from the sums of its rows, its visible samples, and its residuals and correlation.
fn own_bias(light: array<vec4f, 2>, seen: f32, found: vec2f) -> f32 {
    let s2 = row_sums[2];
    let s3 = row_sums[3];
    let own = s3.w - light[0].x * s2.x - dot(vec3f(light[0].yzw), s2.yzw) - dot(light[1].xyz, s3.xyz);
    let has_moved = all_weight < REFUSED_SHARE * seen && found.y > ALIKE;
    return select(own / (all_weight + BIAS_HOLD), found.x / (seen + BIAS_HOLD), has_moved);
}

// Adds the products of a square's samples. Returns its energy and its visible samples, both weighted by
// trust, and its bias.
fn add_square(square: u32, h: mat3x3f, light: array<vec4f, 2>, weight: f32, bias: f32, is_fresh: bool) -> vec3f {
    let along = squares_along(on.number);
    let cells = CELLS / along;
    let view = View(h, light, bias, is_fresh, track.image_taps[on.number], inner_part());
    tally = Tally();
    all_weight = 0.0;
    row_sums = array<vec4f, 4>();
    var k = 0u;
    loop {
        let x = (square % along) * cells + k % cells;
        let y = (square / along) * cells + k / cells;
        let middle = place_of(x, y, CELLS);
        let cell = y * CELLS + x;
        look_at_cell(cell, trust_in(cell, middle), 1.0 - 0.9 * memory[cell].y, view, 0u, 1u);
        add_cell(cell_moments, middle, weight);
        continuing {
            k += 1u;
            break if k >= cells * cells;
        }
    }
    add_products(-weight / (all_weight + BIAS_HOLD), row_sums[0], row_sums[1], row_sums[2], row_sums[3]);
    let fit = correlation(tally.n, tally.first, tally.second);
    return vec3f(tally.energy, own_bias(light, tally.energy.y, vec2f(tally.off, fit.x)));
}
