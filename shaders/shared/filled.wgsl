// Position of an invocation if invocations run on from one row to the next (Recording::filled), so that only
// the last workgroup has idle ones. Two-dimensional workgroups would reach beyond the last column and row:
// by half of the coarsest level of motion in a small picture, by a twentieth of its blocks. The shader that
// includes this defines GROUP, the size of its workgroups.

// Column and row of element `index` in rows of `columns` elements.
fn place_in_rows(index: u32, columns: u32) -> vec2u {
    // Division in floats, which vector units have and integer division they lack; the quotient may be off by
    // one.
    let guess = u32(i32(f32(index) / f32(columns)));
    let y = guess - u32(guess * columns > index);
    let x = index - y * columns;
    let beyond = x >= columns;
    return vec2u(select(x, x - columns, beyond), select(y, y + 1u, beyond));
}

fn filled_place(id: vec3u, groups: vec3u, columns: u32) -> vec2u {
    return place_in_rows(id.y * groups.x * GROUP + id.x, columns);
}
