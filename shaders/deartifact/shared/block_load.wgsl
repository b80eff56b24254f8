// Loads an 8x8 block of a component of `planes`, the private `part`, whose columns begin with a quad, as values are stored.

// Rows of the block are loaded one by one, by constant indices: an array that is indexed in a loop
// may end up in memory instead of registers.
fn load_row(b: ptr<function, array<vec4f, 16>>, row: u32, at: vec2i, quads: vec2i) {
    let left = unpack_stored(planes[part.first + quad_index(at.x, at.y + i32(row), quads)]);
    let right = unpack_stored(planes[part.first + quad_index(at.x + 1, at.y + i32(row), quads)]);
    (*b)[row * 2u] = select(left, left.wzyx, is_mirrored(at.x, quads));
    (*b)[row * 2u + 1u] = select(right, right.wzyx, is_mirrored(at.x + 1, quads));
}
