//! First spatial step: coefficients below the noise threshold become 0.

use super::dct::{Block, forward, inverse};
use super::samples::State;

/// A block after shrinkage.
#[derive(Debug, Clone, Default)]
pub struct Shrunk {
    pub block: Block,
    pub weight: f64,
    /// A coefficient is so close to the threshold that rounding decides.
    pub doubtful: bool,
}

/// The 8x8 block at a position.
pub fn block_at(at: impl Fn(i64, i64) -> f64, left: i64, top: i64) -> Block {
    let mut block = Block::default();
    for (y, row) in block.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            *value = at(left + x as i64, top + y as i64);
        }
    }
    block
}

/// Mean of a block.
pub fn mean(block: &Block) -> f64 {
    block.as_flattened().iter().sum::<f64>() / 64.0
}

/// Variance of a block: 0 if a pixel has none.
pub fn noise_of(state: &State, left: i64, top: i64) -> f64 {
    let block = block_at(|x, y| state.variances.mirrored(x, y), left, top);
    match block.as_flattened().contains(&0.0) {
        true => 0.0,
        false => mean(&block),
    }
}

/// The block at a position without coefficients smaller than 2.4 standard deviations of its noise; each column
/// stays in the range that it had.
/// `shape` has factors on the variance for frequencies across and down.
pub fn threshold(state: &State, left: i64, top: i64, shape: &[[f64; 8]; 2]) -> Shrunk {
    let variance = noise_of(state, left, top);
    let noisy = block_at(|x, y| state.values.mirrored(x, y), left, top);
    let mut block = forward(&noisy);
    let (mut kept, mut doubtful) = (0, false);
    for (k, coefficient) in block.as_flattened_mut().iter_mut().enumerate() {
        let limit = 2.4 * (variance * shape[0][k % 8] * shape[1][k / 8]).sqrt();
        // The mean is always kept, and counts as kept.
        let is_mean = k == 0;
        doubtful |= !is_mean && limit > 0.0 && (coefficient.abs() - limit).abs() < 2e-3;
        if is_mean || coefficient.abs() >= limit {
            kept += 1;
        } else {
            *coefficient = 0.0;
        }
    }
    let mut block = inverse(&block);
    for x in 0..8 {
        let column = noisy.map(|row| row[x]);
        let least = column.into_iter().fold(f64::INFINITY, f64::min);
        let most = column.into_iter().fold(f64::NEG_INFINITY, f64::max);
        for row in &mut block {
            row[x] = row[x].clamp(least, most);
        }
    }
    Shrunk {
        block,
        weight: 1.0 / f64::max(kept as f64, 1.0),
        doubtful,
    }
}
