// Uses a picture as the measurement of a Kalman update; the variance of its noise depends on luma.

@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> past: array<vec4u>;
@group(0) @binding(2) var vectors: texture_2d<f32>;
@group(0) @binding(3) var<storage, read_write> state: array<vec4u>;
@group(0) @binding(4) var<storage, read> luma: array<vec2u>;
@group(0) @binding(5) var<storage, read> noise: NoiseModel;
@group(0) @binding(6) var<storage, read> scene: array<u32>;
// 8x8 cells of luma, then of chroma: share of the noise that is missing (x), and in y a negative number where
// the border of a noisy part of the picture crosses the cell.
@group(0) @binding(7) var<storage, read> noise_map: array<vec2f>;

// Variance of the noise in this tile, the least that it can be, and whether a border of noise crosses it.
var<private> tile_variance: f32;
var<private> tile_floor: f32;
var<private> is_border: bool;
var<private> tile_square_scale: f32;
var<private> tile_mean_scale: f32;

// At a border, smaller squares of the innovation, relative to the noise, mean that there is none.
const NO_NOISE: f32 = 0.4;

fn measured(index: u32) -> vec4f {
    return unpack_quad(planes[index]);
}

fn measured_variance(index: u32) -> vec4f {
    return vec4f(tile_variance);
}

// At a border, a row of eight measurements whose range is less than this share of the noise's deviation has no noise:
// a black bar, or a drawn box. Elsewhere it may be noise that is clipped.
const FLAT: f32 = 0.25;

// The variance of pixels with this mean square of the innovation, in a row of this range.
fn local_variance(variance: vec4f, square: vec4f, range: f32) -> vec4f {
    let is_flat = vec4f(range * range) < FLAT * FLAT * variance;
    let is_free = vec4<bool>(is_border) & (is_flat | (square < NO_NOISE * variance));
    return select(variance, vec4f(tile_floor), is_free);
}

// Coarse noise has fewer independent samples in a window.
fn square_scale() -> f32 {
    return tile_square_scale;
}

fn mean_scale() -> f32 {
    return tile_mean_scale;
}

fn is_scene_cut() -> bool {
    return scene[0] == 1u;
}

fn luma_quad(at: vec2i, quads: vec2i) -> vec4f {
    return unpack_quad(luma[quad_index(at.x, at.y, quads)]);
}

// Mean luma of the tile, sampled at four points: enough for the smooth noise curve.
fn tile_luma(tile: vec2i) -> f32 {
    let shift = select(vec2i(0), vec2i(1), part_scale() < vec2f(1.0));
    let size = luma_size();
    let quads = vec2i(i32(size.x + 3u) / 4, i32(size.y));
    let at = (tile * vec2i(2, 8)) << vec2u(shift);
    let step = vec2i(1, 4) << vec2u(shift);
    let sum = luma_quad(at, quads) + luma_quad(at + step, quads)
        + luma_quad(at + vec2i(step.x, 1), quads) + luma_quad(at + vec2i(0, step.y + 1), quads);
    return dot(sum, vec4f(1.0 / 16.0));
}

// Entry of the map for this tile.
fn map_entry() -> vec2f {
    let luma_cells = luma_size() / 8u;
    let cells = vec2u(part.width, part.height) / 8u;
    if (noise.mapped == 0u || any(cells == vec2u(0u))) {
        return vec2f(0.0);
    }
    let at = min(part.at, cells - 1u);
    let start = select(luma_cells.x * luma_cells.y, 0u, part.component == 0u);
    return noise_map[start + at.y * cells.x + at.x];
}

// Computes the tile's variables.
fn find_variance() {
    let entry = map_entry();
    tile_floor = noise.floors[part.component];
    tile_square_scale = max(noise.square_scales[part.component], 1.0);
    tile_mean_scale = max(noise.mean_scales[part.component], 1.0);
    is_border = entry.y < 0.0;
    let y = tile_luma(vec2i(part.at));
    if (part.component == 0u) {
        tile_variance = luma_variance(y);
    } else {
        let variances = chroma_variance_at(y);
        tile_variance = select(variances.x, variances.y, part.component == 2u);
    }
    let share = select(1.0 - entry.x, 1.0, is_border);
    tile_variance = max(share * tile_variance, tile_floor);
}
