// The place of an invocation where rows follow one another without a gap (Recording::filled), which
// keeps workgroups full. A grid of workgroups reaches beyond the last column and row: by half of
// the coarsest level of motion in a small picture, by a twentieth of its blocks to shrink.
// The shader that includes this defines GROUP, the size of its workgroups.

// Column and row of a place in rows of so many columns.
fn place_in_rows(index: u32, columns: u32) -> vec2u {
    // Vector units divide floats, but not integers; the quotient may be one off.
    let guess = u32(i32(f32(index) / f32(columns)));
    let y = guess - u32(guess * columns > index);
    let x = index - y * columns;
    let beyond = x >= columns;
    return vec2u(select(x, x - columns, beyond), select(y, y + 1u, beyond));
}

fn filled_place(id: vec3u, groups: vec3u, columns: u32) -> vec2u {
    return place_in_rows(id.y * groups.x * GROUP + id.x, columns);
}
