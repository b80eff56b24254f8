// Texels of a source: premultiplied R'G'B' and alpha, 0 to 1, as signed 16-bit integers in steps of 1/16384.
// So 10-bit streams lose no precision, and colours outside the range of R'G'B' are kept.
//
// A source's buffer begins with a table of its mip levels: for each the index of its first texel, and its
// width and height in the low and high half of a word. The texels of all levels follow, each in row order.

// Entries in the table.
const SOURCE_LEVELS: u32 = 16u;
const TEXEL_SCALE: f32 = 16384.0;

fn encode_texel(v: vec4f) -> vec2u {
    let q = vec4i(clamp(round(v * TEXEL_SCALE), vec4f(-32768.0), vec4f(32767.0)));
    return bitcast<vec2u>((q.xz & vec2i(0xffff)) | (q.yw << vec2u(16u)));
}

// A texel in steps, for sums that are scaled at the end.
fn texel_steps(t: vec2u) -> vec4f {
    let q = bitcast<vec2i>(t);
    let low = (q << vec2u(16u)) >> vec2u(16u);
    let high = q >> vec2u(16u);
    return vec4f(vec4i(low.x, high.x, low.y, high.y));
}
