// pack for frames whose components are all multiples of 16 pixels wide: stores of 16 bytes, and integer
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

// Two quads in each vec4u.
@group(0) @binding(0) var<storage, read> planes: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> raw: array<vec4u>;
// The picture before the filter.
@group(0) @binding(2) var<storage, read> before: array<vec4u>;

const GROUP: u32 = 64u;

// With interleaved chroma, the invocations of U write V as well.
fn grid_of(size: vec2u, component: u32) -> vec2u {
    return select(vec2u(size.x / 16u, size.y), vec2u(0u), INTERLEAVED && component == 2u);
}

fn stored_in(quad: vec2u) -> vec4i {
    return vec4i(vec4u(quad & vec2u(0xffffu), quad >> vec2u(16u)));
}

// Stored values of two quads.
struct Pair {
    first: vec4i,
    second: vec4i,
}

// Values with a share of what they were.
fn pair_at(index: u32, component: u32) -> Pair {
    let now = planes[index];
    let pair = Pair(stored_in(now.xy), stored_in(now.zw));
    let keep = i32(select(params.keep_chroma, params.keep_luma, component == 0u));
    if (keep == 0) {
        return pair;
    }
    let old = before[index];
    return Pair(
        pair.first + (((stored_in(old.xy) - pair.first) * keep + 128) >> vec4u(8u)),
        pair.second + (((stored_in(old.zw) - pair.second) * keep + 128) >> vec4u(8u)),
    );
}

// Codes of a quad, two in each word. A value v is stored as (v + 64) * 128, which is code * 128 / unit +
// 8192.
fn codes_of(stored: vec4i) -> vec2u {
    let value = stored - i32(VALUE_OFFSET * VALUE_SCALE);
    var codes: vec4u;
    if (DEEP) {
        // 256 / unit is a power of two: 64 for 10 bits, 16 for 12, 1 for 16.
        let divisor = 256 / i32(params.unit);
        let rounded = (value * 2 + divisor / 2) >> vec4u(firstTrailingBit(u32(divisor)));
        codes = vec4u(clamp(rounded, vec4i(0), vec4i(i32(params.max_code)))) << vec4u(params.samples.shift);
    } else {
        // Half a code is added before the shift, which rounds down.
        codes = vec4u(clamp((value + i32(VALUE_SCALE) / 2) >> vec4u(7u), vec4i(0), vec4i(255)));
    }
    // .xy are the low halves (pixels 0 and 2), .zw the high halves (pixels 1 and 3).
    return codes.xy | (codes.zw << vec2u(16u));
}

// The four codes of a quad as bytes.
fn bytes_of(codes: vec2u) -> u32 {
    let pairs = (codes | (codes >> vec2u(8u))) & vec2u(0xffffu);
    return pairs.x | (pairs.y << 16u);
}

// Eight samples as bytes, alternating between both inputs; `first` takes the lower byte.
fn mixed_bytes(first: vec2u, second: vec2u) -> vec2u {
    return first | (second << vec2u(8u));
}

fn mixed_halves(first: vec2u, second: vec2u) -> vec4u {
    let low = (first & vec2u(0xffffu)) | (second << vec2u(16u));
    let high = (first >> vec2u(16u)) | (second & vec2u(0xffff0000u));
    return vec4u(low.x, high.x, low.y, high.y);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let place = sample_place(part.component);
    let to = place.start / 16u + raw_row(part.at.y) * (place.stride / 16u) + part.at.x * place.step;
    let start = (part.first + part.at.y * u32(part.quads.x)) / 2u + part.at.x * 2u;
    let a = pair_at(start, part.component);
    let b = pair_at(start + 1u, part.component);
    let q0 = codes_of(a.first);
    let q1 = codes_of(a.second);
    let q2 = codes_of(b.first);
    let q3 = codes_of(b.second);
    if (INTERLEAVED && part.component > 0u) {
        let other = start + part_quads(chroma_size()) / 2u;
        let c = pair_at(other, part.component);
        let d = pair_at(other + 1u, part.component);
        let r0 = codes_of(c.first);
        let r1 = codes_of(c.second);
        let r2 = codes_of(d.first);
        let r3 = codes_of(d.second);
        // V comes first if U does not begin the plane.
        let swaps = (place.start & 3u) != 0u;
        if (DEEP) {
            raw[to] = mixed_halves(select(q0, r0, swaps), select(r0, q0, swaps));
            raw[to + 1u] = mixed_halves(select(q1, r1, swaps), select(r1, q1, swaps));
            raw[to + 2u] = mixed_halves(select(q2, r2, swaps), select(r2, q2, swaps));
            raw[to + 3u] = mixed_halves(select(q3, r3, swaps), select(r3, q3, swaps));
        } else {
            raw[to] = vec4u(
                mixed_bytes(select(q0, r0, swaps), select(r0, q0, swaps)),
                mixed_bytes(select(q1, r1, swaps), select(r1, q1, swaps)),
            );
            raw[to + 1u] = vec4u(
                mixed_bytes(select(q2, r2, swaps), select(r2, q2, swaps)),
                mixed_bytes(select(q3, r3, swaps), select(r3, q3, swaps)),
            );
        }
    } else if (DEEP) {
        raw[to] = vec4u(q0, q1);
        raw[to + 1u] = vec4u(q2, q3);
    } else {
        raw[to] = vec4u(bytes_of(q0), bytes_of(q1), bytes_of(q2), bytes_of(q3));
    }
}
