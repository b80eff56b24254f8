// Shared by both kernels that search one level: motion_search for software Vulkan, motion_search_lanes for
// GPUs.

struct MotionSearchParams {
    // Size of this level in pixels and in blocks, and side of a block in pixels.
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    block: i32,
    // Columns and rows of blocks at the coarser level; 0 at the coarsest.
    coarse_x: u32,
    coarse_y: u32,
    // Search radius in pixels.
    radius: i32,
    // 1 to find quarter pixels by a parabola.
    fraction: u32,
    // Factor on the vectors that are written.
    scale: f32,
    // Bonus of the zero vector, in standard deviations of the noise summed over the window.
    bonus: f32,
}

var<immediate> params: MotionSearchParams;
@group(0) @binding(0) var current: texture_2d<u32>;
@group(0) @binding(1) var reference: texture_2d<u32>;
@group(0) @binding(2) var coarse: texture_2d<f32>;
@group(0) @binding(4) var<storage, read> noise: NoiseModel;
// Vector (xy) and mean absolute difference of the match (z). w: the change of brightness along the vector if
// quarter pixels are found, else 0.
@group(0) @binding(3) var vectors: texture_storage_2d<rgba32float, write>;

// Vertex of the parabola through the costs left of, at and right of the best, in quarter pixels.
fn vertex(left: f32, best: f32, right: f32) -> f32 {
    let offset = 0.5 * (left - right) / max(left + right - 2.0 * best, 1e-3);
    return floor(clamp(offset, -0.5, 0.5) * 4.0 + 0.5) * 0.25;
}

// Best vector so far, and its cost.
struct Match {
    vector: vec2i,
    cost: f32,
}

// Vector of block i among the 3x3 blocks of the coarser level around this block.
fn coarse_vector(block: vec2u, i: u32) -> vec2i {
    let last = vec2i(i32(params.coarse_x), i32(params.coarse_y)) - 1;
    let place = vec2i(block / 2u) + vec2i(i32(i % 3u), i32(i / 3u)) - 1;
    return vec2i(textureLoad(coarse, clamp(place, vec2i(0), last), 0).xy) * 2;
}
