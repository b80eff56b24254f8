// Products of 16x16 matrices on a GPU's matrix units: f16 factors, f32 sums. A matrix is distributed over
// all invocations of a subgroup. `network/shared/matrix_plain.wgsl` has the same functions in plain loops.
// The including shader begins with `enable wgpu_cooperative_matrix;` and declares weights, cells and sums:
// see `network/shared/conv_matrix.wgsl`.
//
// Do not add subgroup operations or subgroup built-in values to such a shader: NVIDIA drivers were seen to
// crash on shaders that declare both.

alias Weights = coop_mat16x16<f16, A>;
alias Cells = coop_mat16x16<f16, B>;
alias Products = coop_mat16x16<f32, C>;

// Rows are outputs, columns are inputs.
fn load_weights(at: u32) -> Weights {
    return coopLoadT<coop_mat16x16<f16, A>>(&weights[at], WEIGHTS_ROW);
}

// Columns are cells, rows are inputs.
fn load_cells(at: u32) -> Cells {
    return coopLoad<coop_mat16x16<f16, B>>(&tile[at], CELL);
}

fn multiply_add(a: Weights, b: Cells, sums: Products, lane: u32) -> Products {
    return coopMultiplyAdd(a, b, sums);
}

// Columns are cells, rows are outputs.
fn store_products(sums: Products, at: u32, lane: u32) {
    coopStore(sums, &made[at], MADE);
}
