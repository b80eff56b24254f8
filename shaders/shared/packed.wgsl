// Working planes in storage buffers. Four pixels of a row travel together as a quad, for one wide
// load costs half of four narrow ones on every device and far less than that in software.
//
// A plane's quad is a vec2u: four 16-bit values. A state's quad is a vec4u: for each pixel the
// value in the high half and the standard deviation of its noise in the low half.
// Values are 8-bit code values v stored as (v + 64) * 128, so -64 to 448 in steps of 1/128;
// deviations are stored as 256 times themselves, 0 to 256.

const VALUE_SCALE: f32 = 128.0;
const VALUE_OFFSET: f32 = 64.0;
const DEVIATION_SCALE: f32 = 256.0;

// By way of signed integers: vector units convert those, but not unsigned ones.
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

// The same without scale and offset, for sums that mind neither: stored values as they are.
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

// Values as they are stored.
fn state_stored(s: vec4u) -> vec4f {
    return to_float(s >> vec4u(16u));
}

// Index of the quad at column x of row y, or of the nearest one inside the picture.
fn quad_index(x: i32, y: i32, quads: vec2i) -> u32 {
    return u32(clamp(y, 0, quads.y - 1) * quads.x + clamp(x, 0, quads.x - 1));
}

// True where a quad's column lies outside. Its pixels then are the nearest quad's in reverse: the
// picture goes on mirrored.
fn is_mirrored(x: i32, quads: vec2i) -> bool {
    return x < 0 || x >= quads.x;
}
