// Noise estimation, first pass: statistics of each 8x8 cell of all components, and of its difference to the
// previous picture.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: denoise/shared/noise_gap.wgsl

struct NoiseCellsParams {
    parts: Parts,
    // A site begins at every step-th cell, and is side x side cells large.
    luma_step: u32,
    luma_side: u32,
    chroma_step: u32,
    chroma_side: u32,
    // Values outside low..high count as clipped: half a code above the lowest and below the highest code.
    low: f32,
    high: f32,
}

var<immediate> params: NoiseCellsParams;
@group(0) @binding(0) var<storage, read> now: array<vec2u>;
@group(0) @binding(1) var<storage, read> before: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> luma_moments: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> luma_flags: array<vec4u>;
// Cells of U, then cells of V.
@group(0) @binding(4) var<storage, read_write> chroma_moments: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> chroma_flags: array<vec4u>;

const GROUP: u32 = 32u;

// Whole cells only: the rest at the right and bottom edge is ignored.
fn grid_of(size: vec2u, component: u32) -> vec2u {
    return size / vec2u(8u);
}

struct Sums {
    origin: f32,
    // Sum and sum of squares of the samples, each minus the cell's first sample for precision.
    sum: vec4f,
    squares: vec4f,
    // Sum and sum of squares of the difference to the previous picture.
    moved: vec4f,
    moved_squares: vec4f,
    // Sum of squared mixed second differences, inner 6x6 samples.
    detail: vec4f,
    clipped: vec4f,
    // Number of samples that changed by no more than QUIET, and of mixed second differences up to QUIET_DETAIL.
    still: vec4f,
    // Sums of squared steps of the difference from one sample to the next, across and down.
    across: vec4f,
    down: vec4f,
    plain: vec4f,
}

// Squared steps are stored in whole numbers, of which a site can add up 9.
const STEP_SCALE: f32 = 16.0;
const QUIET: f32 = 1.0;
const QUIET_DETAIL: f32 = 2.0;

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

fn add_quad(sums: ptr<function, Sums>, a: vec4f, b: vec4f, moved: vec4f) {
    let level = a - (*sums).origin;
    (*sums).sum += level;
    (*sums).squares += level * level;
    (*sums).moved += moved;
    (*sums).moved_squares += moved * moved;
    let low = vec4f(params.low);
    let high = vec4f(params.high);
    (*sums).still += step(abs(moved), vec4f(QUIET));
    (*sums).clipped += one_where(a <= low) + one_where(a >= high) + one_where(b <= low) + one_where(b >= high);
}

fn add_detail(sums: ptr<function, Sums>, p: Bends, q: Bends, r: Bends) {
    let left = p.left - 2.0 * q.left + r.left;
    let right = p.right - 2.0 * q.right + r.right;
    (*sums).detail += left * left + vec4f(right * right, 0.0, 0.0);
    (*sums).plain += step(abs(left), vec4f(QUIET_DETAIL)) + vec4f(step(abs(right), vec2f(QUIET_DETAIL)), 0.0, 0.0);
}

// Sums of the cell whose first quad is `first`; `quads` is the number of quads in a row.
fn cell_sums(first: u32, quads: u32) -> Sums {
    var at = first;
    var sums = Sums();
    sums.origin = unpack_quad(now[at]).x;
    var p = Bends();
    var q = Bends();
    var left_above = vec4f(0.0);
    var right_above = vec4f(0.0);
    for (var y = 0u; y < 8u; y++) {
        let a = unpack_quad(now[at]);
        let b = unpack_quad(now[at + 1u]);
        let a_before = unpack_quad(before[at]);
        let b_before = unpack_quad(before[at + 1u]);
        let left = a - a_before;
        let right = b - b_before;
        add_quad(&sums, a, a_before, left);
        add_quad(&sums, b, b_before, right);
        let left_step = vec4f(left.yzw, right.x) - left;
        let right_step = right.yzw - right.xyz;
        sums.across += left_step * left_step + vec4f(right_step * right_step, 0.0);
        if (y > 0u) {
            let left_fall = left - left_above;
            let right_fall = right - right_above;
            sums.down += left_fall * left_fall + right_fall * right_fall;
        }
        left_above = left;
        right_above = right;
        let r = bends(a, b);
        if (y >= 2u) {
            add_detail(&sums, p, q, r);
        }
        p = q;
        q = r;
        at += quads;
    }
    return sums;
}

fn total(v: vec4f) -> f32 {
    return v.x + v.y + v.z + v.w;
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let part = find_part(group, groups, local);
    let is_luma = part.component == 0u;
    let step = select(params.chroma_step, params.luma_step, is_luma);
    let side = select(params.chroma_side, params.luma_side, is_luma);
    if (!part.is_inside || is_skipped(part.at, step, side)) {
        return;
    }
    let quads = u32(part.quads.x);
    let s = cell_sums(part.first + part.at.y * 8u * quads + part.at.x * 2u, quads);
    let sum = total(s.sum);
    let squares = total(s.squares);
    let moved = total(s.moved);
    let moved_squares = total(s.moved_squares);
    // Sums of squared deviations (x temporal, y spatial, z contrast), and the sum of the samples (w).
    let moments = vec4f(
        max(moved_squares - moved * moved / 64.0, 0.0),
        total(s.detail),
        max(squares - sum * sum / 64.0, 0.0),
        sum + 64.0 * s.origin,
    );
    // Counts in fields of a word, which can be added up over cells: clipped samples, changed cells, cells of
    // one value (x); mixed second differences near 0, and samples that hardly changed (y);
    // squared steps of the difference across (z) and down (w).
    let counts = u32(total(s.clipped))
        | select(0u, 0x10000u, moved_squares > 0.0)
        | select(0u, 0x1000000u, squares == 0.0);
    let flags = vec4u(
        counts,
        u32(total(s.plain)) | (u32(total(s.still)) << 16u),
        u32(total(s.across) * STEP_SCALE),
        u32(total(s.down) * STEP_SCALE),
    );
    let cells = grid_of(vec2u(part.width, part.height), part.component);
    let at = part.at.y * cells.x + part.at.x;
    if (is_luma) {
        luma_moments[at] = moments;
        luma_flags[at] = flags;
    } else {
        let base = (part.component - 1u) * cells.x * cells.y;
        chroma_moments[base + at] = moments;
        chroma_flags[base + at] = flags;
    }
}
