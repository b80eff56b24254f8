// Guides: 8-bit pictures for block matching. A texel holds 16 pixels of a row, four in a word, so that one
// load serves a whole row of a matching window. The first and last pixels of a row repeat the picture's
// edge; readers clamp rows above and below.

// Pixels of repeated edge: one texel at the left, two at the right.
const GUIDE_LEFT: i32 = 16;
const GUIDE_RIGHT: i32 = 32;
const BYTES_02: u32 = 0x00ff00ffu;
const BYTE_LSBS: u32 = 0x00010001u;

// |x - y| of two pairs of bytes, each in the low half of a 16-bit lane.
fn absolute_difference_2(x: u32, y: u32) -> u32 {
    let t = (x | 0x01000100u) - y;
    let negative = ((t >> 8u) & BYTE_LSBS) ^ BYTE_LSBS;
    return ((t & BYTES_02) ^ ((negative << 8u) - negative)) + negative;
}

// Sums of absolute differences of four pixels, in two 16-bit lanes.
fn absolute_difference_4(a: u32, b: u32) -> u32 {
    return absolute_difference_2(a & BYTES_02, b & BYTES_02)
        + absolute_difference_2((a >> 8u) & BYTES_02, (b >> 8u) & BYTES_02);
}

// Sum of the two 16-bit lanes. Exact for up to 256 differences in each.
fn lane_sum(a: u32) -> u32 {
    return (a & 0xffffu) + (a >> 16u);
}

// Clamps a column to the padded range. Where it changes the column, all 16 pixels are edge, even if the
// plane's last quad extends beyond the width.
fn guide_column(x: i32, width: i32) -> i32 {
    return clamp(x, -GUIDE_LEFT, width + GUIDE_RIGHT - 24);
}

// Texels in a row of a guide that is `width` pixels wide.
fn guide_texels(width: i32) -> i32 {
    return (GUIDE_LEFT + width + GUIDE_RIGHT + 15) / 16;
}

// 16 pixels of a row from column x on; x must come from guide_column.
fn guide_row(guide: texture_2d<u32>, x: i32, y: i32) -> vec4u {
    let at = x + GUIDE_LEFT;
    let texel = at >> 4u;
    let a = textureLoad(guide, vec2i(texel, y), 0);
    let b = textureLoad(guide, vec2i(texel + 1, y), 0);
    let one = (at & 4) != 0;
    let two = (at & 8) != 0;
    let t0 = select(a.x, a.y, one);
    let t1 = select(a.y, a.z, one);
    let t2 = select(a.z, a.w, one);
    let t3 = select(a.w, b.x, one);
    let t4 = select(b.x, b.y, one);
    let t5 = select(b.y, b.z, one);
    let t6 = select(b.z, b.w, one);
    let low = vec4u(select(t0, t2, two), select(t1, t3, two), select(t2, t4, two), select(t3, t5, two));
    let high = vec4u(low.yzw, select(t4, t6, two));
    let shift = (u32(at) & 3u) * 8u;
    // Two shifts, because a shift by 32 is undefined.
    return (low >> vec4u(shift)) | ((high << vec4u(31u - shift)) << vec4u(1u));
}
