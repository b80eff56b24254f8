// Working planes in storage buffers. Four pixels of a row form a quad, because one wide load costs half of
// four narrow ones on GPUs, and much less than that in software.
//
// A quad of a plane is a vec2u: four 16-bit values. A quad of a state is a vec4u: for each pixel, the value
// in the high half and the standard deviation of its noise in the low half. Values are 8-bit code values v
// stored as (v + 64) * 128: range -64 to 448, steps of 1/128. Standard deviations are stored times 256:
// range 0 to 256.

const VALUE_SCALE: f32 = 128.0;
const VALUE_OFFSET: f32 = 64.0;
const DEVIATION_SCALE: f32 = 256.0;

// Through signed integers: vector units convert those directly, but not unsigned ones.
fn to_uint(v: vec4f) -> vec4u {
    return bitcast<vec4u>(vec4i(v));
}

fn to_float(u: vec4u) -> vec4f {
    return vec4f(bitcast<vec4i>(u));
}

fn encode_values(v: vec4f) -> vec4u {
    return to_uint(clamp((v + VALUE_OFFSET) * VALUE_SCALE + 0.5, vec4f(0.0), vec4f(65535.0)));
}

fn decode_values(u: vec4u) -> vec4f {
    return to_float(u) * (1.0 / VALUE_SCALE) - VALUE_OFFSET;
}

fn pack_quad(v: vec4f) -> vec2u {
    let u = encode_values(v);
    return u.xz | (u.yw << vec2u(16u));
}

fn unpack_quad(q: vec2u) -> vec4f {
    return decode_values(vec4u(q.x & 0xffffu, q.x >> 16u, q.y & 0xffffu, q.y >> 16u));
}

// Without scale and offset, for sums that do not depend on them.
fn unpack_stored(q: vec2u) -> vec4f {
    return to_float(vec4u(q.x & 0xffffu, q.x >> 16u, q.y & 0xffffu, q.y >> 16u));
}

fn pack_stored(v: vec4f) -> vec2u {
    let u = to_uint(clamp(v + 0.5, vec4f(0.0), vec4f(65535.0)));
    return u.xz | (u.yw << vec2u(16u));
}

fn pack_state(v: vec4f, variance: vec4f) -> vec4u {
    let deviation = clamp(sqrt(variance) * DEVIATION_SCALE + 0.5, vec4f(0.0), vec4f(65535.0));
    return (encode_values(v) << vec4u(16u)) | to_uint(deviation);
}

fn state_values(s: vec4u) -> vec4f {
    return decode_values(s >> vec4u(16u));
}

fn state_variances(s: vec4u) -> vec4f {
    let deviation = to_float(s & vec4u(0xffffu)) * (1.0 / DEVIATION_SCALE);
    return deviation * deviation;
}

// Values of a state without scale and offset.
fn state_stored(s: vec4u) -> vec4f {
    return to_float(s >> vec4u(16u));
}

// Index of the quad at column x and row y, clamped to the picture.
fn quad_index(x: i32, y: i32, quads: vec2i) -> u32 {
    return u32(clamp(y, 0, quads.y - 1) * quads.x + clamp(x, 0, quads.x - 1));
}

// True if column x lies outside the picture. The nearest quad then stands for it, with its pixels in reverse
// order: the picture continues mirrored.
fn is_mirrored(x: i32, quads: vec2i) -> bool {
    return x < 0 || x >= quads.x;
}
