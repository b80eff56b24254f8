// Last spatial step: each value moves towards the mean of those noisy values around it that agree with it. Shrinkage
// of blocks leaves noise and ringing along edges, where few coefficients are small; values on the same side of an edge
// agree there. Where the picture is smooth, shrinkage has averaged more than nine values, and nothing moves. In place:
// an invocation reads and writes its own 4x4 pixels of `shrunk` only.
// include: shared/packed.wgsl
// include: shared/noise_model.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl

struct AgreeingMeanParams {
    parts: Parts,
    // Weights of the mean in luma and chroma, where noise is white.
    luma_share: f32,
    chroma_share: f32,
}

var<immediate> params: AgreeingMeanParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> shrunk: array<vec2u>;
@group(0) @binding(2) var<storage, read> noise: NoiseModel;

// Weights of neighbours in a row or column, beside 1: a Gaussian of one pixel. A window of 5x5 gains 0.05 dB more.
const BESIDE: f32 = 0.607;
// A value that differs by as many standard deviations of its noise does not agree at all.
const DISAGREES: f32 = 4.0;
// Variance of a picture, relative to that of its noise, that has half of the share.
const SMOOTH: f32 = 0.1;
// Quads of an invocation, one below the other.
const ROWS: u32 = 4u;
const GROUP: u32 = 64u;

// Component of this invocation.
var<private> part: Part;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return vec2u((size.x + 3u) / 4u, (size.y + ROWS - 1u) / ROWS);
}

// The noisy values of a row: those left of the quad's pixels, their own, and those on the right; with the inverse of
// their variances. These are 0 where there is no noise, for such values are another matter.
struct Row {
    values: array<vec4f, 3>,
    weights: array<vec4f, 3>,
}

fn state_quad(x: i32, y: i32) -> vec4u {
    let quad = state[part.first + quad_index(x, y, part.quads)];
    return select(quad, quad.wzyx, is_mirrored(x, part.quads));
}

fn shrunk_quad(x: i32, y: i32) -> vec4f {
    return unpack_quad(shrunk[part.first + quad_index(x, y, part.quads)]);
}

fn inverse_variances(quad: vec4u) -> vec4f {
    return select(1.0 / state_variances(quad), vec4f(0.0), (quad & vec4u(0xffffu)) == vec4u(0u));
}

fn row_at(x: i32, y: i32) -> Row {
    let left = state_quad(x - 1, y);
    let own = state_quad(x, y);
    let right = state_quad(x + 1, y);
    let a = vec4u(left.w, own.xyz);
    let b = vec4u(own.yzw, right.x);
    return Row(
        array<vec4f, 3>(state_values(a), state_values(own), state_values(b)),
        array<vec4f, 3>(inverse_variances(a), inverse_variances(own), inverse_variances(b)),
    );
}

// Weighted sums of values, and of their weights.
struct Sums {
    values: vec4f,
    weights: vec4f,
}

fn add(sums: ptr<function, Sums>, row: Row, centre: vec4f, weight: f32) {
    for (var i = 0; i < 3; i++) {
        let difference = row.values[i] - centre;
        let square = difference * difference * row.weights[i];
        let agreement = max(vec4f(0.0), 1.0 - square * (1.0 / (DISAGREES * DISAGREES)));
        let all = row.weights[i] * agreement * select(weight * BESIDE, weight, i == 1);
        (*sums).values += difference * all;
        (*sums).weights += all;
    }
}

// Coarse noise is no less in the mean of neighbours.
fn share() -> f32 {
    let white = select(params.chroma_share, params.luma_share, part.component == 0u);
    return white / max(noise.mean_scales[part.component], 1.0);
}

// Variance of the shrunk values of the tile.
fn contrast(tile: array<vec4f, ROWS>) -> f32 {
    let mean = dot(tile[0] + tile[1] + tile[2] + tile[3], vec4f(1.0 / 16.0));
    let a = tile[0] - mean;
    let b = tile[1] - mean;
    let c = tile[2] - mean;
    let d = tile[3] - mean;
    return dot(a * a + b * b + c * c + d * d, vec4f(1.0 / 16.0));
}

fn settle(x: i32, y: i32, centre: vec4f, contrast: f32, above: Row, own: Row, below: Row) {
    if (y >= part.quads.y) {
        return;
    }
    var sums = Sums();
    add(&sums, above, centre, BESIDE);
    add(&sums, own, centre, 1.0);
    add(&sums, below, centre, BESIDE);
    let pull = sums.values / max(sums.weights, vec4f(1e-9));
    // Relative to the noise; pixels without noise stay as they are.
    let relief = contrast * own.weights[1];
    let share = share() * relief / (relief + SMOOTH);
    shrunk[part.first + u32(y * part.quads.x + x)] = pack_quad(centre + share * pull);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let x = i32(part.at.x);
    let y = i32(part.at.y * ROWS);
    let tile = array<vec4f, ROWS>(shrunk_quad(x, y), shrunk_quad(x, y + 1), shrunk_quad(x, y + 2), shrunk_quad(x, y + 3));
    let contrast = contrast(tile);
    let r0 = row_at(x, y - 1);
    let r1 = row_at(x, y);
    let r2 = row_at(x, y + 1);
    settle(x, y, tile[0], contrast, r0, r1, r2);
    let r3 = row_at(x, y + 2);
    settle(x, y + 1, tile[1], contrast, r1, r2, r3);
    let r4 = row_at(x, y + 3);
    settle(x, y + 2, tile[2], contrast, r2, r3, r4);
    let r5 = row_at(x, y + 4);
    settle(x, y + 3, tile[3], contrast, r3, r4, r5);
}
