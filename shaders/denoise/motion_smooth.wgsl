// Smooths the vectors over 5x5 blocks and rounds them to half pixels.
// include: shared/plane.wgsl

struct MotionSmoothParams {
    blocks_x: u32,
    blocks_y: u32,
}

var<immediate> params: MotionSmoothParams;
@group(0) @binding(0) var vectors: texture_2d<f32>;
@group(0) @binding(1) var smoothed: texture_storage_2d<rg32float, write>;

@compute @workgroup_size(16, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let blocks = vec2i(i32(params.blocks_x), i32(params.blocks_y));
    var sum = vec2f(0.0);
    for (var y = -2; y <= 2; y++) {
        for (var x = -2; x <= 2; x++) {
            let source = clamp_pixel(vec2i(id.xy) + vec2i(x, y), blocks);
            sum += textureLoad(vectors, source, 0).xy;
        }
    }
    let mean = floor(sum * (2.0 / 25.0) + 0.5) * 0.5;
    textureStore(smoothed, id.xy, vec4f(mean, 0.0, 1.0));
}
