// The functions of `network/shared/matrix_coop.wgsl` in plain loops: tests tiles, borders and the order of
// weights on adapters without matrix units. A matrix of weights or cells is represented by the index where
// it begins, and is read when multiplied. Of the sums, each of 32 invocations holds four outputs of two
// cells.

alias Weights = u32;
alias Cells = u32;
alias Products = array<vec4f, 2>;

fn load_weights(at: u32) -> Weights {
    return at;
}

fn load_cells(at: u32) -> Cells {
    return at;
}

// One output and four inputs at a time: a shader inlines this 24 times, and llvmpipe's compiler takes a
// minute if it is longer.
fn multiply_add(a: Weights, b: Cells, sums: Products, lane: u32) -> Products {
    var added = sums;
    let outputs_at = a + lane % 4u * 4u * WEIGHTS_ROW;
    let cell_at = b + lane / 4u * 2u * CELL;
    for (var at = outputs_at; at < outputs_at + 4u * WEIGHTS_ROW; at++) {
        let place = at - outputs_at;
        let k = place % WEIGHTS_ROW;
        let w = vec4f(weights[at]);
        added[0][place / WEIGHTS_ROW] += dot(w, vec4f(tile[cell_at + k]));
        added[1][place / WEIGHTS_ROW] += dot(w, vec4f(tile[cell_at + CELL + k]));
    }
    return added;
}

fn store_products(sums: Products, at: u32, lane: u32) {
    let first = at + lane / 4u * 2u * MADE + lane % 4u;
    made[first] = sums[0];
    made[first + MADE] = sums[1];
}
