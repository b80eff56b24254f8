// Luma of the frame as samples of the finest level: 8-bit code values times 256, in 16 bits. Reads `raw`:
// rows of `words` 32-bit words, the earlier pixel in the lower bits.

// True for 16-bit pixels, false for 8-bit pixels.
override WIDE: bool = false;
// True if the frame's right edge may lie within a group of eight samples.
override RAGGED: bool = true;

// Word `k` of a row; beyond the frame its last pixel is repeated.
fn word(row: u32, k: u32) -> u32 {
    if (!RAGGED) {
        return raw[row * params.words + k];
    }
    let bits = select(8u, 16u, WIDE);
    let pixels = 32u / bits;
    let last = (params.width - 1u) / pixels;
    let w = raw[row * params.words + min(k, last)];
    let pixel = (w >> (bits * ((params.width - 1u) % pixels))) & select(0xffu, 0xffffu, WIDE);
    let inside = clamp(i32(params.width) - i32(k * pixels), 0, i32(pixels));
    let mask = select(0xffffffffu, (1u << (bits * u32(inside))) - 1u, inside < i32(pixels));
    return (w & mask) | ((pixel * select(0x01010101u, 0x00010001u, WIDE)) & ~mask);
}

fn row_at(y: u32) -> u32 {
    return min(y, params.height - 1u);
}

// Two 8-bit pixels as two samples.
fn spread(w: u32) -> u32 {
    return ((w & 0xffu) << 8u) | ((w & 0xff00u) << 16u);
}

fn sums(w: vec4u) -> vec4u {
    return (w & vec4u(0x00ff00ffu)) + ((w >> vec4u(8u)) & vec4u(0x00ff00ffu));
}

// Two samples; `pair` counts pairs from the left.
fn any_pair(pair: u32, y: u32) -> u32 {
    let words = select(params.shrink / 2u, params.shrink, WIDE);
    if (!WIDE && params.shrink == 1u) {
        return spread(word(row_at(y), pair / 2u) >> (16u * (pair % 2u)));
    }
    var sum = vec2f(0.0);
    // Loops test their condition at the end, because software Vulkan runs the body of a `for` once more than
    // needed.
    var j = 0u;
    loop {
        let row = row_at(y * params.shrink + j);
        var k = 0u;
        loop {
            let w = word(row, pair * words + k);
            let parts = sums(vec4u(w)).xx;
            let both = select(vec2u(parts.x & 0xffffu, parts.x >> 16u), vec2u(w & 0xffffu, w >> 16u), WIDE);
            let pixels = vec2f(vec2i(both));
            let all = pixels.x + pixels.y;
            let part = select(vec2f(all, 0.0), vec2f(0.0, all), 2u * k >= words);
            sum += select(part, pixels, words == 1u);
            continuing {
                k += 1u;
                break if k >= words;
            }
        }
        continuing {
            j += 1u;
            break if j >= params.shrink;
        }
    }
    let texel = select(255.0, 65535.0, WIDE) * f32(params.shrink * params.shrink);
    let value = vec2u(vec2i(sum * (256.0 * params.code8 / texel) + 0.5));
    return value.x | (value.y << 16u);
}
