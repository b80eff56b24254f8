// The finest level of a guide: a plane at half its size, rounded to 8 bits, 16 pixels to a texel.
// include: shared/packed.wgsl
// include: shared/guide.wgsl

struct GuidePackParams {
    // Size of the plane.
    plane_width: u32,
    plane_height: u32,
    // Size of this level: half, rounded up.
    width: u32,
    height: u32,
}

var<immediate> params: GuidePackParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
@group(0) @binding(1) var guide: texture_storage_2d<rgba32uint, write>;

// Sums of neighbours in two rows: two pixels of this level, times four.
fn two_sums(x: i32, y: i32, quads: vec2i) -> vec2f {
    let upper = unpack_quad(plane[quad_index(x, y, quads)]);
    let lower = unpack_quad(plane[quad_index(x, y + 1, quads)]);
    let column = upper + lower;
    let inside = column.xz + column.yw;
    // Outside the picture its edge repeats.
    let edge = vec2f(select(column.x, column.w, x > 0) * 2.0);
    return select(inside, edge, is_mirrored(x, quads));
}

// Four pixels as bytes, from two quads of two rows.
fn word(x: i32, y: i32, quads: vec2i) -> u32 {
    let sums = vec4f(two_sums(x, y, quads), two_sums(x + 1, y, quads));
    let v = to_uint(clamp(sums * 0.25 + 0.5, vec4f(0.0), vec4f(255.0)));
    return v.x | (v.y << 8u) | (v.z << 16u) | (v.w << 24u);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let texels = (params.width + 15u + 2u * u32(GUIDE_PAD)) / 16u;
    if (id.x >= texels || id.y >= params.height) {
        return;
    }
    let quads = vec2i(i32(params.plane_width + 3u) / 4, i32(params.plane_height));
    let x = i32(id.x) * 8 - GUIDE_PAD / 2;
    let y = i32(id.y) * 2;
    textureStore(guide, id.xy, vec4u(
        word(x, y, quads), word(x + 2, y, quads), word(x + 4, y, quads), word(x + 6, y, quads),
    ));
}
