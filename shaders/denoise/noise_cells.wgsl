// Noise estimation, first pass: statistics of the 8x8 cells of one component, and of the
// difference to the picture before.
// include: shared/packed.wgsl

struct NoiseCellsParams {
    // Size in whole cells; what is left at the right and at the bottom is not read.
    cells_x: u32,
    cells_y: u32,
    // Quads in a row of the plane.
    quads: u32,
    // Place of the first cell in the buffers.
    base: u32,
    // Sites begin at every step-th cell and are side x side cells.
    step: u32,
    side: u32,
    // Half a code above the lowest and below the highest code: beyond is clipped.
    low: f32,
    high: f32,
}

var<immediate> params: NoiseCellsParams;
@group(0) @binding(0) var<storage, read> now: array<vec2u>;
@group(0) @binding(1) var<storage, read> before: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> moments: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> flags: array<u32>;

struct Sums {
    origin: f32,
    // Of the picture, less its first sample: sums and sums of squares.
    sum: vec4f,
    squares: vec4f,
    // The same of the difference to the picture before.
    moved: vec4f,
    moved_squares: vec4f,
    // Squared second derivatives in both directions, inner 6x6 samples.
    detail: vec4f,
    clipped: vec4f,
}

// Horizontal second differences of the six inner samples of a row.
struct Bends {
    left: vec4f,
    right: vec2f,
}

fn bends(a: vec4f, b: vec4f) -> Bends {
    return Bends(
        a - 2.0 * vec4f(a.yzw, b.x) + vec4f(a.zw, b.xy),
        b.xy - 2.0 * b.yz + b.zw,
    );
}

fn one_where(condition: vec4<bool>) -> vec4f {
    return select(vec4f(0.0), vec4f(1.0), condition);
}

fn add_quad(sums: ptr<function, Sums>, a: vec4f, b: vec4f) {
    let level = a - (*sums).origin;
    let moved = a - b;
    (*sums).sum += level;
    (*sums).squares += level * level;
    (*sums).moved += moved;
    (*sums).moved_squares += moved * moved;
    let low = vec4f(params.low);
    let high = vec4f(params.high);
    (*sums).clipped += one_where(a <= low) + one_where(a >= high) + one_where(b <= low) + one_where(b >= high);
}

fn add_detail(sums: ptr<function, Sums>, p: Bends, q: Bends, r: Bends) {
    let left = p.left - 2.0 * q.left + r.left;
    let right = p.right - 2.0 * q.right + r.right;
    (*sums).detail += left * left + vec4f(right * right, 0.0, 0.0);
}

fn cell_sums(cell: vec2u) -> Sums {
    var at = cell.y * 8u * params.quads + cell.x * 2u;
    var sums = Sums();
    sums.origin = unpack_quad(now[at]).x;
    var p = Bends();
    var q = Bends();
    for (var y = 0u; y < 8u; y++) {
        let a = unpack_quad(now[at]);
        let b = unpack_quad(now[at + 1u]);
        add_quad(&sums, a, unpack_quad(before[at]));
        add_quad(&sums, b, unpack_quad(before[at + 1u]));
        let r = bends(a, b);
        if (y >= 2u) {
            add_detail(&sums, p, q, r);
        }
        p = q;
        q = r;
        at += params.quads;
    }
    return sums;
}

// True where no site and no site's neighbourhood has this cell.
fn is_skipped(cell: vec2u) -> bool {
    let at = cell % params.step;
    return params.step > params.side + 2u
        && any((at > vec2u(params.side)) & (at < vec2u(params.step - 1u)));
}

fn total(v: vec4f) -> f32 {
    return v.x + v.y + v.z + v.w;
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.cells_x || id.y >= params.cells_y || is_skipped(id.xy)) {
        return;
    }
    let s = cell_sums(id.xy);
    let at = params.base + id.y * params.cells_x + id.x;
    let sum = total(s.sum);
    let squares = total(s.squares);
    let moved = total(s.moved);
    let moved_squares = total(s.moved_squares);
    // Sums of squared deviations: temporal, spatial, contrast; and the sum of the samples.
    moments[at] = vec4f(
        max(moved_squares - moved * moved / 64.0, 0.0),
        total(s.detail),
        max(squares - sum * sum / 64.0, 0.0),
        sum + 64.0 * s.origin,
    );
    // Counts that add up over cells: clipped samples, cells that changed, cells of one value.
    flags[at] = u32(total(s.clipped))
        | select(0u, 0x10000u, moved_squares > 0.0)
        | select(0u, 0x1000000u, squares == 0.0);
}
