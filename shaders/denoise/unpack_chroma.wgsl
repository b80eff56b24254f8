// Both chroma components of a frame, or of one field of it, as 8-bit code values: U in r, V in g.

struct UnpackChromaParams {
    // Size of the chroma picture or field.
    width: u32,
    height: u32,
    // Row y of the field is row y * row_step + row_offset of the plane.
    row_step: u32,
    row_offset: u32,
    // From normalised texels to 8-bit code values.
    scale: f32,
    // Channel of plane_u that holds U and channel of plane_v that holds V. Interleaved formats
    // bind one plane to both names.
    channel_u: u32,
    channel_v: u32,
}

var<immediate> params: UnpackChromaParams;
@group(0) @binding(0) var plane_u: texture_2d<f32>;
@group(0) @binding(1) var plane_v: texture_2d<f32>;
@group(0) @binding(2) var chroma: texture_storage_2d<rg32float, write>;

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.width || id.y >= params.height) {
        return;
    }
    let at = vec2u(id.x, id.y * params.row_step + params.row_offset);
    let a = textureLoad(plane_u, at, 0);
    let b = textureLoad(plane_v, at, 0);
    let u = select(a.r, a.g, params.channel_u == 1u);
    let v = select(b.r, b.g, params.channel_v == 1u);
    textureStore(chroma, id.xy, vec4f(vec2f(u, v) * params.scale, 0.0, 1.0));
}
