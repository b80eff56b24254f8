// Luma at the size of the finest level: means of squares of pixels, eight in a row at a time, each
// as 256 times its 8-bit code value in 16 bits.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/tiles.wgsl

// True where pixels have 16 bits, not 8.
override WIDE: bool = false;
// True where squares are of one pixel, and of two by two.
override WHOLE: bool = false;
override HALF: bool = false;
// True where the frame's right edge may lie within eight samples.
override RAGGED: bool = true;

var<immediate> params: LumaParams;
@group(0) @binding(0) var<storage, read> track: Track;
// Rows of `first` words, the earlier pixel in the lower bits.
@group(0) @binding(1) var<storage, read> raw: array<u32>;
// The same by four words.
@group(0) @binding(2) var<storage, read> wide_raw: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> shrunk: array<vec4u>;

// Word `k` of a row; its last pixel goes on beyond the frame.
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

// Two pixels of a byte each, as two samples.
fn spread(w: u32) -> u32 {
    return ((w & 0xffu) << 8u) | ((w & 0xff00u) << 16u);
}

fn whole(x: u32, y: u32) -> vec4u {
    let a = word(row_at(y), 2u * x);
    let b = word(row_at(y), 2u * x + 1u);
    return vec4u(spread(a), spread(a >> 16u), spread(b), spread(b >> 16u));
}

fn sums(w: vec4u) -> vec4u {
    return (w & vec4u(0x00ff00ffu)) + ((w >> vec4u(8u)) & vec4u(0x00ff00ffu));
}

fn half_row(x: u32, row: u32) -> vec4u {
    if (!RAGGED) {
        return sums(wide_raw[(row * params.words + x) / 4u]);
    }
    return sums(vec4u(word(row, x), word(row, x + 1u), word(row, x + 2u), word(row, x + 3u)));
}

fn half(x: u32, y: u32) -> vec4u {
    return (half_row(4u * x, row_at(2u * y)) + half_row(4u * x, row_at(2u * y + 1u))) << vec4u(6u);
}

// Two samples; `pair` counts them from the left.
fn any_pair(pair: u32, y: u32) -> u32 {
    let words = select(params.shrink / 2u, params.shrink, WIDE);
    var sum = vec2f(0.0);
    // Loops that end where they continue: software runs the others once more than they say.
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

@compute @workgroup_size(4, 8)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
    look_at_grid(0u);
    let shrink = f32(params.shrink);
    let tile = vec2u(first_tile(track.roi, level_tile(0u) * shrink, shrink));
    let id = invocation.xy + vec2u(4u, 8u) * tile;
    let octets = on.pitch / 8u;
    if ((track.mode & params.when) == 0u || id.x >= octets || id.y >= on.height) {
        return;
    }
    var value = vec4u(0u);
    if (WHOLE && !WIDE) {
        value = whole(id.x, id.y);
    } else if (HALF && !WIDE) {
        value = half(id.x, id.y);
    } else {
        let pair = 4u * id.x;
        value = vec4u(any_pair(pair, id.y), any_pair(pair + 1u, id.y), any_pair(pair + 2u, id.y),
            any_pair(pair + 3u, id.y));
    }
    shrunk[id.y * octets + id.x] = value;
}
