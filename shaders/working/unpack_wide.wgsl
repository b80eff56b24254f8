// What unpack does, for planes of 8-bit samples whose width is a multiple of 16: a whole load of 16
// pixels at once, and integer arithmetic instead of floats.
// include: shared/packed.wgsl

struct WideParams {
    // Size of the component in the picture or field.
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
@group(0) @binding(0) var<storage, read> raw: array<vec4u>;
// Two quads to a vec4u.
@group(0) @binding(1) var<storage, read_write> plane: array<vec4u>;

// The quad of four bytes: v is stored as (v + 64) * 128.
fn quad_of_bytes(word: u32) -> vec2u {
    let first = (word & 0xffu) | ((word & 0xff00u) << 8u);
    let second = ((word >> 16u) & 0xffu) | ((word >> 8u) & 0xff0000u);
    let offset = u32(VALUE_OFFSET * VALUE_SCALE) * 0x00010001u;
    return vec2u(first, second) * u32(VALUE_SCALE) + offset;
}

@compute @workgroup_size(8, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let sixteens = params.width / 16u;
    if (id.x >= sixteens || id.y >= params.height) {
        return;
    }
    let row = id.y * params.row_step + params.row_offset;
    let bytes = raw[params.start + row * params.pitch + id.x];
    let at = (id.y * sixteens + id.x) * 2u;
    plane[at] = vec4u(quad_of_bytes(bytes.x), quad_of_bytes(bytes.y));
    plane[at + 1u] = vec4u(quad_of_bytes(bytes.z), quad_of_bytes(bytes.w));
}
