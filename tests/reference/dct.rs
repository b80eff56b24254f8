//! The orthonormal 8x8 cosine transform as its definition has it.

use std::f64::consts::PI;

pub type Block = [[f64; 8]; 8];

/// Value of basis function `k` at place `x`.
fn basis(k: usize, x: usize) -> f64 {
    let norm = if k == 0 { 1.0f64 / 8.0 } else { 2.0 / 8.0 };
    norm.sqrt() * (PI * (2 * x + 1) as f64 * k as f64 / 16.0).cos()
}

/// Applies `line` to each row, and puts the results into columns.
fn turned(block: &Block, line: impl Fn(&[f64; 8], usize) -> f64) -> Block {
    let mut result = Block::default();
    for (y, row) in block.iter().enumerate() {
        for (k, to) in result.iter_mut().enumerate() {
            to[y] = line(row, k);
        }
    }
    result
}

/// Coefficients, vertical frequency first.
pub fn forward(block: &Block) -> Block {
    let line = |row: &[f64; 8], k: usize| (0..8).map(|x| basis(k, x) * row[x]).sum();
    turned(&turned(block, line), line)
}

/// Samples again.
pub fn inverse(coefficients: &Block) -> Block {
    let line = |row: &[f64; 8], x: usize| (0..8).map(|k| basis(k, x) * row[k]).sum();
    turned(&turned(coefficients, line), line)
}
