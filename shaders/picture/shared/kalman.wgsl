// Kalman update of a tile of 8x8 pixels. The state is a temporally averaged noisy picture z and its variance
// P. It is moved along the motion (bicubic for z) and corrected by the innovation d, the difference of the
// new measurement to this prediction. Where d exceeds what noise explains, the excess is added to the
// prediction's variance, so that the measurement takes over at once: the whole glyph of a clock, but not the
// picture around it.
//
// The shader that includes this also includes picture/shared/cubic and picture/shared/kalman_tile or _lanes,
// binds `past`, `vectors` and `state`, and defines
//   measured(index: u32) -> vec4f: the quad to correct with,
//   measured_variance(index: u32) -> vec4f: the variance of its noise,
//   local_variance(variance: vec4f, square: vec4f, range: f32) -> vec4f: the same where the mean square of the
//     innovation is known, and the range of the measurements in the tile's row,
//   square_scale() -> f32 and mean_scale() -> f32: factors on the two tolerances,
//   is_scene_cut() -> bool: true if the past must be ignored.

struct KalmanParams {
    parts: Parts,
    // Width and height of the vector field in blocks, and blocks across a tile of 8x8 luma pixels.
    blocks_x: u32,
    blocks_y: u32,
    tile_blocks: f32,
    // Chroma pixels in a luma pixel of motion.
    chroma_scale_x: f32,
    chroma_scale_y: f32,
    // Squared innovation that still counts as noise, as a multiple of its expectation.
    tolerance: f32,
    // The same for the squared mean innovation.
    mean_tolerance: f32,
    // 1 to forget the past.
    restart: u32,
}

var<immediate> params: KalmanParams;

// Component of this invocation.
var<private> part: Part;

// Columns and rows of tiles.
fn grid_of(size: vec2u, component: u32) -> vec2u {
    return (size + vec2u(7u)) / vec2u(8u);
}

// Pixels of this component in a luma pixel of motion.
fn part_scale() -> vec2f {
    return select(vec2f(params.chroma_scale_x, params.chroma_scale_y), vec2f(1.0), part.component == 0u);
}

// True if the past must be ignored: at the start or at a cut. Read once, because compilers do not merge
// repeated loads in a shader that also writes.
var<private> forgets: bool;

fn past_quad(x: i32, y: i32, quads: vec2i) -> vec4u {
    let quad = past[part.first + quad_index(x, y, quads)];
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

// Two quads of interpolated values, and of their variances.
struct Row {
    left: vec4f,
    right: vec4f,
    left_variance: vec4f,
    right_variance: vec4f,
}

// Eight pixels at x + 1 .. x + 8, interpolated horizontally from the eleven pixels at x .. x + 10.
fn past_row(x: i32, y: i32, quads: vec2i, w: vec4f) -> Row {
    let q = x >> 2u;
    let a = past_quad(q, y, quads);
    let b = past_quad(q + 1, y, quads);
    let c = past_quad(q + 2, y, quads);
    let d = past_quad(q + 3, y, quads);
    let one = (x & 1) != 0;
    let two = (x & 2) != 0;
    // Shifts by one pixel, then by two: twelve pixels from x on.
    let a1 = select(a, vec4u(a.yzw, b.x), one);
    let b1 = select(b, vec4u(b.yzw, c.x), one);
    let c1 = select(c, vec4u(c.yzw, d.x), one);
    let d1 = select(d.xy, d.yz, one);
    let a2 = select(a1, vec4u(a1.zw, b1.xy), two);
    let b2 = select(b1, vec4u(b1.zw, c1.xy), two);
    let c2 = select(c1, vec4u(c1.zw, d1), two);
    let va = state_values(a2);
    let vb = state_values(b2);
    let vc = state_values(c2);
    var row: Row;
    row.left = va * w.x + vec4f(va.yzw, vb.x) * w.y + vec4f(va.zw, vb.xy) * w.z + vec4f(va.w, vb.xyz) * w.w;
    row.right = vb * w.x + vec4f(vb.yzw, vc.x) * w.y + vec4f(vb.zw, vc.xy) * w.z + vec4f(vb.w, vc.xyz) * w.w;
    row.left_variance = state_variances(vec4u(a2.yzw, b2.x));
    row.right_variance = state_variances(vec4u(b2.yzw, c2.x));
    return row;
}

// One row of a tile: prediction, its variance, innovation, squared innovation summed over five columns and over
// three, and innovation summed over three columns.
struct Line {
    z: array<vec4f, 2>,
    p: array<vec4f, 2>,
    d: array<vec4f, 2>,
    squares: array<vec4f, 2>,
    near: array<vec4f, 2>,
    sums: array<vec4f, 2>,
}

// Sums over five columns around each pixel of a row of eight. At the ends, sums the nearest five: fewer
// samples would mistake noise for change.
fn row_sums_5(l: vec4f, r: vec4f) -> array<vec4f, 2> {
    let first = l.x + l.y + l.z + l.w + r.x;
    let second = first - l.x + r.y;
    let third = second - l.y + r.z;
    let fourth = third - l.z + r.w;
    return array<vec4f, 2>(vec4f(first, first, first, second), vec4f(third, fourth, fourth, fourth));
}

// Sums over three columns, likewise.
fn row_sums_3(l: vec4f, r: vec4f) -> array<vec4f, 2> {
    let b = l.x + l.y + l.z;
    let c = l.y + l.z + l.w;
    let d = l.z + l.w + r.x;
    let e = l.w + r.x + r.y;
    let f = r.x + r.y + r.z;
    let g = r.y + r.z + r.w;
    return array<vec4f, 2>(vec4f(b, b, c, d), vec4f(e, f, g, g));
}

// Share of the rows' own variation, on the calmer side, by which an interpolated value may leave their range. In
// noise it does so, and to hold that back would pull peaks down picture after picture.
const BEYOND: f32 = 0.5;

// Interpolates vertically, about within the range of the four rows: beside black bars, where rows are alike, it
// would go below black.
fn between_rows(a: vec4f, b: vec4f, c: vec4f, d: vec4f, w: vec4f) -> vec4f {
    let beyond = BEYOND * min(abs(a - b), abs(c - d));
    let least = min(min(a, b), min(c, d)) - beyond;
    let most = max(max(a, b), max(c, d)) + beyond;
    return clamp(a * w.x + b * w.y + c * w.z + d * w.w, least, most);
}

// Predicts row y of the tile from the four rows around it.
fn predict(a: Row, b: Row, c: Row, d: Row, by: Carried, y: i32, quads: vec2i) -> Line {
    let w = by.wy;
    let first = by.first;
    var line: Line;
    line.z[0] = between_rows(a.left, b.left, c.left, d.left, w) + by.fade;
    line.z[1] = between_rows(a.right, b.right, c.right, d.right, w) + by.fade;
    line.p[0] = b.left_variance;
    line.p[1] = b.right_variance;
    let right = measured(part.first + quad_index(first.x + 1, first.y + y, quads));
    line.d[0] = measured(part.first + quad_index(first.x, first.y + y, quads)) - line.z[0];
    line.d[1] = select(right, right.wzyx, is_mirrored(first.x + 1, quads)) - line.z[1];
    let left_square = line.d[0] * line.d[0];
    let right_square = line.d[1] * line.d[1];
    line.squares = row_sums_5(left_square, right_square);
    line.near = row_sums_3(left_square, right_square);
    line.sums = row_sums_3(line.d[0], line.d[1]);
    return line;
}

// A change within two pixels need not be one of this pixel. What an excess of the squared innovation of 3x3 pixels
// allows, and what is allowed without one.
const NEAR_GAIN: f32 = 4.0;
const NEAR_FLOOR: f32 = 0.2;
// Squared innovation of a single pixel that noise hardly has: four standard deviations. Corners and thin
// strokes are too small for windows.
const ALONE_TOLERANCE: f32 = 16.0;

// Mean innovations around a pixel.
struct Around {
    // Squares in 5x5 and in 3x3 pixels.
    square: vec4f,
    near: vec4f,
    // Values in 3x3 pixels.
    mean: vec4f,
}

// Range of the measurements in a row of the tile.
fn row_range(line: Line) -> f32 {
    let left = line.z[0] + line.d[0];
    let right = line.z[1] + line.d[1];
    let low = min(left, right);
    let high = max(left, right);
    return max(max(high.x, high.y), max(high.z, high.w)) - min(min(low.x, low.y), min(low.z, low.w));
}

fn corrected(z: vec4f, past_variance: vec4f, d: vec4f, around: Around, variance: vec4f) -> vec4u {
    // A past without noise says nothing of how well it was known once there is noise.
    let p = select(past_variance, variance, past_variance == vec4f(0.0));
    let noise = variance + 1e-4;
    let expected = noise + p;
    // Two tests: the mean square over 5x5 pixels, and the square of the mean over 3x3, whose variance is
    // 1/9.
    let wide = max(vec4f(0.0), around.square - params.tolerance * square_scale() * expected)
        + max(vec4f(0.0), around.mean * around.mean - (params.mean_tolerance * mean_scale() / 9.0) * expected);
    let near = max(vec4f(0.0), around.near - params.tolerance * square_scale() * expected);
    let alone = max(vec4f(0.0), d * d - ALONE_TOLERANCE * expected);
    let excess = min(wide, NEAR_FLOOR * expected + NEAR_GAIN * near) + alone;
    // Clear change replaces the past at once instead of gradually.
    let prior = p + excess * (1.0 + 0.5 * excess / expected);
    let gain = select(prior / (prior + noise), vec4f(1.0), vec4<bool>(forgets) | (variance == vec4f(0.0)));
    return pack_state(z + gain * d, gain * variance);
}

// Sums around the pixels of a row.
struct Sums {
    squares: array<vec4f, 2>,
    near: array<vec4f, 2>,
    sums: array<vec4f, 2>,
}

fn around(sums: Sums, half: u32) -> Around {
    return Around(sums.squares[half] / 25.0, sums.near[half] / 9.0, sums.sums[half] / 9.0);
}

// Writes row y of a tile, except quads that belong to neighbouring tiles.
fn correct(line: Line, sums: Sums, tile: vec2i, y: i32, quads: vec2i) {
    let first = tile_start(tile, quads);
    let row = first.y + y;
    if (row < tile.y * 8 || row >= quads.y) {
        return;
    }
    let index = part.first + u32(row * quads.x + first.x);
    let range = row_range(line);
    if (first.x == tile.x * 2) {
        let near = around(sums, 0u);
        let variance = local_variance(measured_variance(index), near.square, range);
        state[index] = corrected(line.z[0], line.p[0], line.d[0], near, variance);
    }
    if (first.x + 1 < quads.x) {
        let near = around(sums, 1u);
        let variance = local_variance(measured_variance(index + 1u), near.square, range);
        state[index + 1u] = corrected(line.z[1], line.p[1], line.d[1], near, variance);
    }
}

// Vector (xy) and change of brightness (z) of a block.
fn block_motion(block: vec2i) -> vec3f {
    return textureLoad(vectors, block, 0).xyw;
}

// First quad and row of a tile. A tile that would extend beyond the picture is moved inwards.
fn tile_start(tile: vec2i, quads: vec2i) -> vec2i {
    return min(tile * vec2i(2, 8), max(quads - vec2i(2, 8), vec2i(0)));
}

// Neighbouring blocks whose vectors differ by more luma pixels than this do not move together.
const APART: f32 = 4.0;

fn is_apart(a: vec3f, b: vec3f) -> bool {
    let difference = abs(a.xy - b.xy);
    return max(difference.x, difference.y) > APART;
}

// Motion of a tile, and the change of brightness along it: interpolated between the centres of the four
// blocks around the tile, or that of the nearest if they move apart, as at the border of a ticker.
fn tile_motion(first: vec2i) -> vec3f {
    let centre = vec2f(first) * vec2f(0.5, 0.125) + 0.5;
    let at = centre * params.tile_blocks / part_scale() - 0.5;
    let whole = floor(at);
    let part = at - whole;
    let last = vec2i(i32(params.blocks_x), i32(params.blocks_y)) - 1;
    let near = clamp(vec2i(whole), vec2i(0), last);
    let far = clamp(vec2i(whole) + 1, vec2i(0), last);
    let a = block_motion(near);
    let b = block_motion(vec2i(far.x, near.y));
    let c = block_motion(vec2i(near.x, far.y));
    let d = block_motion(far);
    let own = select(select(a, b, part.x >= 0.5), select(c, d, part.x >= 0.5), part.y >= 0.5);
    let together = mix(mix(a, b, part.x), mix(c, d, part.x), part.y);
    let apart = is_apart(a, own) || is_apart(b, own) || is_apart(c, own) || is_apart(d, own);
    return select(together, own, apart) * vec3f(part_scale(), 1.0);
}

// How a tile's prediction is read from the past.
struct Carried {
    // First quad and row of the tile.
    first: vec2i,
    // Position of its first pixel in the past, minus one column and one row.
    at: vec2i,
    // Cubic weights, horizontally and vertically.
    wx: vec4f,
    wy: vec4f,
    fade: f32,
}

fn carried() -> Carried {
    let first = tile_start(vec2i(part.at), part.quads);
    let motion = tile_motion(first);
    let vector = motion.xy;
    let whole = floor(vector);
    return Carried(
        first,
        first * vec2i(4, 1) + vec2i(whole) - 1,
        cubic_weights(vector.x - whole.x),
        cubic_weights(vector.y - whole.y),
        select(0.0, motion.z, part.component == 0u),
    );
}
