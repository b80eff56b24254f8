// Makes all levels of a guide: a plane at 1/2, 1/4 and 1/8 of its size, rounded to 8 bits, 16 pixels in a
// texel. A workgroup makes one tile of all three levels; it computes each level from the finer one in
// workgroup memory.
// include: shared/packed.wgsl
// include: picture/shared/guide.wgsl

struct GuidePyramidParams {
    // Size of the plane. Each level has half the size of the level before, rounded up.
    width: u32,
    height: u32,
}

var<immediate> params: GuidePyramidParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
@group(0) @binding(1) var first: texture_storage_2d<rgba32uint, write>;
@group(0) @binding(2) var second: texture_storage_2d<rgba32uint, write>;
@group(0) @binding(3) var third: texture_storage_2d<rgba32uint, write>;

// Texels across and rows of the first level in a tile; the next levels have half as many.
const SIDE: i32 = 8;
// Texels of padding at the left of a level.
const PAD_TEXELS: i32 = GUIDE_LEFT / 16;

// Lower limit: the sum of four stored values of 0, minus half a code. Bits of such a sum below one code.
const LOWEST: i32 = 4 * (i32(VALUE_OFFSET) * i32(VALUE_SCALE)) - 256;
const STEP_BITS: u32 = 9u;

var<workgroup> fine: array<vec4u, 64>;
var<workgroup> middle: array<vec4u, 16>;

// Sums of horizontal neighbours as stored: pixels 0 + 1 and 2 + 3 of a quad.
fn stored_sums(x: i32, row: i32, last: i32) -> vec2u {
    let quad = plane[row + clamp(x, 0, last)];
    let inside = (quad & vec2u(0xffffu)) + (quad >> vec2u(16u));
    // The picture's edge is repeated outside of it.
    let edge = vec2u(select(quad.x & 0xffffu, quad.y >> 16u, x > 0) * 2u);
    return select(inside, edge, x < 0 || x > last);
}

// Four pixels of the first level as bytes, from two quads in each of two rows: rounded means of 2x2 values.
fn word(x: i32, rows: vec2i, last: i32) -> u32 {
    let left = stored_sums(x, rows.x, last) + stored_sums(x, rows.y, last);
    let right = stored_sums(x + 1, rows.x, last) + stored_sums(x + 1, rows.y, last);
    let above = vec4i(vec4u(left, right)) - LOWEST;
    let v = vec4u(clamp(above >> vec4u(STEP_BITS), vec4i(0), vec4i(255)));
    return v.x | (v.y << 8u) | (v.z << 16u) | (v.w << 24u);
}

// Sixteen pixels of the first level, from eight quads in each of two rows.
fn first_texel(x: i32, y: i32, quads: vec2i) -> vec4u {
    let rows = vec2i(y, min(y + 1, quads.y - 1)) * quads.x;
    let last = quads.x - 1;
    return vec4u(word(x, rows, last), word(x + 2, rows, last), word(x + 4, rows, last), word(x + 6, rows, last));
}

// Sums of horizontal neighbours of eight pixels (two words), in 16-bit lanes: pixels 0 + 1 and 2 + 3 of the
// first word, then of the second.
fn pair_sums(a: u32, b: u32) -> vec2u {
    return vec2u(
        (a & BYTES_02) + ((a >> 8u) & BYTES_02),
        (b & BYTES_02) + ((b >> 8u) & BYTES_02),
    );
}

// Means of 2x2 pixels: four results from eight pixels in each of two rows.
fn halve(a: vec2u, b: vec2u) -> u32 {
    let sums = pair_sums(a.x, a.y) + pair_sums(b.x, b.y) + vec2u(0x00020002u);
    let means = (sums >> vec2u(2u)) & vec2u(BYTES_02);
    let packed = (means | (means >> vec2u(8u))) & vec2u(0xffffu);
    return packed.x | (packed.y << 16u);
}

// Sixteen pixels from two texels in each of two rows.
fn halve_texels(upper: array<vec4u, 2>, lower: array<vec4u, 2>) -> vec4u {
    return vec4u(
        halve(upper[0].xy, lower[0].xy), halve(upper[0].zw, lower[0].zw),
        halve(upper[1].xy, lower[1].xy), halve(upper[1].zw, lower[1].zw),
    );
}

// The two rows of a finer level that make row y. Below the picture, its last row is repeated. `rows` is the
// height of the finer level.
fn rows_of(y: i32, rows: i32) -> vec2i {
    return min(2 * min(y, (rows - 1) / 2) + vec2i(0, 1), vec2i(rows - 1));
}

// True if the level has a texel at this position; `size` is the level's size in pixels.
fn has_texel(at: vec2i, size: vec2i) -> bool {
    return all(at >= vec2i(0)) && at.x < guide_texels(size.x) && at.y < size.y;
}

// Makes texel `i` of the first level in this tile.
fn make_first(tile: vec2i, i: i32, size: vec2i) {
    let at = tile + vec2i(i % SIDE - 3 * PAD_TEXELS, i / SIDE);
    let level = (size + 1) / 2;
    let quads = vec2i((size.x + 3) / 4, size.y);
    let texel = first_texel((at.x - PAD_TEXELS) * 8, min(at.y, level.y - 1) * 2, quads);
    fine[i] = texel;
    if (has_texel(at, level)) {
        textureStore(first, at, texel);
    }
}

@compute @workgroup_size(8, 4)
fn main(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
    let size = vec2i(i32(params.width), i32(params.height));
    let sizes = array<vec2i, 3>((size + 1) / 2, (size + 3) / 4, (size + 7) / 8);
    let tile = vec2i(group.xy) * SIDE;
    let i = i32(index);

    // Two texels for each invocation: in software Vulkan, a barrier costs less with fewer invocations.
    make_first(tile, i, size);
    make_first(tile, i + SIDE * SIDE / 2, size);
    workgroupBarrier();

    if (i < SIDE * SIDE / 4) {
        let here = vec2i(i % (SIDE / 2), i / (SIDE / 2));
        let at = tile / 2 + here - vec2i(PAD_TEXELS, 0);
        let rows = (rows_of(at.y, sizes[0].y) - tile.y) * SIDE + 2 * here.x;
        let texel = halve_texels(
            array<vec4u, 2>(fine[rows.x], fine[rows.x + 1]),
            array<vec4u, 2>(fine[rows.y], fine[rows.y + 1]),
        );
        middle[index] = texel;
        if (has_texel(at, sizes[1])) {
            textureStore(second, at, texel);
        }
    }
    workgroupBarrier();

    if (i < SIDE * SIDE / 16) {
        let here = vec2i(i % (SIDE / 4), i / (SIDE / 4));
        let at = tile / 4 + here;
        let rows = (rows_of(at.y, sizes[1].y) - tile.y / 2) * (SIDE / 2) + 2 * here.x;
        let texel = halve_texels(
            array<vec4u, 2>(middle[rows.x], middle[rows.x + 1]),
            array<vec4u, 2>(middle[rows.y], middle[rows.y + 1]),
        );
        if (has_texel(at, sizes[2])) {
            textureStore(third, at, texel);
        }
    }
}
