// picture/shared/kalman with one invocation for each tile, for software Vulkan: each row is loaded,
// interpolated and summed once.

const GROUP: u32 = 32u;

fn sum_3(a: array<vec4f, 2>, b: array<vec4f, 2>, c: array<vec4f, 2>) -> array<vec4f, 2> {
    return array<vec4f, 2>(a[0] + b[0] + c[0], a[1] + b[1] + c[1]);
}

fn sum_5(a: Line, b: Line, c: Line, d: Line, e: Line) -> array<vec4f, 2> {
    return array<vec4f, 2>(
        a.squares[0] + b.squares[0] + c.squares[0] + d.squares[0] + e.squares[0],
        a.squares[1] + b.squares[1] + c.squares[1] + d.squares[1] + e.squares[1],
    );
}

// Sums over three rows, with squares already summed over five.
fn sums_of(squares: array<vec4f, 2>, a: Line, b: Line, c: Line) -> Sums {
    return Sums(squares, sum_3(a.near, b.near, c.near), sum_3(a.sums, b.sums, c.sums));
}

fn update_tile() {
    let tile = vec2i(part.at);
    let quads = part.quads;
    forgets = params.restart == 1u || is_scene_cut();
    let by = carried();
    let at = by.at;

    let r0 = past_row(at.x, at.y, quads, by.wx);
    let r1 = past_row(at.x, at.y + 1, quads, by.wx);
    let r2 = past_row(at.x, at.y + 2, quads, by.wx);
    let r3 = past_row(at.x, at.y + 3, quads, by.wx);
    let l0 = predict(r0, r1, r2, r3, by, 0, quads);
    let r4 = past_row(at.x, at.y + 4, quads, by.wx);
    let l1 = predict(r1, r2, r3, r4, by, 1, quads);
    let r5 = past_row(at.x, at.y + 5, quads, by.wx);
    let l2 = predict(r2, r3, r4, r5, by, 2, quads);
    let r6 = past_row(at.x, at.y + 6, quads, by.wx);
    let l3 = predict(r3, r4, r5, r6, by, 3, quads);
    let r7 = past_row(at.x, at.y + 7, quads, by.wx);
    let l4 = predict(r4, r5, r6, r7, by, 4, quads);
    let r8 = past_row(at.x, at.y + 8, quads, by.wx);
    let l5 = predict(r5, r6, r7, r8, by, 5, quads);
    let r9 = past_row(at.x, at.y + 9, quads, by.wx);
    let l6 = predict(r6, r7, r8, r9, by, 6, quads);
    let r10 = past_row(at.x, at.y + 10, quads, by.wx);
    let l7 = predict(r7, r8, r9, r10, by, 7, quads);

    let upper = sum_5(l0, l1, l2, l3, l4);
    let lower = sum_5(l3, l4, l5, l6, l7);
    correct(l0, sums_of(upper, l0, l1, l2), tile, 0, quads);
    correct(l1, sums_of(upper, l0, l1, l2), tile, 1, quads);
    correct(l2, sums_of(upper, l1, l2, l3), tile, 2, quads);
    correct(l3, sums_of(sum_5(l1, l2, l3, l4, l5), l2, l3, l4), tile, 3, quads);
    correct(l4, sums_of(sum_5(l2, l3, l4, l5, l6), l3, l4, l5), tile, 4, quads);
    correct(l5, sums_of(lower, l4, l5, l6), tile, 5, quads);
    correct(l6, sums_of(lower, l5, l6, l7), tile, 6, quads);
    correct(l7, sums_of(lower, l5, l6, l7), tile, 7, quads);
}
