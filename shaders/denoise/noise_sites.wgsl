// Noise estimation, second pass: cells are joined to overlapping sites. One plane, or U and V in
// two layers of the dispatch.
// include: shared/noise_site.wgsl

struct NoiseSitesParams {
    // Size in cells of this plane, and of luma.
    cells_x: u32,
    cells_y: u32,
    luma_x: u32,
    luma_y: u32,
    // Sites in a row and in a column; one begins at every step-th cell and is side x side cells.
    sites_x: u32,
    sites_y: u32,
    step: u32,
    side: u32,
    // 1 where this plane is luma.
    is_luma: u32,
    // 1 where there is no picture before.
    first: u32,
    // Variance of rounding to codes.
    rounding: f32,
}

var<immediate> params: NoiseSitesParams;
@group(0) @binding(0) var<storage, read> moments: array<vec4f>;
@group(0) @binding(1) var<storage, read> flags: array<u32>;
@group(0) @binding(2) var<storage, read> luma: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> sites: array<vec4f>;

// Sites with more clipped samples tell nothing.
const MOST_CLIPPED: f32 = 0.3;

// Variance that is left of a Gaussian when the share q of it is clipped at one end.
fn clipped_variance(q: f32) -> f32 {
    return 1.0 + q * (-1.7539 + q * (1.3427 + q * -1.1572));
}

// True where a cell of one value lies in the site or beside it: the edge of a bar or a caption.
fn is_near_dead(corner: vec2u, base: u32) -> bool {
    let cells = vec2u(params.cells_x, params.cells_y);
    let low = max(corner, vec2u(1u)) - 1u;
    let high = min(corner + params.side, cells - 1u);
    var counts = 0u;
    for (var y = low.y; y <= high.y; y++) {
        for (var x = low.x; x <= high.x; x++) {
            counts |= flags[base + y * params.cells_x + x];
        }
    }
    return counts >= 0x1000000u;
}

// Luma where a cell of this plane lies: the first and the last of luma's cells there.
fn cell_luma(cell: vec2u) -> f32 {
    let cells = vec2u(params.cells_x, params.cells_y);
    let luma_cells = vec2u(params.luma_x, params.luma_y);
    let a = min(cell * luma_cells / cells, luma_cells - 1u);
    let b = min(a + max(luma_cells / cells, vec2u(1u)) - 1u, luma_cells - 1u);
    return (luma[a.y * luma_cells.x + a.x].w + luma[b.y * luma_cells.x + b.x].w) / 128.0;
}

fn site_luma(corner: vec2u, mean: f32) -> f32 {
    if (params.is_luma == 1u) {
        return mean;
    }
    var sum = 0.0;
    for (var y = 0u; y < params.side; y++) {
        for (var x = 0u; x < params.side; x++) {
            sum += cell_luma(corner + vec2u(x, y));
        }
    }
    return sum / f32(params.side * params.side);
}

// True where three variances agree that differ in texture, in motion and where little is new.
fn agree(temporal: f32, spatial: f32, contrast: f32) -> bool {
    let least = min(min(temporal, spatial), contrast);
    let most = max(max(temporal, spatial), contrast);
    return least >= 0.25 && most < 1.6 * least;
}

fn site_marks(
    temporal: f32,
    spatial: f32,
    contrast: f32,
    mean: f32,
    usable: bool,
    counts: u32,
) -> u32 {
    let changed = (counts & 0xff0000u) != 0u;
    let newest = select(temporal, spatial, params.first == 1u);
    let dead = (counts >> 24u) == params.side * params.side;
    let moved = usable && changed && params.first == 0u;
    let stands = moved && contrast > 6.0 * max(temporal, 0.25);
    return select(0u, SITE_DETAIL, usable)
        | select(0u, SITE_MOVED, moved)
        | select(0u, SITE_STANDS, stands)
        | select(0u, SITE_DEAD, dead)
        | select(0u, SITE_FLAT, dead && mean > 20.0 && mean < 235.0)
        | select(0u, SITE_CHANGED, changed)
        | select(0u, SITE_WHITE, (moved || params.first == 1u) && usable && agree(newest, spatial, contrast));
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.sites_x || id.y >= params.sites_y) {
        return;
    }
    let corner = id.xy * params.step;
    let base = id.z * params.cells_x * params.cells_y;
    var sums = vec4f(0.0);
    var counts = 0u;
    for (var y = 0u; y < params.side; y++) {
        for (var x = 0u; x < params.side; x++) {
            let at = base + (corner.y + y) * params.cells_x + corner.x + x;
            sums += moments[at];
            counts += flags[at];
        }
    }
    let cells = f32(params.side * params.side);
    let clipped = f32(counts & 0xffffu) / (128.0 * cells);
    let kept = clipped_variance(min(clipped, MOST_CLIPPED));
    let temporal = max(sums.x / (63.0 * cells) / 2.0 / kept - params.rounding, 0.0);
    let spatial = max(sums.y / (36.0 * cells) / 36.0 / kept - params.rounding, 0.0);
    let usable = clipped <= MOST_CLIPPED && !is_near_dead(corner, base);
    let mean = sums.w / (64.0 * cells);
    let contrast = sums.z / (63.0 * cells);
    let marks = site_marks(temporal, spatial, contrast, mean, usable, counts);
    let at = (id.z * params.sites_y + id.y) * params.sites_x + id.x;
    let logs = log2(max(vec2f(spatial, temporal), vec2f(1e-9)));
    sites[at] = vec4f(logs, site_luma(corner, mean), f32(marks));
}
