// Loads an 8x8 block of `planes` in the private `part`, whose columns begin with a quad, as stored values.

// Rows are loaded with constant indices: compilers may keep an array in memory, not in registers, if it is
// indexed in a loop.
fn load_row(b: ptr<function, array<vec4f, 16>>, row: u32, at: vec2i, quads: vec2i) {
    let left = unpack_stored(planes[part.first + quad_index(at.x, at.y + i32(row), quads)]);
    let right = unpack_stored(planes[part.first + quad_index(at.x + 1, at.y + i32(row), quads)]);
    (*b)[row * 2u] = select(left, left.wzyx, is_mirrored(at.x, quads));
    (*b)[row * 2u + 1u] = select(right, right.wzyx, is_mirrored(at.x + 1, quads));
}
