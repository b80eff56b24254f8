// Working planes back to a plane of the frame, rounded to the frame's own code values.
// include: shared/packed.wgsl

struct PackParams {
    // Size of the plane in texels, in the picture or field.
    width: u32,
    height: u32,
    // Row y of the field is row y * row_step + row_offset of the plane.
    row_step: u32,
    row_offset: u32,
    // First word of the plane in `raw`, and words from row to row.
    start: u32,
    pitch: u32,
    // Bytes of a sample (1 or 2) and samples of a texel (1 or 2).
    sample_bytes: u32,
    components: u32,
    // Bits below the sample in its word.
    shift: u32,
    // From 8-bit code values to the frame's, and the largest of those.
    scale: f32,
    max_code: f32,
}

var<immediate> params: PackParams;
@group(0) @binding(0) var<storage, read> first: array<vec2u>;
@group(0) @binding(1) var<storage, read> second: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> raw: array<u32>;

fn to_code(quad: vec2u) -> vec4u {
    let code = floor(unpack_quad(quad) * params.scale + 0.5);
    return vec4u(clamp(code, vec4f(0.0), vec4f(params.max_code))) << vec4u(params.shift);
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (id.x >= quads || id.y >= params.height) {
        return;
    }
    let texel_bytes = params.sample_bytes * params.components;
    let at = params.start + (id.y * params.row_step + params.row_offset) * params.pitch + id.x * texel_bytes;
    let a = to_code(first[id.y * quads + id.x]);
    var even = a;
    var odd = vec4u(0u);
    if (params.components == 2u) {
        let b = to_code(second[id.y * quads + id.x]);
        even = vec4u(a.x, b.x, a.y, b.y);
        odd = vec4u(a.z, b.z, a.w, b.w);
    }
    // `even` and `odd` are eight samples in order; planar planes have the first four only.
    if (params.sample_bytes == 1u) {
        raw[at] = even.x | (even.y << 8u) | (even.z << 16u) | (even.w << 24u);
        if (params.components == 2u) {
            raw[at + 1u] = odd.x | (odd.y << 8u) | (odd.z << 16u) | (odd.w << 24u);
        }
    } else {
        raw[at] = even.x | (even.y << 16u);
        raw[at + 1u] = even.z | (even.w << 16u);
        if (params.components == 2u) {
            raw[at + 2u] = odd.x | (odd.y << 16u);
            raw[at + 3u] = odd.z | (odd.w << 16u);
        }
    }
}
