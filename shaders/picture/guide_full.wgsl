// Makes a guide of full size: a plane rounded to 8 bits, 16 pixels in a texel.
// include: shared/packed.wgsl
// include: picture/shared/guide.wgsl

struct GuideFullParams {
    width: u32,
    height: u32,
}

var<immediate> params: GuideFullParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
@group(0) @binding(1) var guide: texture_storage_2d<rgba32uint, write>;

// Four pixels as bytes; the picture's edge is repeated outside of it.
fn word(x: i32, y: i32, quads: vec2i) -> u32 {
    let v = to_uint(clamp(unpack_quad(plane[quad_index(x, y, quads)]) + 0.5, vec4f(0.0), vec4f(255.0)));
    let inside = v.x | (v.y << 8u) | (v.z << 16u) | (v.w << 24u);
    let beyond = select(v.x, v.w, x > 0) * 0x01010101u;
    return select(inside, beyond, is_mirrored(x, quads));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let texels = u32(guide_texels(i32(params.width)));
    if (id.x >= texels || id.y >= params.height) {
        return;
    }
    let quads = vec2i(i32(params.width + 3u) / 4, i32(params.height));
    let x = i32(id.x) * 4 - GUIDE_LEFT / 4;
    let y = i32(id.y);
    textureStore(guide, id.xy, vec4u(
        word(x, y, quads), word(x + 1, y, quads), word(x + 2, y, quads), word(x + 3, y, quads),
    ));
}
