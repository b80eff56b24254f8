// Solves the normal equations in `total` and applies the step. Needs 32 invocations; the first 16 hold one
// row of the matrix each.

// Four vec4f for each row; the last column is the right side.
var<workgroup> rows: array<vec4f, 64>;
var<workgroup> row_scale: array<f32, 16>;
// The solution: step of the homography, gain, bias.
var<workgroup> solution: array<f32, 16>;

// Standard deviations of the priors, which fix the unknowns if the picture does not: gain and bias relative
// to the last frame's, and the homography's step in pixels.
const GAIN_DEVIATION: f32 = 0.05;
const BIAS_DEVIATION: f32 = 6.0;
const STEP_DEVIATION: f32 = 31.6;
// Longest step of one iteration, in units of the plane.
const LONGEST_STEP: f32 = 0.4;

// First element in `total` of block (a, b) of the upper half, a <= b.
fn block_start(a: u32, b: u32) -> u32 {
    let before = a * 4u - (a * (a + 1u)) / 2u;
    return (before + b) * 4u;
}

fn row_block(i: u32, b: u32) -> vec4f {
    let a = i / 4u;
    let r = i % 4u;
    if (a <= b) {
        let start = block_start(a, b);
        return vec4f(total[start][r], total[start + 1u][r], total[start + 2u][r], total[start + 3u][r]);
    }
    return total[block_start(b, a) + r];
}

// Prior of a row: weight (x) and value (y).
fn hold(i: u32, prior: array<vec4f, 2>, scale: f32) -> vec2f {
    let noise = scale * scale;
    if (i < 8u) {
        let sides = track.size.xy * 0.5 / on.step;
        let unit = select(select(0.5 * (sides.x + sides.y), sides.y, i < 6u), sides.x, i < 3u);
        return vec2f(noise * unit * unit / (STEP_DEVIATION * STEP_DEVIATION), 0.0);
    }
    if (i == 8u) {
        return vec2f(noise / (GAIN_DEVIATION * GAIN_DEVIATION), prior[0].x);
    }
    let bias = array<f32, 6>(prior[0].y, prior[0].z, prior[0].w, prior[1].x, prior[1].y, prior[1].z);
    return vec2f(noise / (BIAS_DEVIATION * BIAS_DEVIATION), bias[min(i - 9u, 5u)]);
}

fn load_row(i: u32, prior: array<vec4f, 2>, scale: f32) {
    for (var b = 0u; b < 4u; b++) {
        rows[i * 4u + b] = row_block(i, b);
    }
    let held = hold(i, prior, scale);
    rows[i * 4u + i / 4u][i % 4u] += held.x;
    rows[i * 4u + 3u][3] += held.x * held.y;
    let diagonal = rows[i * 4u + i / 4u][i % 4u];
    row_scale[i] = select(0.0, inverseSqrt(max(diagonal, 1e-20)), diagonal > 1e-20);
}

// Scales rows and columns to a diagonal of 1, for the precision of 32-bit floats.
fn scale_row(i: u32) {
    for (var b = 0u; b < 4u; b++) {
        let columns = vec4f(row_scale[b * 4u], row_scale[b * 4u + 1u], row_scale[b * 4u + 2u],
            select(row_scale[15], 1.0, b == 3u));
        let last = select(columns.w, row_scale[b * 4u + 3u], b < 3u);
        rows[i * 4u + b] *= row_scale[i] * vec4f(columns.xyz, last);
    }
    rows[i * 4u + i / 4u][i % 4u] = select(1.0 + 1e-6, 1.0, row_scale[i] == 0.0);
}

// Gauss-Jordan elimination; a positive definite matrix needs no pivoting.
fn solve_step(lane: u32, prior: array<vec4f, 2>, scale: f32) {
    if (lane < 15u) {
        load_row(lane, prior, scale);
    }
    if (lane == 15u) {
        row_scale[15] = 1.0;
    }
    workgroupBarrier();
    if (lane < 15u) {
        scale_row(lane);
    }
    workgroupBarrier();
    for (var k = 0u; k < 15u; k++) {
        if (lane < 15u && lane != k) {
            let f = rows[lane * 4u + k / 4u][k % 4u] / rows[k * 4u + k / 4u][k % 4u];
            for (var b = 0u; b < 4u; b++) {
                rows[lane * 4u + b] -= f * rows[k * 4u + b];
            }
        }
        workgroupBarrier();
    }
    if (lane < 15u) {
        solution[lane] = rows[lane * 4u + 3u].w / rows[lane * 4u + lane / 4u][lane % 4u] * row_scale[lane];
    }
    workgroupBarrier();
}

// The homography after the step in `solution`.
fn stepped(h: mat3x3f) -> mat3x3f {
    let gain = clamp(solution[8], 0.1, 8.0);
    var p = array<f32, 8>(solution[0], solution[1], solution[2], solution[3],
        solution[4], solution[5], solution[6], solution[7]);
    if (params.model == 1u) {
        let k = track.size.y / track.size.x;
        p = array<f32, 8>(solution[0], -solution[1] * k, solution[2], solution[1] / k, solution[0], solution[5], 0.0, 0.0);
    }
    var longest = 0.0;
    for (var i = 0u; i < 8u; i++) {
        longest = max(longest, abs(p[i] / gain));
    }
    if (!(longest < 1e3)) {
        return h;
    }
    let f = min(1.0, LONGEST_STEP / max(longest, 1e-9)) / gain;
    let step = mat3x3f(
        1.0 + f * p[0], f * p[3], f * p[6],
        f * p[1], 1.0 + f * p[4], f * p[7],
        f * p[2], f * p[5], 1.0,
    );
    return normalised(h * inverse3(step));
}

fn relit(light: array<vec4f, 2>) -> array<vec4f, 2> {
    let gain = solution[8];
    if (!(abs(gain) < 1e3)) {
        return light;
    }
    return array<vec4f, 2>(
        vec4f(clamp(gain, 0.1, 8.0), solution[9], solution[10], solution[11]),
        vec4f(solution[12], solution[13], solution[14], light[1].w),
    );
}
