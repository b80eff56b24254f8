// The finest level of a guide: a picture rounded to 8 bits, 16 pixels to a texel.
// include: shared/plane.wgsl
// include: shared/guide.wgsl

struct GuidePackParams {
    width: u32,
    height: u32,
}

var<immediate> params: GuidePackParams;
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var guide: texture_storage_2d<rgba32uint, write>;

fn pixel(x: i32, y: i32) -> u32 {
    let at = vec2i(clamp(x, 0, i32(params.width) - 1), y);
    return u32(clamp(textureLoad(picture, at, 0).r + 0.5, 0.0, 255.0));
}

fn word(x: i32, y: i32) -> u32 {
    return pixel(x, y) | (pixel(x + 1, y) << 8u) | (pixel(x + 2, y) << 16u) | (pixel(x + 3, y) << 24u);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let texels = (params.width + 15u + 2u * u32(GUIDE_PAD)) / 16u;
    if (id.x >= texels || id.y >= params.height) {
        return;
    }
    let x = i32(id.x) * 16 - GUIDE_PAD;
    let y = i32(id.y);
    let row = vec4u(word(x, y), word(x + 4, y), word(x + 8, y), word(x + 12, y));
    textureStore(guide, id.xy, row);
}
