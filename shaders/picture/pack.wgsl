// Converts working planes to a frame, rounded to the frame's code values.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/sample_places.wgsl
// include: picture/shared/raw_samples.wgsl

@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> raw: array<u32>;
// The picture before the filter.
@group(0) @binding(2) var<storage, read> before: array<vec2u>;

const GROUP: u32 = 64u;

// With interleaved chroma, the invocations of U write V as well.
fn grid_of(size: vec2u, component: u32) -> vec2u {
    let is_written = component < 2u || params.samples.chroma_step == params.samples.sample_bytes;
    return select(vec2u(0u), vec2u((size.x + 3u) / 4u, size.y), is_written);
}

// Stored values of a quad, with a share of what they were.
fn stored_at(index: u32, component: u32) -> vec4f {
    let now = unpack_stored(planes[index]);
    let keep = i32(select(params.keep_chroma, params.keep_luma, component == 0u));
    if (keep == 0) {
        return now;
    }
    let gone = vec4i(unpack_stored(before[index]) - now);
    return now + vec4f((gone * keep + 128) >> vec4u(8u));
}

fn to_code(stored: vec4f) -> vec4u {
    let value = stored * (1.0 / VALUE_SCALE) - VALUE_OFFSET;
    let code = floor(value * params.unit + 0.5);
    return vec4u(clamp(code, vec4f(0.0), vec4f(params.max_code))) << vec4u(params.samples.shift);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let place = sample_place(part.component);
    let at = place.start / 4u + raw_row(part.at.y) * (place.stride / 4u) + part.at.x * place.step;
    let start = part.first + part.at.y * u32(part.quads.x) + part.at.x;
    let a = to_code(stored_at(start, part.component));
    var even = a;
    var odd = vec4u(0u);
    let is_interleaved = place.step > params.samples.sample_bytes;
    if (is_interleaved) {
        let b = to_code(stored_at(start + part_quads(chroma_size()), part.component));
        // V comes first if U does not begin the plane.
        let u_first = (place.start & 3u) == 0u;
        let first = select(b, a, u_first);
        let second = select(a, b, u_first);
        even = vec4u(first.x, second.x, first.y, second.y);
        odd = vec4u(first.z, second.z, first.w, second.w);
    }
    // `even` and `odd` are eight samples in order; planar formats have only the first four.
    if (params.samples.sample_bytes == 1u) {
        raw[at] = even.x | (even.y << 8u) | (even.z << 16u) | (even.w << 24u);
        if (is_interleaved) {
            raw[at + 1u] = odd.x | (odd.y << 8u) | (odd.z << 16u) | (odd.w << 24u);
        }
    } else {
        raw[at] = even.x | (even.y << 16u);
        raw[at + 1u] = even.z | (even.w << 16u);
        if (is_interleaved) {
            raw[at + 2u] = odd.x | (odd.y << 16u);
            raw[at + 3u] = odd.z | (odd.w << 16u);
        }
    }
}
