// Reads samples of the frame in buffer `frame`, whose positions are in `params.samples`.

fn read_code(byte: u32) -> f32 {
    let mask = select(0xffffu, 0xffu, params.samples.sample_bytes == 1u);
    let word = frame[byte / 4u] >> (8u * (byte & 3u));
    return f32((word & mask) >> params.samples.shift);
}

fn luma_byte(at: vec2i) -> u32 {
    return u32(at.y) * params.samples.luma_stride + u32(at.x) * params.samples.sample_bytes;
}

// As luma_byte, from the first byte of U or V.
fn chroma_byte(at: vec2i) -> u32 {
    return u32(at.y) * params.samples.chroma_stride + u32(at.x) * params.samples.chroma_step;
}

fn luma_code(at: vec2i) -> f32 {
    return read_code(luma_byte(at));
}

// Codes of U and V.
fn chroma_code(x: i32, y: i32) -> vec2f {
    let byte = chroma_byte(vec2i(x, y));
    return vec2f(read_code(params.samples.u_start + byte), read_code(params.samples.v_start + byte));
}
