// One component of a frame's plane, or of one field of it, as a working plane.
// include: shared/packed.wgsl

struct UnpackParams {
    // Size of the component in the picture or field.
    width: u32,
    height: u32,
    // Row y of the field is row y * row_step + row_offset of the plane.
    row_step: u32,
    row_offset: u32,
    // First word of the plane in `raw`, and words from row to row.
    start: u32,
    pitch: u32,
    // Bytes of a sample (1 or 2), samples of a texel (1 or 2), and which of them to read.
    sample_bytes: u32,
    components: u32,
    component: u32,
    // Bits below the sample in its word.
    shift: u32,
    // From code values to 8-bit code values.
    scale: f32,
}

var<immediate> params: UnpackParams;
@group(0) @binding(0) var<storage, read> raw: array<u32>;
@group(0) @binding(1) var<storage, read_write> plane: array<vec2u>;

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (id.x >= quads || id.y >= params.height) {
        return;
    }
    let texel_bytes = params.sample_bytes * params.components;
    // Four texels are as many words as a texel has bytes.
    let at = params.start + (id.y * params.row_step + params.row_offset) * params.pitch + id.x * texel_bytes;
    var words = vec4u(raw[at], 0u, 0u, 0u);
    if (texel_bytes > 1u) {
        words.y = raw[at + 1u];
    }
    if (texel_bytes > 2u) {
        words.z = raw[at + 2u];
        words.w = raw[at + 3u];
    }
    let mask = select(0xffffu, 0xffu, params.sample_bytes == 1u);
    var code: vec4f;
    for (var i = 0u; i < 4u; i++) {
        // The last quad of a row repeats the last pixel.
        let x = min(id.x * 4u + i, params.width - 1u) - id.x * 4u;
        let byte = x * texel_bytes + params.component * params.sample_bytes;
        let word = select(select(words.x, words.y, byte >= 4u), select(words.z, words.w, byte >= 12u), byte >= 8u);
        code[i] = f32(((word >> ((byte & 3u) * 8u)) & mask) >> params.shift);
    }
    plane[id.y * quads + id.x] = pack_quad(code * params.scale);
}
