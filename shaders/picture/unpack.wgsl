// Converts all components of a frame, or of one of its fields, to working planes.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/sample_places.wgsl
// include: picture/shared/raw_samples.wgsl

@group(0) @binding(0) var<storage, read> raw: array<u32>;
@group(0) @binding(1) var<storage, read_write> planes: array<vec2u>;

const GROUP: u32 = 64u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return vec2u((size.x + 3u) / 4u, size.y);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let place = sample_place(part.component);
    let texel_bytes = place.step;
    // Four texels take as many 32-bit words as a texel has bytes.
    let at = place.start / 4u + raw_row(part.at.y) * (place.stride / 4u) + part.at.x * texel_bytes;
    var words = vec4u(raw[at], 0u, 0u, 0u);
    if (texel_bytes > 1u) {
        words.y = raw[at + 1u];
    }
    if (texel_bytes > 2u) {
        words.z = raw[at + 2u];
        words.w = raw[at + 3u];
    }
    let mask = select(0xffffu, 0xffu, params.samples.sample_bytes == 1u);
    var code: vec4f;
    for (var i = 0u; i < 4u; i++) {
        // The last quad of a row repeats the last pixel.
        let x = min(part.at.x * 4u + i, part.width - 1u) - part.at.x * 4u;
        let byte = x * texel_bytes + (place.start & 3u);
        let word = select(select(words.x, words.y, byte >= 4u), select(words.z, words.w, byte >= 12u), byte >= 8u);
        code[i] = f32(((word >> ((byte & 3u) * 8u)) & mask) >> params.samples.shift);
    }
    let quads = u32(part.quads.x);
    planes[part.first + part.at.y * quads + part.at.x] = pack_quad(code / params.unit);
}
