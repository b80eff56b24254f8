// What both ways of matching one level of two guides have: `motion_search` for processors and
// `motion_search_lanes` for GPUs.

struct MotionSearchParams {
    // Size of this level in pixels and in blocks, and the side of a block in pixels.
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    block: i32,
    // Blocks of the coarser level; zero at the coarsest.
    coarse_x: u32,
    coarse_y: u32,
    // The neighbourhood: this many pixels to each side.
    radius: i32,
    // 1 looks for quarters of a pixel around the best vector.
    fraction: u32,
    // Factor on the vectors written.
    scale: f32,
    // The zero vector's advantage, in deviations of the noise summed over the window.
    bonus: f32,
}

var<immediate> params: MotionSearchParams;
@group(0) @binding(0) var current: texture_2d<u32>;
@group(0) @binding(1) var reference: texture_2d<u32>;
@group(0) @binding(2) var coarse: texture_2d<f32>;
@group(0) @binding(4) var<storage, read> noise: NoiseModel;
// Vector, mean absolute difference of the match; then change of brightness along it where quarters of a
// pixel were looked for, and the mean of the block's window elsewhere, from which a refinement goes on.
@group(0) @binding(3) var vectors: texture_storage_2d<rgba32float, write>;

// Vertex of the parabola through the costs left of, at and right of the best, in quarters.
fn vertex(left: f32, best: f32, right: f32) -> f32 {
    let offset = 0.5 * (left - right) / max(left + right - 2.0 * best, 1e-3);
    return floor(clamp(offset, -0.5, 0.5) * 4.0 + 0.5) * 0.25;
}

// The best vector so far and its cost.
struct Match {
    vector: vec2i,
    cost: f32,
}

// Block i of the nine around the one where this block is at the coarser level.
fn coarse_vector(block: vec2u, i: u32) -> vec2i {
    let last = vec2i(i32(params.coarse_x), i32(params.coarse_y)) - 1;
    let place = vec2i(block / 2u) + vec2i(i32(i % 3u), i32(i / 3u)) - 1;
    return vec2i(textureLoad(coarse, clamp(place, vec2i(0), last), 0).xy) * 2;
}
