// The next coarser level of a guide: means of 2x2 pixels.
// include: shared/guide.wgsl

struct GuideHalveParams {
    // Size of the finer level.
    fine_width: u32,
    fine_height: u32,
    // Size of this level: half, rounded up.
    width: u32,
    height: u32,
}

var<immediate> params: GuideHalveParams;
@group(0) @binding(0) var fine: texture_2d<u32>;
@group(0) @binding(1) var guide: texture_storage_2d<rgba32uint, write>;

// Sums of horizontal neighbours of eight pixels (two words), in 16-bit lanes: pixels 0+1 and 2+3
// of the first word, then of the second.
fn pair_sums(a: u32, b: u32) -> vec2u {
    return vec2u(
        (a & BYTES_02) + ((a >> 8u) & BYTES_02),
        (b & BYTES_02) + ((b >> 8u) & BYTES_02),
    );
}

// Four pixels of this level from eight of each of two rows.
fn halve(a: vec2u, b: vec2u) -> u32 {
    let sums = pair_sums(a.x, a.y) + pair_sums(b.x, b.y) + vec2u(0x00020002u);
    let means = (sums >> vec2u(2u)) & vec2u(BYTES_02);
    let packed = (means | (means >> vec2u(8u))) & vec2u(0xffffu);
    return packed.x | (packed.y << 16u);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let texels = (params.width + 15u + 2u * u32(GUIDE_PAD)) / 16u;
    if (id.x >= texels || id.y >= params.height) {
        return;
    }
    // Beyond the finer level's own padding its outermost pixels are repeated.
    let fine_size = vec2i(i32(params.fine_width), i32(params.fine_height));
    let x = i32(id.x) * 32 - GUIDE_PAD * 2;
    let y0 = min(i32(id.y) * 2, fine_size.y - 1);
    let y1 = min(y0 + 1, fine_size.y - 1);
    let first = guide_column(x, fine_size.x);
    let second = guide_column(x + 16, fine_size.x);
    let a0 = guide_row(fine, first, y0);
    let a1 = guide_row(fine, second, y0);
    let b0 = guide_row(fine, first, y1);
    let b1 = guide_row(fine, second, y1);
    textureStore(guide, id.xy, vec4u(
        halve(a0.xy, b0.xy), halve(a0.zw, b0.zw), halve(a1.xy, b1.xy), halve(a1.zw, b1.zw),
    ));
}
