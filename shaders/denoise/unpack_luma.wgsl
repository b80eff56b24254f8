// A luma plane, or one field of it, as 8-bit code values in floating point.

struct UnpackLumaParams {
    // Size of the picture or field.
    width: u32,
    height: u32,
    // Row y of the field is row y * row_step + row_offset of the plane.
    row_step: u32,
    row_offset: u32,
    // From normalised texels to 8-bit code values.
    scale: f32,
}

var<immediate> params: UnpackLumaParams;
@group(0) @binding(0) var plane: texture_2d<f32>;
@group(0) @binding(1) var luma: texture_storage_2d<r32float, write>;

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.width || id.y >= params.height) {
        return;
    }
    let row = id.y * params.row_step + params.row_offset;
    let texel = textureLoad(plane, vec2u(id.x, row), 0).r;
    textureStore(luma, id.xy, vec4f(texel * params.scale, 0.0, 0.0, 1.0));
}
