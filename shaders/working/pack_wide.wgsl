// What pack does, for planes of 8-bit samples whose width is a multiple of 16: a whole store of 16
// pixels at once, and integer arithmetic instead of floats.
// include: shared/packed.wgsl

struct WideParams {
    // Size of the plane in the picture or field.
    width: u32,
    height: u32,
    // Row y of the field is row y * row_step + row_offset of the plane.
    row_step: u32,
    row_offset: u32,
    // First vec4u of the plane in `raw`, and vec4u from row to row.
    start: u32,
    pitch: u32,
}

var<immediate> params: WideParams;
// Two quads to a vec4u.
@group(0) @binding(0) var<storage, read> plane: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> raw: array<vec4u>;

// Four bytes of a quad: v is stored as (v + 64) * 128.
fn bytes_of_quad(quad: vec2u) -> u32 {
    let stored = vec4i(vec4u(quad & vec2u(0xffffu), quad >> vec2u(16u)));
    // Half a code is added, for the shift rounds down.
    let half = i32(VALUE_SCALE) / 2 - i32(VALUE_OFFSET * VALUE_SCALE);
    let codes = vec4u(clamp((stored + half) >> vec4u(7u), vec4i(0), vec4i(255)));
    return codes.x | (codes.z << 8u) | (codes.y << 16u) | (codes.w << 24u);
}

@compute @workgroup_size(8, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let sixteens = params.width / 16u;
    if (id.x >= sixteens || id.y >= params.height) {
        return;
    }
    let at = (id.y * sixteens + id.x) * 2u;
    let a = plane[at];
    let b = plane[at + 1u];
    let row = id.y * params.row_step + params.row_offset;
    raw[params.start + row * params.pitch + id.x] =
        vec4u(bytes_of_quad(a.xy), bytes_of_quad(a.zw), bytes_of_quad(b.xy), bytes_of_quad(b.zw));
}
