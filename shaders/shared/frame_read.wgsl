// Samples of the planes of a frame in its buffer `frame`. `params` tells where they lie: bytes of a
// sample and bits below it, strides in bytes, first bytes of U and V and the step between their
// samples.

fn read_code(byte: u32) -> f32 {
    let mask = select(0xffffu, 0xffu, params.sample_bytes == 1u);
    let word = frame[byte / 4u] >> (8u * (byte & 3u));
    return f32((word & mask) >> params.shift);
}

fn luma_byte(at: vec2i) -> u32 {
    return u32(at.y) * params.luma_stride + u32(at.x) * params.sample_bytes;
}

// The same from the first byte of U or of V.
fn chroma_byte(at: vec2i) -> u32 {
    return u32(at.y) * params.chroma_stride + u32(at.x) * params.chroma_step;
}

fn luma_code(at: vec2i) -> f32 {
    return read_code(luma_byte(at));
}

// U and V.
fn chroma_code(x: i32, y: i32) -> vec2f {
    let byte = chroma_byte(vec2i(x, y));
    return vec2f(read_code(params.u_start + byte), read_code(params.v_start + byte));
}
