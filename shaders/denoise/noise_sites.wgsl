// Noise estimation, second pass: combines cells into overlapping sites. Layers of the dispatch: luma, U, V.
// include: denoise/shared/noise_site.wgsl

struct NoiseSitesParams {
    // Columns and rows of cells of luma, and of one chroma plane.
    luma_x: u32,
    luma_y: u32,
    chroma_x: u32,
    chroma_y: u32,
    // Columns and rows of sites; a site begins at every step-th cell, and is side x side cells large.
    luma_sites_x: u32,
    luma_sites_y: u32,
    luma_step: u32,
    luma_side: u32,
    chroma_sites_x: u32,
    chroma_sites_y: u32,
    chroma_step: u32,
    chroma_side: u32,
    // 1 if there is no previous picture.
    first: u32,
    // Variance that rounding to the frame's codes adds.
    rounding: f32,
}

var<immediate> params: NoiseSitesParams;
@group(0) @binding(0) var<storage, read> luma_moments: array<vec4f>;
@group(0) @binding(1) var<storage, read> luma_flags: array<vec4u>;
// U, then V; in all chroma buffers.
@group(0) @binding(2) var<storage, read> chroma_moments: array<vec4f>;
@group(0) @binding(3) var<storage, read> chroma_flags: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> luma_sites: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> chroma_sites: array<vec4f>;

// Plane of this invocation: whether it is luma, its size in cells, and its first cell in the buffers.
var<private> is_luma: bool;
var<private> cells: vec2u;
var<private> base: u32;

fn cell_moments(cell: vec2u) -> vec4f {
    let at = base + cell.y * cells.x + cell.x;
    if (is_luma) {
        return luma_moments[at];
    }
    return chroma_moments[at];
}

fn cell_flags(cell: vec2u) -> vec4u {
    let at = base + cell.y * cells.x + cell.x;
    if (is_luma) {
        return luma_flags[at];
    }
    return chroma_flags[at];
}

// Sites with a larger share of clipped samples are not used.
const MOST_CLIPPED: f32 = 0.3;
// Largest share of detail in coarse noise; that of white noise is 1.
const COARSE_DETAIL: f32 = 0.5;

// Share of a Gaussian's variance that is left if the share q of its samples is clipped at one end.
fn clipped_variance(q: f32) -> f32 {
    return 1.0 + q * (-1.7539 + q * (1.3427 + q * -1.1572));
}

// True if a cell of one value lies in or beside the site, as at the edge of a black bar or a caption.
fn is_near_dead(corner: vec2u, side: u32) -> bool {
    let low = max(corner, vec2u(1u)) - 1u;
    let high = min(corner + side, cells - 1u);
    var counts = 0u;
    for (var y = low.y; y <= high.y; y++) {
        for (var x = low.x; x <= high.x; x++) {
            counts |= cell_flags(vec2u(x, y)).x;
        }
    }
    return counts >= 0x1000000u;
}

// Mean luma at a cell of this plane, from the first and the last luma cell at that place.
fn cell_luma(cell: vec2u) -> f32 {
    let luma_cells = vec2u(params.luma_x, params.luma_y);
    let a = min(cell * luma_cells / cells, luma_cells - 1u);
    let b = min(a + max(luma_cells / cells, vec2u(1u)) - 1u, luma_cells - 1u);
    let sum = luma_moments[a.y * luma_cells.x + a.x].w + luma_moments[b.y * luma_cells.x + b.x].w;
    return sum / 128.0;
}

fn site_luma(corner: vec2u, side: u32, mean: f32) -> f32 {
    if (is_luma) {
        return mean;
    }
    var sum = 0.0;
    for (var y = 0u; y < side; y++) {
        for (var x = 0u; x < side; x++) {
            sum += cell_luma(corner + vec2u(x, y));
        }
    }
    return sum / f32(side * side);
}

// Share of a Gaussian's values that are up to QUIET_DETAIL in a mixed second difference, which has six times
// the deviation of the samples, or up to QUIET in a difference of two pictures; times the deviation.
const PLAIN_SHARE: f32 = 0.266;
const STILL_SHARE: f32 = 0.846;
// Larger shares are looked at, if they are so many times those of noise of the same variance.
const LEAST_PLAIN: f32 = 0.12;
const LEAST_STILL: f32 = 0.2;
const MORE_THAN_NOISE: f32 = 3.0;

// True if the values of so large a variance are near 0 far too often for noise: the site has edges, as of
// text, on a plain ground.
fn is_drawn(variance: f32, share: f32, least: f32, of_noise: f32) -> bool {
    return share > least && share * share * variance > MORE_THAN_NOISE * MORE_THAN_NOISE * of_noise * of_noise;
}

// True if three variances agree that would differ under texture, under motion, or where the codec skipped
// blocks.
fn agree(temporal: f32, spatial: f32, contrast: f32) -> bool {
    let least = min(min(temporal, spatial), contrast);
    let most = max(max(temporal, spatial), contrast);
    return least >= 0.25 && most < 1.6 * least;
}

// True if contrast and temporal variance agree, and detail is far too faint for white noise.
fn is_coarse(temporal: f32, spatial: f32, contrast: f32) -> bool {
    let least = min(temporal, contrast);
    return least >= 0.25 && max(temporal, contrast) < 1.6 * least && spatial < COARSE_DETAIL * least;
}

// Correlation of neighbours, from the mean of squared steps and the variance: in 32 steps.
fn correlation(steps: u32, pairs: f32, temporal: f32) -> u32 {
    let mean = f32(steps) / (16.0 * pairs);
    return u32(clamp((1.0 - mean / max(4.0 * temporal, 1e-6)) * 32.0, 0.0, 31.0));
}

fn site_marks(
    temporal: f32,
    spatial: f32,
    contrast: f32,
    mean: f32,
    side: u32,
    usable: bool,
    drawn: vec2<bool>,
    counts: u32,
) -> u32 {
    let changed = (counts & 0xff0000u) != 0u;
    let newest = select(temporal, spatial, params.first == 1u);
    let dead = (counts >> 24u) == side * side;
    let moved = usable && changed && params.first == 0u && !drawn.y;
    let stands = moved && contrast > 6.0 * max(temporal, 0.25);
    return select(0u, SITE_DETAIL, usable)
        | select(0u, SITE_MOVED, moved)
        | select(0u, SITE_STANDS, stands)
        | select(0u, SITE_DEAD, dead)
        | select(0u, SITE_FLAT, dead && mean > 20.0 && mean < 235.0)
        | select(0u, SITE_CHANGED, changed)
        | select(0u, SITE_COARSE, moved && !drawn.x && is_coarse(temporal, spatial, contrast))
        | select(0u, SITE_WHITE, (moved || params.first == 1u) && usable && !drawn.x && agree(newest, spatial, contrast));
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    is_luma = id.z == 0u;
    let luma_grid = vec4u(params.luma_sites_x, params.luma_sites_y, params.luma_x, params.luma_y);
    let chroma_grid = vec4u(params.chroma_sites_x, params.chroma_sites_y, params.chroma_x, params.chroma_y);
    let grid = select(chroma_grid, luma_grid, is_luma);
    if (id.x >= grid.x || id.y >= grid.y) {
        return;
    }
    let plane = select(id.z - 1u, 0u, is_luma);
    cells = grid.zw;
    base = plane * cells.x * cells.y;
    let side = select(params.chroma_side, params.luma_side, is_luma);
    let corner = id.xy * select(params.chroma_step, params.luma_step, is_luma);
    var sums = vec4f(0.0);
    var sum = vec4u(0u);
    for (var y = 0u; y < side; y++) {
        for (var x = 0u; x < side; x++) {
            let cell = corner + vec2u(x, y);
            sums += cell_moments(cell);
            sum += cell_flags(cell);
        }
    }
    let joined = f32(side * side);
    let counts = sum.x;
    let clipped = f32(counts & 0xffffu) / (128.0 * joined);
    let kept = clipped_variance(min(clipped, MOST_CLIPPED));
    let temporal = max(sums.x / (63.0 * joined) / 2.0 / kept - params.rounding, 0.0);
    let detail = max(sums.y / (36.0 * joined) / 36.0 / kept - params.rounding, 0.0);
    let plain = f32(sum.y & 0xffffu) / (36.0 * joined);
    let still = f32(sum.y >> 16u) / (64.0 * joined);
    let drawn = vec2<bool>(
        is_drawn(detail, plain, LEAST_PLAIN, PLAIN_SHARE),
        is_drawn(temporal, still, LEAST_STILL, STILL_SHARE),
    );
    // The noise of a drawn site is that of its ground.
    let ground = PLAIN_SHARE / max(plain, LEAST_PLAIN);
    let spatial = select(detail, min(detail, ground * ground), drawn.x);
    let usable = clipped <= MOST_CLIPPED && !is_near_dead(corner, side);
    let mean = sums.w / (64.0 * joined);
    let contrast = sums.z / (63.0 * joined);
    let marks = site_marks(temporal, spatial, contrast, mean, side, usable, drawn, counts);
    let word = marks
        | (coarse_level(log2(max(contrast, 1e-9))) << 8u)
        | (correlation(sum.z, 56.0 * joined, temporal) << 14u)
        | (correlation(sum.w, 56.0 * joined, temporal) << 19u);
    let at = (plane * grid.y + id.y) * grid.x + id.x;
    let logs = log2(max(vec2f(spatial, temporal), vec2f(1e-9)));
    let site = vec4f(logs, site_luma(corner, side, mean), f32(word));
    if (is_luma) {
        luma_sites[at] = site;
    } else {
        chroma_sites[at] = site;
    }
}
