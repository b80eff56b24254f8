// Findings in an 8x8 block about the damage: energy left in five frequency bands (quantization removes the
// highest bands first), how many coefficients are near zero, and whether the block is drawn. Blocks are
// sampled every 16 columns and rows, once across the block grid's lines and once on the grid, where
// quantization left fewer coefficients. Twin: damage_blocks.
//
// The shader that includes this also includes shared/packed.wgsl, shared/dct8.wgsl and
// deartifact/shared/damage_model.wgsl, has `quads` (quads in a row of the plane) in `params`, and binds
// `plane` and `model`.

// Logarithms of bands 0 to 3; then that of band 4, 1 if the block has an edge, mean square of what lies
// below the threshold if so, and share of coefficients below 8; then shares below 0.5, 1, 2 and 4; then 1 if
// the block is drawn, 1 if it is neither drawn nor flat, and nothing.
struct Findings {
    bands: vec4f,
    edge: vec4f,
    small: vec4f,
    kind: vec4f,
}

// Steps up to this are none, and steps from this on are no trace of a coder, in 8-bit code values.
const STILL: f32 = 0.1;
const SHARP: f32 = 4.5;
// A block of this much more contrast along one diagonal than along the other is a piece of a checkerboard, and
// one whose edge goes up and down by this much more than from end to end, one of stripes.
const CROSSED: f32 = 3.0;
// Weight of a block whose only steps are small and stand alone, among those that are not drawn: coarsely coded
// slopes have such steps, and faint drawings.
const FAINT: f32 = 0.1;

// A less visible grid may be something else; the sampled blocks then start at the picture's corner.
const PLAIN: f32 = 1.0;

// Eight samples from three quads, starting with sample `start` (0 to 3) of the first.
fn load_row(b: ptr<function, array<vec4f, 16>>, row: u32, first: u32, start: u32) {
    let q0 = unpack_quad(plane[first + row * params.quads]);
    let q1 = unpack_quad(plane[first + row * params.quads + 1u]);
    let q2 = unpack_quad(plane[first + row * params.quads + 2u]);
    let low = select(q0, vec4f(q0.zw, q1.xy), (start & 2u) != 0u);
    let middle = select(q1, vec4f(q1.zw, q2.xy), (start & 2u) != 0u);
    let last = select(q2.x, q2.z, (start & 2u) != 0u);
    (*b)[row * 2u] = select(low, vec4f(low.yzw, middle.x), (start & 1u) != 0u);
    (*b)[row * 2u + 1u] = select(middle, vec4f(middle.yzw, last), (start & 1u) != 0u);
}

// Sum of the squares of coefficients whose diagonal index lies between low and high.
fn band(squares: vec4f, diagonals: vec4f, low: f32, high: f32) -> f32 {
    return dot(squares, step(vec4f(low), diagonals) * step(diagonals, vec4f(high)));
}

// What kind of block it is: drawn if all its steps are sharp, or stand alone between equal pixels, as in
// screens, tiles and pixel art; coders leave small steps beside one another, except at the borders of their
// blocks, where steps are small.
fn block_kind(b: ptr<function, array<vec4f, 16>>) -> vec4f {
    var sharpest = vec4f(0.0);
    var traces = vec4f(0.0);
    // Steps of the first column up and down, beyond what they come to.
    var down = -abs((*b)[14].x - (*b)[0].x);
    // Steps along the columns: those above the row, and the same one row before.
    var above = array<vec4f, 2>(vec4f(0.0), vec4f(0.0));
    for (var row = 0; row < 8; row++) {
        let left = (*b)[row * 2];
        let right = (*b)[row * 2 + 1];
        let first = abs(vec4f(left.yzw, right.x) - left);
        let last = vec4f(abs(right.yzw - right.xyz), 0.0);
        sharpest = max(sharpest, max(first, last));
        traces += paired(first, vec4f(first.yzw, last.x)) + paired(last, vec4f(last.yzw, 0.0));
        if (row > 0) {
            let below = array<vec4f, 2>(abs(left - (*b)[row * 2 - 2]), abs(right - (*b)[row * 2 - 1]));
            sharpest = max(sharpest, max(below[0], below[1]));
            traces += paired(above[0], below[0]) + paired(above[1], below[1]);
            above = below;
            down += below[0].x;
        }
    }
    let most = max(max(sharpest.x, sharpest.y), max(sharpest.z, sharpest.w));
    if (most <= STILL) {
        return vec4f(0.0);
    }
    if (dot(traces, vec4f(1.0)) > 0.0) {
        return vec4f(0.0, 1.0, 0.0, 0.0);
    }
    let top = abs((*b)[0].yzw - (*b)[0].xyz) + abs((*b)[1].yzw - (*b)[1].xyz);
    let across = dot(top, vec3f(1.0)) + abs((*b)[1].x - (*b)[0].w) - abs((*b)[1].w - (*b)[0].x);
    let crossed = abs((*b)[0].x - (*b)[1].w - (*b)[14].x + (*b)[15].w);
    let is_drawn = most >= SHARP || max(max(across, down), crossed) > CROSSED;
    return select(vec4f(0.0, FAINT, 0.0, 0.0), vec4f(1.0, 0.0, 0.0, 0.0), is_drawn);
}

// 1 for each pair of neighbouring steps of which one is small and the other is any step.
fn paired(a: vec4f, b: vec4f) -> vec4f {
    return step(vec4f(STILL), min(a, b)) * step(min(a, b), vec4f(SHARP));
}

fn grid_start(period: f32, offset: f32) -> u32 {
    let is_known = model.blockiness >= PLAIN && (period == 8.0 || period == 16.0);
    return select(0u, u32(offset) & 7u, is_known);
}

// Findings of the block in column and row `at`.
fn block_findings(at: vec2u, is_across: bool) -> Findings {
    let place = at * 16u;
    let grid = vec2u(grid_start(model.period_x, model.offset_x), grid_start(model.period_y, model.offset_y));
    let corner = place + grid + select(0u, 4u, is_across);
    let first = corner.y * params.quads + corner.x / 4u;
    let start = corner.x & 3u;
    var b: array<vec4f, 16>;
    load_row(&b, 0u, first, start);
    load_row(&b, 1u, first, start);
    load_row(&b, 2u, first, start);
    load_row(&b, 3u, first, start);
    load_row(&b, 4u, first, start);
    load_row(&b, 5u, first, start);
    load_row(&b, 6u, first, start);
    load_row(&b, 7u, first, start);
    let kind = block_kind(&b);
    dct8_forward(&b);
    let limit = model.threshold * model.threshold;
    var low = vec4f(0.0);
    var highest = 0.0;
    var below = 0.0;
    var small = vec4f(0.0);
    var below_8 = 0.0;
    // The mean is excluded from the counts of small coefficients.
    b[0].x = 1e6;
    for (var i = 0; i < 16; i++) {
        let squares = b[i] * b[i];
        let diagonals = vec4f(0.0, 1.0, 2.0, 3.0) + f32(i / 2 + (i % 2) * 4);
        low += vec4f(
            band(squares, diagonals, 1.0, 2.0), band(squares, diagonals, 3.0, 4.0),
            band(squares, diagonals, 5.0, 6.0), band(squares, diagonals, 7.0, 9.0),
        );
        highest += band(squares, diagonals, 10.0, 14.0);
        below += band(squares * step(squares, vec4f(limit)), diagonals, 1.0, 14.0);
        small += vec4f(
            dot(step(squares, vec4f(0.25)), vec4f(1.0)), dot(step(squares, vec4f(1.0)), vec4f(1.0)),
            dot(step(squares, vec4f(4.0)), vec4f(1.0)), dot(step(squares, vec4f(16.0)), vec4f(1.0)),
        );
        below_8 += dot(step(squares, vec4f(64.0)), vec4f(1.0));
    }
    // Divided by the number of coefficients in each band: 5, 9, 13, 21 (and 15 in band 4).
    let bands = log2(0.25 + sqrt(low / vec4f(5.0, 9.0, 13.0, 21.0)));
    let is_edge = f32(low.x > 64.0 * limit && limit > 0.0);
    return Findings(
        bands,
        vec4f(log2(0.25 + sqrt(highest / 15.0)), is_edge, is_edge * below / 64.0, below_8 / 63.0),
        small / 63.0,
        kind,
    );
}
