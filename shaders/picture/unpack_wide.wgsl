// unpack for frames whose components are all multiples of 16 pixels wide: loads of 16 bytes, and integer
// arithmetic.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/sample_places.wgsl
// include: picture/shared/raw_samples.wgsl

// True for 16-bit samples, false for 8-bit samples.
override DEEP: bool = false;
// True if U and V are interleaved.
override INTERLEAVED: bool = false;

@group(0) @binding(0) var<storage, read> raw: array<vec4u>;
// Two quads in each vec4u.
@group(0) @binding(1) var<storage, read_write> planes: array<vec4u>;

const GROUP: u32 = 64u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return vec2u(size.x / 16u, size.y);
}

// Converts codes to stored values. A value v in 8-bit code values is stored as (v + 64) * 128, which is code
// * 128 / unit + 8192. Codes of 16 bits are rounded to the steps that can be stored.
fn stored(codes: vec2u) -> vec2u {
    let offset = u32(VALUE_OFFSET * VALUE_SCALE) * 0x00010001u;
    if (!DEEP) {
        return codes * u32(VALUE_SCALE) + offset;
    }
    let low = codes & vec2u(0xffffu);
    let high = codes >> vec2u(16u);
    let scale = 256u / u32(params.unit);
    return (((low >> vec2u(params.samples.shift)) * scale + 1u) >> vec2u(1u))
        + ((((high >> vec2u(params.samples.shift)) * scale + 1u) >> vec2u(1u)) << vec2u(16u)) + offset;
}

// Four 8-bit samples as codes, two in each word.
fn bytes_of(word: u32) -> vec2u {
    return vec2u(
        (word & 0xffu) | ((word & 0xff00u) << 8u),
        ((word >> 16u) & 0xffu) | ((word >> 8u) & 0xff0000u),
    );
}

// Every second one of eight 8-bit samples, as codes, two in each word.
fn alternate_bytes(words: vec2u, bits: u32) -> vec2u {
    return (words >> vec2u(bits)) & vec2u(0x00ff00ffu);
}

fn alternate_halves(words: vec4u, bits: u32) -> vec2u {
    let codes = (words >> vec4u(bits)) & vec4u(0xffffu);
    return codes.xz | (codes.yw << vec2u(16u));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let place = sample_place(part.component);
    let source = place.start / 16u + raw_row(part.at.y) * (place.stride / 16u) + part.at.x * place.step;
    let to = (part.first + part.at.y * u32(part.quads.x)) / 2u + part.at.x * 2u;
    let bits = (place.start & 3u) * 8u;
    var a: vec4u;
    var b: vec4u;
    let w0 = raw[source];
    if (INTERLEAVED && part.component > 0u) {
        let w1 = raw[source + 1u];
        if (DEEP) {
            a = vec4u(alternate_halves(w0, bits), alternate_halves(w1, bits));
            b = vec4u(alternate_halves(raw[source + 2u], bits), alternate_halves(raw[source + 3u], bits));
        } else {
            a = vec4u(alternate_bytes(w0.xy, bits), alternate_bytes(w0.zw, bits));
            b = vec4u(alternate_bytes(w1.xy, bits), alternate_bytes(w1.zw, bits));
        }
    } else if (DEEP) {
        a = w0;
        b = raw[source + 1u];
    } else {
        a = vec4u(bytes_of(w0.x), bytes_of(w0.y));
        b = vec4u(bytes_of(w0.z), bytes_of(w0.w));
    }
    planes[to] = vec4u(stored(a.xy), stored(a.zw));
    planes[to + 1u] = vec4u(stored(b.xy), stored(b.zw));
}
