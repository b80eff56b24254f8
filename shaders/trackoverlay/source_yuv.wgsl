// Level 0 of a source from a frame in Y'CbCr.
// include: shared/source_texel.wgsl
// include: shared/colour.wgsl
// include: shared/chroma_read.wgsl

struct SourceYuvParams {
    width: u32,
    height: u32,
    // Pixels of luma from one sample of chroma to the next, and place of the first one.
    sub_x: f32,
    sub_y: f32,
    site_x: f32,
    site_y: f32,
    // Component of U and V in their textures.
    u_at: u32,
    v_at: u32,
    // 0 for gray.
    has_chroma: u32,
    // Weights of red and blue in luma.
    kr: f32,
    kb: f32,
    // Factor from texels to code values; codes of black and of no chroma, and codes of full scale.
    code: f32,
    luma_offset: f32,
    luma_scale: f32,
    chroma_mid: f32,
    chroma_scale: f32,
}

var<immediate> params: SourceYuvParams;
@group(0) @binding(0) var luma: texture_2d<f32>;
@group(0) @binding(1) var u_plane: texture_2d<f32>;
@group(0) @binding(2) var v_plane: texture_2d<f32>;
@group(0) @binding(3) var<storage, read_write> source: array<vec2u>;

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.width || id.y >= params.height) {
        return;
    }
    let code = textureLoad(luma, id.xy, 0).x * params.code;
    let y = (code - params.luma_offset) / params.luma_scale;
    var colour = vec3f(y);
    if (params.has_chroma == 1u) {
        colour = rgb_of(y, chroma_at(vec2f(vec2i(id.xy))));
    }
    source[SOURCE_LEVELS + id.y * params.width + id.x] = encode_texel(vec4f(colour, 1.0));
}
