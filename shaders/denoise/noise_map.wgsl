// Noise estimation, after the model: where in the picture the noise is. Each 8x8 cell gets the share of the
// model's variance that its filters use. Cells without contrast have none; cells of pure noise have all of
// it; the others, with texture or motion, take what is around them, or have none if they are faint and lie
// outside of all noise. Layers of the dispatch: luma, chroma.
// include: shared/noise_model.wgsl
// include: denoise/shared/noise_gap.wgsl

struct NoiseMapParams {
    // Columns and rows of cells of luma, and of one chroma plane.
    luma_x: u32,
    luma_y: u32,
    chroma_x: u32,
    chroma_y: u32,
    // A site begins at every step-th cell, and is side x side cells large.
    luma_step: u32,
    luma_side: u32,
    chroma_step: u32,
    chroma_side: u32,
    // 1 if there is no previous picture.
    first: u32,
    // 1 if chroma was measured in this picture.
    with_chroma: u32,
    // Variance that rounding to the frame's codes adds.
    rounding: f32,
}

var<immediate> params: NoiseMapParams;
@group(0) @binding(0) var<storage, read> luma_moments: array<vec4f>;
@group(0) @binding(1) var<storage, read> luma_flags: array<vec4u>;
// U, then V; in all chroma buffers.
@group(0) @binding(2) var<storage, read> chroma_moments: array<vec4f>;
@group(0) @binding(3) var<storage, read> chroma_flags: array<vec4u>;
@group(0) @binding(4) var<storage, read> model: NoiseModel;
// Cells of luma, then those of a chroma plane: share of the model's variance that is missing (x), and the
// weight of this knowledge (y), negative where a border between noise and none crosses the cell. Zeros, as
// at the start, stand for noise everywhere.
@group(0) @binding(5) var<storage, read> known_map: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> noise_map: array<vec2f>;

// Models with less variance than this, a quarter of a code, are not worth a map.
const LEAST_VARIANCE: f32 = 0.0625;
// Cells with a smaller share of contrast are free of noise: pure noise stays above with any chance.
const CLEAN: f32 = 0.3;
// The same of the 3x3 cells around: coders flatten single cells of noise.
const WIDELY_CLEAN: f32 = 0.45;
const CLEAN_EDGE: f32 = 0.15;
// Shares of all three variances where 3x3 cells contain nothing but noise, and where one cell may.
const NOISE: vec2f = vec2f(0.65, 1.5);
const LIKE_NOISE: vec2f = vec2f(0.4, 2.2);
// Share around a cell from which on it begins to have noise, and has all of it: where a variance of its own
// is too small for noise, where all are large enough, and where the temporal one is not too large either.
const UNLIKELY: vec2f = vec2f(0.4, 0.85);
const LIKELY: vec2f = vec2f(0.12, 0.45);
const MOST_LIKELY: vec2f = vec2f(0.05, 0.35);
// Noise with less detail, relative to white noise, is coarse; and its least share of temporal variance.
const COARSE_DETAIL: f32 = 0.8;
const LEAST_CHANGE: f32 = 0.15;
// Cells are faint if they, and the 3x3 around them, have a smaller share of detail: white noise has more. But
// a coder takes the detail of noise, too. So they count as clean only if on one side of them, up to 7 cells
// away, enough cells are faint and hardly any have had noise: a coder leaves noise here and there everywhere,
// and in some pictures; a window of noise has an outside.
const FAINT: f32 = 0.4;
const ENOUGH_FAINT: f32 = 0.25;
const FEW_NOISY: f32 = 0.05;
// Weight of a picture in whether a cell is faint, and what is left of the memory of noise after one.
const FAINT_PACE: f32 = 0.25;
const KEPT: f32 = 0.95;
// Smaller shares count as none.
const NONE: f32 = 0.02;
// Weight of a picture in the share of a cell that is known.
const PACE: f32 = 0.5;

// Variances relative to the model's.
struct Evidence {
    temporal: f32,
    spatial: f32,
    contrast: f32,
    // No sample has changed by more than a code.
    still: bool,
    // The model's noise is coarse.
    is_coarse: bool,
}

// Layer of this invocation, its cells, and the first of them in the map.
var<private> is_luma: bool;
var<private> cells: vec2u;
var<private> start: u32;
// The first of the traits of all cells in the map.
var<private> traits: u32;

fn moments_at(plane: u32, cell: vec2u) -> vec4f {
    let at = (plane * cells.y + cell.y) * cells.x + cell.x;
    if (is_luma) {
        return luma_moments[at];
    }
    return chroma_moments[at];
}

fn flags_at(plane: u32, cell: vec2u) -> vec4u {
    let at = (plane * cells.y + cell.y) * cells.x + cell.x;
    if (is_luma) {
        return luma_flags[at];
    }
    return chroma_flags[at];
}

// The model's variance in a plane where luma is y.
fn model_variance(plane: u32, y: f32) -> f32 {
    if (is_luma) {
        let at = clamp(y / 16.0 - 0.5, 0.0, 15.0);
        let k = min(u32(at), 14u);
        let deviation = mix(model.sigmas[k], model.sigmas[k + 1u], at - f32(k));
        return deviation * deviation;
    }
    let deviation = select(model.sigma_u, model.sigma_v, plane == 1u);
    return deviation * deviation;
}

// Evidence from the sums of so many cells.
fn relative(plane: u32, moments: vec4f, count: f32, still: bool) -> Evidence {
    let variance = max(model_variance(plane, moments.w / (64.0 * count)), LEAST_VARIANCE);
    let variances = max(moments.xyz / (count * vec3f(126.0, 1296.0, 63.0)) - params.rounding, vec3f(0.0)) / variance;
    // Coarse noise has little of detail.
    let component = select(plane + 1u, 0u, is_luma);
    let detail = model.detail_shares[component];
    return Evidence(variances.x, variances.y / detail, variances.z, still, detail < COARSE_DETAIL);
}

fn evidence(plane: u32, cell: vec2u) -> Evidence {
    return relative(plane, moments_at(plane, cell), 1.0, (flags_at(plane, cell).y >> 16u) == 64u);
}

// Evidence of the 3x3 cells around.
fn wide_evidence(plane: u32, cell: vec2u) -> Evidence {
    var sum = vec4f(0.0);
    for (var i = 0u; i < 9u; i++) {
        let near = vec2i(cell) + vec2i(i32(i % 3u), i32(i / 3u)) - 1;
        sum += moments_at(plane, vec2u(clamp(near, vec2i(0), vec2i(cells) - 1)));
    }
    return relative(plane, sum, 9.0, false);
}

fn larger(a: Evidence, b: Evidence) -> Evidence {
    return Evidence(max(a.temporal, b.temporal), max(a.spatial, b.spatial), max(a.contrast, b.contrast), a.still && b.still, a.is_coarse || b.is_coarse);
}

fn known_at(cell: vec2i) -> vec2f {
    let at = vec2u(clamp(cell, vec2i(0), vec2i(cells) - 1));
    let known = known_map[start + at.y * cells.x + at.x];
    return vec2f(1.0 - known.x, abs(known.y));
}

fn traits_at(cell: vec2i) -> vec2f {
    let at = vec2u(clamp(cell, vec2i(0), vec2i(cells) - 1));
    return known_map[traits + start + at.y * cells.x + at.x];
}

// True if a side of a cell is outside of all noise.
fn has_outside(cell: vec2i) -> bool {
    var all = vec2f(0.0);
    var left = vec2f(0.0);
    var above = vec2f(0.0);
    for (var i = 0; i < 64; i++) {
        let away = 2 * vec2i(i & 7, i >> 3u) - 7;
        let near = traits_at(cell + away);
        all += near;
        left += select(vec2f(0.0), near, away.x < 0);
        above += select(vec2f(0.0), near, away.y < 0);
    }
    return is_outside(left) || is_outside(all - left) || is_outside(above) || is_outside(all - above);
}

// The same of the sums over the 32 cells of a side.
fn is_outside(side: vec2f) -> bool {
    return side.x > 32.0 * ENOUGH_FAINT && side.y < 32.0 * FEW_NOISY;
}

// What the surroundings say: mean share by weight (x), and mean weight (y).
fn surroundings(cell: vec2i, own: vec2f) -> vec2f {
    // Its own past counts as much as that of four others.
    var sum = vec2f(own.x, 1.0) * own.y * 4.0;
    for (var i = 0; i < 16; i++) {
        let near = known_at(cell + 2 * vec2i(i & 3, i >> 2u) - 3);
        sum += vec2f(near.x, 1.0) * near.y;
    }
    return vec2f(select(1.0, sum.x / sum.y, sum.y > 1e-6), 0.9 * sum.y / 20.0);
}

// Least and largest share of the three variances; of two without a previous picture.
fn extremes(e: Evidence) -> vec2f {
    let temporal = select(e.temporal, e.spatial, params.first == 1u);
    return vec2f(min(min(e.spatial, e.contrast), temporal), max(max(e.spatial, e.contrast), temporal));
}

fn is_within(share: vec2f, bounds: vec2f) -> bool {
    return share.x >= bounds.x && share.y <= bounds.y;
}

// What a measured cell is by itself.
struct Kind {
    is_clean: bool,
    is_noise: bool,
    is_faint: bool,
}

fn kind_of(e: Evidence, wide: Evidence) -> Kind {
    let is_clean = e.contrast < CLEAN && wide.contrast < WIDELY_CLEAN;
    let is_white = is_within(extremes(e), LIKE_NOISE) && is_within(extremes(wide), NOISE);
    // What a coder leaves is uneven.
    let is_uneven = e.is_coarse && e.contrast >= CLEAN && e.contrast <= LIKE_NOISE.y && e.temporal >= LEAST_CHANGE;
    let is_faint = !e.is_coarse && e.spatial < FAINT && wide.spatial < FAINT;
    return Kind(is_clean, is_white || is_uneven, is_faint);
}

// A cell's traits after this picture.
fn traits_after(cell: vec2i, kind: Kind, is_measured: bool) -> vec2f {
    let own = traits_at(cell);
    if (!is_measured) {
        // As the nearest around, some of which are measured.
        var sum = vec2f(0.0);
        for (var i = 0; i < 16; i++) {
            sum += traits_at(cell + 2 * vec2i(i & 3, i >> 2u) - 3);
        }
        return mix(own, sum / 16.0, FAINT_PACE);
    }
    let faint = f32(kind.is_clean || kind.is_faint);
    return vec2f(
        select(mix(own.x, faint, FAINT_PACE), faint, params.first == 1u),
        max(f32(kind.is_noise), KEPT * own.y),
    );
}

// A cell's share and the weight of this knowledge.
fn judged(cell: vec2i, e: Evidence, kind: Kind, own: vec2f, is_measured: bool) -> vec2f {
    let share = extremes(e);
    let is_outside = is_measured && kind.is_faint && has_outside(cell);
    if (is_measured && (kind.is_clean || kind.is_noise || is_outside)) {
        let fresh = select(select(0.0, 1.0, kind.is_noise), share.x, kind.is_clean);
        return vec2f(mix(fresh, own.x, select(0.0, 1.0 - PACE, own.y == 1.0)), 1.0);
    }
    // In the first picture, edges without noise tell by their second differences. Coarse noise has those, too.
    if (is_measured && params.first == 1u && e.spatial < CLEAN_EDGE) {
        return vec2f(0.0);
    }
    let around = surroundings(cell, own);
    var bounds = select(UNLIKELY, LIKELY, share.x >= LIKE_NOISE.x);
    let change = select(e.temporal, min(e.spatial, e.contrast), params.first == 1u);
    bounds = select(bounds, MOST_LIKELY, is_measured && share.x >= LIKE_NOISE.x && change <= LIKE_NOISE.y);
    let found = smoothstep(bounds.x, bounds.y, around.x);
    // Where nothing moves, any sign of clean surroundings is enough.
    return vec2f(select(found, 0.0, is_measured && e.still && around.x < 0.9), around.y);
}

// True if a border between noise and none crosses the cell.
fn is_border(cell: vec2i) -> bool {
    let a = known_at(cell + vec2i(1, 0)).x;
    let b = known_at(cell - vec2i(1, 0)).x;
    let c = known_at(cell + vec2i(0, 1)).x;
    let d = known_at(cell - vec2i(0, 1)).x;
    return min(min(a, b), min(c, d)) < NONE && max(max(a, b), max(c, d)) > 0.5;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    is_luma = id.z == 0u;
    let luma_cells = vec2u(params.luma_x, params.luma_y);
    cells = select(vec2u(params.chroma_x, params.chroma_y), luma_cells, is_luma);
    start = select(luma_cells.x * luma_cells.y, 0u, is_luma);
    if (any(id.xy >= cells)) {
        return;
    }
    traits = luma_cells.x * luma_cells.y + params.chroma_x * params.chroma_y;
    let at = start + id.y * cells.x + id.x;
    let is_taken = model.taken == 1u && (is_luma || params.with_chroma == 1u);
    if (!is_taken) {
        noise_map[at] = known_map[at];
        noise_map[traits + at] = known_map[traits + at];
        return;
    }
    let cell = vec2i(id.xy);
    var e = evidence(0u, id.xy);
    var wide = wide_evidence(0u, id.xy);
    var variance = model.sigma_y * model.sigma_y;
    if (!is_luma) {
        e = larger(e, evidence(1u, id.xy));
        wide = larger(wide, wide_evidence(1u, id.xy));
        variance = max(model.sigma_u * model.sigma_u, model.sigma_v * model.sigma_v);
    }
    let step = select(params.chroma_step, params.luma_step, is_luma);
    let side = select(params.chroma_side, params.luma_side, is_luma);
    let is_measured = !is_skipped(id.xy, step, side);
    let kind = kind_of(e, wide);
    var found = judged(cell, e, kind, known_at(cell), is_measured);
    found.x = select(found.x, 0.0, found.x < NONE);
    let is_marked = found.x > 0.0 && is_border(cell);
    let entry = vec2f(1.0 - found.x, select(found.y, -max(found.y, 1e-6), is_marked));
    let has_noise = variance >= LEAST_VARIANCE;
    noise_map[at] = select(vec2f(0.0), entry, has_noise);
    noise_map[traits + at] = select(vec2f(0.0), traits_after(cell, kind, is_measured), has_noise);
}
