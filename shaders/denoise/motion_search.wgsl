// One level of hierarchical block matching. Each block tries the zero vector, the vectors of the
// coarser level around it, and then the neighbourhood of the best. No block waits for another.
// include: shared/guide.wgsl
// include: shared/noise_model.wgsl
// include: shared/matching.wgsl

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
// Vector, mean absolute difference of the match, change of brightness along it.
@group(0) @binding(3) var vectors: texture_storage_2d<rgba32float, write>;

// Vertex of the parabola through the costs left of, at and right of the best, in quarters.
fn vertex(left: f32, best: f32, right: f32) -> f32 {
    let offset = 0.5 * (left - right) / max(left + right - 2.0 * best, 1e-3);
    return floor(clamp(offset, -0.5, 0.5) * 4.0 + 0.5) * 0.25;
}

@compute @workgroup_size(16, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let size = vec2i(i32(params.width), i32(params.height));
    let at = vec2i(id.xy) * params.block + (params.block - WINDOW) / 2;
    let bonus = params.bonus * sqrt(noise.mean_y);
    var window = load_window(current, at, size);
    var best = vec2i(0);
    var cost = window_difference(&window, reference, at, size) - bonus;
    if (params.coarse_x > 0u) {
        let coarse_max = vec2i(i32(params.coarse_x), i32(params.coarse_y)) - 1;
        for (var i = 0; i < 9; i++) {
            let source = clamp(vec2i(id.xy / 2u) + vec2i(i % 3 - 1, i / 3 - 1), vec2i(0), coarse_max);
            let vector = vec2i(textureLoad(coarse, source, 0).xy) * 2;
            let difference = window_difference(&window, reference, at + vector, size);
            if (difference < cost) {
                cost = difference;
                best = vector;
            }
        }
    }
    let centre = best;
    let side = 2 * params.radius + 1;
    for (var i = 0; i < side * side; i++) {
        let vector = centre + vec2i(i % side, i / side) - params.radius;
        let difference = window_difference(&window, reference, at + vector, size);
        // Should it be the zero vector: that has been tried, with its advantage.
        if (difference < cost) {
            cost = difference;
            best = vector;
        }
    }
    var result = vec2f(best);
    if (params.fraction == 1u) {
        let here = window_difference(&window, reference, at + best, size);
        let left = window_difference(&window, reference, at + best + vec2i(-1, 0), size);
        let right = window_difference(&window, reference, at + best + vec2i(1, 0), size);
        let above = window_difference(&window, reference, at + best + vec2i(0, -1), size);
        let below = window_difference(&window, reference, at + best + vec2i(0, 1), size);
        result += vec2f(vertex(left, here, right), vertex(above, here, below));
    }
    let change = brightness_change(&window, reference, at + best, size, noise.mean_y);
    textureStore(vectors, id.xy, vec4f(result * params.scale, cost / WINDOW_PIXELS, change));
}
