//! Orthonormal 8x8 DCT by its definition.

use std::f64::consts::PI;

pub type Block = [[f64; 8]; 8];

/// Value of basis function `k` at position `x`.
fn basis(k: usize, x: usize) -> f64 {
    let norm = if k == 0 { 1.0f64 / 8.0 } else { 2.0 / 8.0 };
    norm.sqrt() * (PI * (2 * x + 1) as f64 * k as f64 / 16.0).cos()
}

/// Applies `line` to each row and transposes the result.
fn turned(block: &Block, line: impl Fn(&[f64; 8], usize) -> f64) -> Block {
    let mut result = Block::default();
    for (y, row) in block.iter().enumerate() {
        for (k, to) in result.iter_mut().enumerate() {
            to[y] = line(row, k);
        }
    }
    result
}

/// Forward transform; the first index is the vertical frequency.
pub fn forward(block: &Block) -> Block {
    let line = |row: &[f64; 8], k: usize| (0..8).map(|x| basis(k, x) * row[x]).sum();
    turned(&turned(block, line), line)
}

/// Inverse transform.
pub fn inverse(coefficients: &Block) -> Block {
    let line = |row: &[f64; 8], x: usize| (0..8).map(|k| basis(k, x) * row[k]).sum();
    turned(&turned(coefficients, line), line)
}
