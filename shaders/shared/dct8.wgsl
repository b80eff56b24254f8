// Orthonormal 8x8 DCT-II and its inverse, a whole block in one invocation's registers. A block is 16 vec4f:
// row y is b[2y] (columns 0..3) and b[2y+1] (columns 4..7). Even/odd decomposition; the constants are
// cos(k*pi/16)/2 and, for the rotations of the odd half, cos(k*pi/16)/sqrt(8).

const DCT_C2: f32 = 0.4619397662556434;
const DCT_C4: f32 = 0.3535533905932738;
const DCT_C6: f32 = 0.1913417161825449;
const DCT_R1: f32 = 0.3467599613305369;
const DCT_R3: f32 = 0.2939689006048397;
const DCT_R5: f32 = 0.1964237395967756;
const DCT_R7: f32 = 0.0689748448207357;
const DCT_ROOT: f32 = 1.4142135623730951;

// Transforms the columns: eight rows of four columns each, starting at row vector h (0 or 1).
fn dct8_columns(b: ptr<function, array<vec4f, 16>>, h: u32) {
    let s0 = (*b)[h] + (*b)[h + 14u];
    let s1 = (*b)[h + 2u] + (*b)[h + 12u];
    let s2 = (*b)[h + 4u] + (*b)[h + 10u];
    let s3 = (*b)[h + 6u] + (*b)[h + 8u];
    let d0 = (*b)[h] - (*b)[h + 14u];
    let d1 = (*b)[h + 2u] - (*b)[h + 12u];
    let d2 = (*b)[h + 4u] - (*b)[h + 10u];
    let d3 = (*b)[h + 6u] - (*b)[h + 8u];
    let e0 = s0 + s3;
    let e1 = s1 + s2;
    let e2 = s1 - s2;
    let e3 = s0 - s3;
    (*b)[h] = (e0 + e1) * DCT_C4;
    (*b)[h + 8u] = (e0 - e1) * DCT_C4;
    (*b)[h + 4u] = e3 * DCT_C2 + e2 * DCT_C6;
    (*b)[h + 12u] = e3 * DCT_C6 - e2 * DCT_C2;
    // The odd half as two rotations (Loeffler et al., 1989).
    let r0 = d0 * DCT_R3 - d3 * DCT_R5;
    let r1 = d1 * DCT_R1 - d2 * DCT_R7;
    let r2 = d1 * DCT_R7 + d2 * DCT_R1;
    let r3 = d0 * DCT_R5 + d3 * DCT_R3;
    let p = r0 + r2;
    let q = r1 + r3;
    (*b)[h + 2u] = p + q;
    (*b)[h + 6u] = (r0 - r2) * DCT_ROOT;
    (*b)[h + 10u] = (r3 - r1) * DCT_ROOT;
    (*b)[h + 14u] = p - q;
}

// Inverse of dct8_columns.
fn idct8_columns(b: ptr<function, array<vec4f, 16>>, h: u32) {
    let p = (*b)[h] * DCT_C4;
    let q = (*b)[h + 8u] * DCT_C4;
    let e0 = p + q;
    let e1 = p - q;
    let e2 = (*b)[h + 4u] * DCT_C6 - (*b)[h + 12u] * DCT_C2;
    let e3 = (*b)[h + 4u] * DCT_C2 + (*b)[h + 12u] * DCT_C6;
    let s0 = e0 + e3;
    let s3 = e0 - e3;
    let s1 = e1 + e2;
    let s2 = e1 - e2;
    let u = (*b)[h + 2u] + (*b)[h + 14u];
    let v = (*b)[h + 2u] - (*b)[h + 14u];
    let w = (*b)[h + 6u] * DCT_ROOT;
    let x = (*b)[h + 10u] * DCT_ROOT;
    let r0 = u + w;
    let r1 = v - x;
    let r2 = u - w;
    let r3 = v + x;
    let d0 = r0 * DCT_R3 + r3 * DCT_R5;
    let d1 = r1 * DCT_R1 + r2 * DCT_R7;
    let d2 = r2 * DCT_R1 - r1 * DCT_R7;
    let d3 = r3 * DCT_R3 - r0 * DCT_R5;
    (*b)[h] = s0 + d0;
    (*b)[h + 14u] = s0 - d0;
    (*b)[h + 2u] = s1 + d1;
    (*b)[h + 12u] = s1 - d1;
    (*b)[h + 4u] = s2 + d2;
    (*b)[h + 10u] = s2 - d2;
    (*b)[h + 6u] = s3 + d3;
    (*b)[h + 8u] = s3 - d3;
}

// Exchanges the 4x4 tile whose first row is at a with the one at c, transposing both (a == c for tiles on
// the diagonal).
fn dct8_swap_tiles(b: ptr<function, array<vec4f, 16>>, a: u32, c: u32) {
    let t = transpose(mat4x4f((*b)[a], (*b)[a + 2u], (*b)[a + 4u], (*b)[a + 6u]));
    let u = transpose(mat4x4f((*b)[c], (*b)[c + 2u], (*b)[c + 4u], (*b)[c + 6u]));
    (*b)[c] = t[0];
    (*b)[c + 2u] = t[1];
    (*b)[c + 4u] = t[2];
    (*b)[c + 6u] = t[3];
    (*b)[a] = u[0];
    (*b)[a + 2u] = u[1];
    (*b)[a + 4u] = u[2];
    (*b)[a + 6u] = u[3];
}

fn dct8_transpose(b: ptr<function, array<vec4f, 16>>) {
    dct8_swap_tiles(b, 0u, 0u);
    dct8_swap_tiles(b, 9u, 9u);
    dct8_swap_tiles(b, 1u, 8u);
}

// Forward transform. The result is transposed (horizontal frequency runs down); shrinkage does not depend on
// that, and dct8_inverse undoes it.
fn dct8_forward(b: ptr<function, array<vec4f, 16>>) {
    dct8_columns(b, 0u);
    dct8_columns(b, 1u);
    dct8_transpose(b);
    dct8_columns(b, 0u);
    dct8_columns(b, 1u);
}

fn dct8_inverse(b: ptr<function, array<vec4f, 16>>) {
    idct8_columns(b, 0u);
    idct8_columns(b, 1u);
    dct8_transpose(b);
    idct8_columns(b, 0u);
    idct8_columns(b, 1u);
}
