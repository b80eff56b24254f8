// Refines vectors to quarters of a pixel of a guide: first the eight places half a pixel
// around, then the eight a quarter around the best of those, the reference blended bilinearly.
// include: shared/guide.wgsl
// include: shared/noise_model.wgsl
// include: shared/matching.wgsl

struct MotionRefineParams {
    // Size of the level in pixels and in blocks, and the side of a block in pixels.
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    block: i32,
    // Quarters of this level's pixels to a pixel of luma: 2 at half size, 4 at full size.
    quarters: f32,
    // Blocks to a block of the vectors to refine, as a shift.
    shift: u32,
    // The zero vector's advantage, in deviations of the noise summed over the window.
    bonus: f32,
}

var<immediate> params: MotionRefineParams;
@group(0) @binding(0) var current: texture_2d<u32>;
@group(0) @binding(1) var reference: texture_2d<u32>;
// In pixels of luma.
@group(0) @binding(2) var vectors: texture_2d<f32>;
@group(0) @binding(4) var<storage, read> noise: NoiseModel;
// Vector, mean absolute difference of the match, change of brightness along it.
@group(0) @binding(3) var refined: texture_storage_2d<rgba32float, write>;

// Two bytes in 16-bit lanes, a quarter of the way from a to b for each step of f.
fn blend_2(a: vec3u, b: vec3u, f: u32) -> vec3u {
    return ((a * (4u - f) + b * f + vec3u(0x00020002u)) >> vec3u(2u)) & vec3u(BYTES_02);
}

fn blend_12(a: vec3u, b: vec3u, f: u32) -> vec3u {
    let mask = vec3u(BYTES_02);
    let odd = blend_2((a >> vec3u(8u)) & mask, (b >> vec3u(8u)) & mask, f);
    return blend_2(a & mask, b & mask, f) | (odd << vec3u(8u));
}

// Twelve pixels of a row, f quarters of a pixel to the right.
fn blended_row(guide: texture_2d<u32>, x: i32, y: i32, f: u32, size: vec2i) -> vec3u {
    let row = guide_row(guide, clamp(x, -GUIDE_PAD, size.x + GUIDE_PAD - 32), clamp(y, 0, size.y - 1));
    let next = (row.xyz >> vec3u(8u)) | (row.yzw << vec3u(24u));
    return blend_12(row.xyz, next, f);
}

// Sum of absolute differences at a place in quarters of a pixel.
fn fine_difference(window: ptr<function, Window>, guide: texture_2d<u32>, quarters: vec2i, size: vec2i) -> f32 {
    let at = quarters >> vec2u(2u);
    let fraction = vec2u(quarters & vec2i(3));
    var above = blended_row(guide, at.x, at.y, fraction.x, size);
    var below = above;
    var sum = 0u;
    below = blended_row(guide, at.x, at.y + 1, fraction.x, size);
    sum += row_difference((*window).rows[0], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 2, fraction.x, size);
    sum += row_difference((*window).rows[1], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 3, fraction.x, size);
    sum += row_difference((*window).rows[2], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 4, fraction.x, size);
    sum += row_difference((*window).rows[3], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 5, fraction.x, size);
    sum += row_difference((*window).rows[4], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 6, fraction.x, size);
    sum += row_difference((*window).rows[5], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 7, fraction.x, size);
    sum += row_difference((*window).rows[6], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 8, fraction.x, size);
    sum += row_difference((*window).rows[7], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 9, fraction.x, size);
    sum += row_difference((*window).rows[8], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 10, fraction.x, size);
    sum += row_difference((*window).rows[9], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 11, fraction.x, size);
    sum += row_difference((*window).rows[10], blend_12(above, below, fraction.y));
    above = below;
    below = blended_row(guide, at.x, at.y + 12, fraction.x, size);
    sum += row_difference((*window).rows[11], blend_12(above, below, fraction.y));
    above = below;
    return f32(lane_sum(sum));
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let size = vec2i(i32(params.width), i32(params.height));
    let at = vec2i(id.xy) * params.block + (params.block - WINDOW) / 2;
    let bonus = params.bonus * sqrt(noise.mean_y);
    var window = load_window(current, at, size);
    let rough = textureLoad(vectors, id.xy >> vec2u(params.shift), 0);
    var best = vec2i(floor(rough.xy * params.quarters + 0.5));
    var cost = fine_difference(&window, reference, at * 4 + best, size);
    cost -= select(0.0, bonus, all(best == vec2i(0)));
    var centre = best;
    for (var i = 0; i < 18; i++) {
        // Nine places half a pixel around, then nine a quarter around the best of them.
        if (i == 9) {
            centre = best;
        }
        let place = vec2i(i % 3 - 1, (i / 3) % 3 - 1) * select(1, 2, i < 9);
        if (any(place != vec2i(0))) {
            let vector = centre + place;
            let difference = fine_difference(&window, reference, at * 4 + vector, size)
                - select(0.0, bonus, all(vector == vec2i(0)));
            if (difference < cost) {
                cost = difference;
                best = vector;
            }
        }
    }
    textureStore(refined, id.xy, vec4f(vec2f(best) / params.quarters, cost / WINDOW_PIXELS, rough.w));
}
