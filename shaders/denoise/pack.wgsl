// Writes a working picture back to a plane of the frame, rounded to the frame's own code values.

struct PackParams {
    // Size of the picture or field.
    width: u32,
    height: u32,
    // Row y of the field is row y * row_step + row_offset of the plane.
    row_step: u32,
    row_offset: u32,
    // From 8-bit code values to the frame's code values, and the largest of those.
    to_code: f32,
    max_code: f32,
    // From the frame's code values to normalised texels.
    to_texel: f32,
    // Channels of the picture that become the plane's first and second.
    first: u32,
    second: u32,
}

var<immediate> params: PackParams;
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var plane: texture_storage_2d<r8unorm, write>;

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.width || id.y >= params.height) {
        return;
    }
    let value = textureLoad(picture, id.xy, 0);
    let pair = vec2f(
        select(value.r, value.g, params.first == 1u),
        select(value.r, value.g, params.second == 1u),
    );
    // floor(x + 0.5) and not round(): WGSL rounds halves to even, which would favour even codes.
    let code = clamp(floor(pair * params.to_code + 0.5), vec2f(0.0), vec2f(params.max_code));
    let at = vec2u(id.x, id.y * params.row_step + params.row_offset);
    textureStore(plane, at, vec4f(code * params.to_texel, 0.0, 1.0));
}
