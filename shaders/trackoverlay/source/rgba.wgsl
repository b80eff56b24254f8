// Makes level 0 of a source from pixels of four bytes with straight alpha.
// include: trackoverlay/shared/source_texel.wgsl

struct SourceRgbaParams {
    width: u32,
    height: u32,
    // Words from one row to the next.
    pitch: u32,
    // Lowest bit of each component in a pixel's word.
    red: u32,
    green: u32,
    blue: u32,
    alpha: u32,
    // 1 if the fourth byte is unused.
    is_opaque: u32,
}

var<immediate> params: SourceRgbaParams;
@group(0) @binding(0) var<storage, read> pixels: array<u32>;
@group(0) @binding(1) var<storage, read_write> source: array<vec2u>;

fn component(word: u32, bit: u32) -> f32 {
    return f32(i32((word >> bit) & 0xffu)) / 255.0;
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.width || id.y >= params.height) {
        return;
    }
    let word = pixels[id.y * params.pitch + id.x];
    let colour = vec3f(component(word, params.red), component(word, params.green), component(word, params.blue));
    let alpha = select(component(word, params.alpha), 1.0, params.is_opaque == 1u);
    source[SOURCE_LEVELS + id.y * params.width + id.x] = encode_texel(vec4f(colour * alpha, alpha));
}
