// Where the samples of a group of pixels lie in host memory that orders them in its own way.

struct PackedParams {
    width: u32,
    height: u32,
    // Position of the samples in the frame.
    samples: SamplePlaces,
    alpha_start: u32,
    // Words of 32 bits from row to row of host memory's first plane; the first word of the second plane,
    // and from row to row and from plane to plane behind it.
    row_words: u32,
    other_start: u32,
    other_row_words: u32,
    other_words: u32,
    // A byte for each plane: words of a group. A byte for each component, Y, U, V and alpha: its plane,
    // and how many samples a group has.
    group_words: u32,
    planes: u32,
    counts: u32,
    // The first bit of each sample in the group, in a byte each.
    luma_low: u32,
    luma_high: u32,
    u: u32,
    v: u32,
    alpha: u32,
    // Bits of a sample, with those that mean nothing in its word.
    bits: u32,
    // Columns of V that host memory has: all, or all but the last.
    v_width: u32,
    // Bits of R, G and B that mean something.
    depth: u32,
}

var<immediate> params: PackedParams;

// True where host memory has R, G and B, in place of Y, U and V. Frames then are Y'CbCr of 16 bits, with the
// weights of BT.709, full range. Sums of products fit in 32 bits.
override RGB: bool = false;
// Weights in luma, times 2^14.
const KR: i32 = 3483;
const KG: i32 = 11718;
const KB: i32 = 1183;
const WEIGHT_BITS: u32 = 14u;
// From differences of colour to chroma, times 2^15: half of 1 / (1 - KR), and of 1 / (1 - KB).
const TO_CR: i32 = 20807;
const TO_CB: i32 = 17659;
const CHROMA_BITS: u32 = 15u;
const CHROMA_MID: i32 = 32768;
// And back, times 2^14.
const FROM_CR: i32 = 25802;
const FROM_CB: i32 = 30402;

fn rounded(product: i32, bits: u32) -> i32 {
    return (product + (1i << (bits - 1u))) >> bits;
}

fn byte_of(word: u32, i: u32) -> u32 {
    return (word >> (8u * i)) & 0xffu;
}

fn size_of(component: u32) -> vec2u {
    let chroma = vec2u(params.samples.chroma_width, params.samples.chroma_height);
    return select(chroma, vec2u(params.width, params.height), component % 3u == 0u);
}

// Of a sample in its group, of which there are `count`.
fn first_bit(component: u32, x: u32, count: u32) -> u32 {
    let i = x % count;
    let luma = select(params.luma_low, params.luma_high, i > 3u);
    let chroma = select(params.u, params.v, component == 2u);
    let full = select(luma, params.alpha, component == 3u);
    return byte_of(select(chroma, full, component % 3u == 0u), i & 3u);
}

fn sample_mask() -> u32 {
    return (1u << params.bits) - 1u;
}

// First word of a row of one of host memory's planes.
fn row_start(plane: u32, y: u32) -> u32 {
    let other = params.other_start + (plane - 1u) * params.other_words + y * params.other_row_words;
    return select(other, y * params.row_words, plane == 0u);
}

fn first_byte(component: u32) -> u32 {
    let chroma = select(params.samples.u_start, params.samples.v_start, component == 2u);
    let full = select(0u, params.alpha_start, component == 3u);
    return select(chroma, full, component % 3u == 0u);
}

fn stride_of(component: u32) -> u32 {
    return select(params.samples.chroma_stride, params.samples.luma_stride, component % 3u == 0u);
}
