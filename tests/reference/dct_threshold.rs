//! First spatial step: of the coefficients below the noise threshold, what exceeds the energy of noise is kept.

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

/// The block at a position. Of coefficients smaller than 2.4 standard deviations of its noise, a share is kept, with an exponent of 0.75; each
/// column stays in the range that it had.
/// `shape` has factors on the variance for frequencies across and down.
pub fn threshold(state: &State, left: i64, top: i64, shape: &[[f64; 8]; 2]) -> Shrunk {
    let variance = noise_of(state, left, top);
    let noisy = block_at(|x, y| state.values.mirrored(x, y), left, top);
    let mut block = forward(&noisy);
    let (mut small, mut energy, mut doubtful) = (Vec::new(), 0.0, false);
    // The mean is always kept, and counts as kept.
    for (k, coefficient) in block.as_flattened().iter().enumerate().skip(1) {
        let factor = shape[0][k % 8] * shape[1][k / 8];
        let limit = 2.4 * (variance * factor).sqrt();
        doubtful |= limit > 0.0 && (coefficient.abs() - limit).abs() < 2e-3;
        if coefficient.abs() < limit {
            small.push(k);
            energy += coefficient * coefficient / factor;
        }
    }
    let noise = small.len() as f64 * variance;
    let share = f64::max(0.0, 1.0 - noise / f64::max(energy, 1e-9)).powf(0.75);
    for k in &small {
        block.as_flattened_mut()[*k] *= share;
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
        weight: 1.0 / (64 - small.len()) as f64,
        doubtful,
    }
}
