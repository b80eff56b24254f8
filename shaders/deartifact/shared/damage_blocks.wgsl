// Findings in an 8x8 block about the damage: energy left in five frequency bands (quantization removes the
// highest bands first), and how many coefficients are near zero. Blocks are sampled every 16 columns and
// rows, once across the block grid's lines and once on the grid, where quantization left fewer coefficients.
// Twin: damage_blocks.
//
// The shader that includes this also includes shared/packed.wgsl, shared/dct8.wgsl and
// deartifact/shared/damage_model.wgsl, has `quads` (quads in a row of the plane) in `params`, and binds
// `plane` and `model`.

// Logarithms of bands 0 to 3; then that of band 4, 1 if the block has an edge, mean square of what lies
// below the threshold if so, and share of coefficients below 8; then shares below 0.5, 1, 2 and 4.
struct Findings {
    bands: vec4f,
    edge: vec4f,
    small: vec4f,
}

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
    );
}
