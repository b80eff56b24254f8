//! Shrinkage of DCT coefficients by trained curves.

use super::dct::{Block, forward, inverse};
use super::dct_threshold::{Shrunk, block_at};
use super::samples::Samples;

/// One number for each pair of frequencies, lower one first: (0, 0), (0, 1) ... (0, 7), (1, 1) ...
pub type Table = [f64; 36];

/// Curves of a shrinkage: for codecs with a deblocking filter, and for codecs without.
pub struct Curves {
    pub lows: [Table; 2],
    pub halves: [Table; 2],
    /// Gain at the highest energies.
    pub tops: Option<[Table; 2]>,
    /// Power of the threshold, in eighths, with which half-gain energies grow.
    pub growth: [f64; 2],
    /// The curves take squared energies.
    pub squared: bool,
}

/// The damage model.
#[derive(Clone, Copy)]
pub struct Damage {
    pub threshold: f64,
    pub blocked: f64,
}

fn at(table: &Table, v: usize, u: usize) -> f64 {
    let (low, high) = (u.min(v), u.max(v));
    let before: usize = (0..low).map(|row| 8 - row).sum();
    table[before + high - low]
}

fn gain(curves: &Curves, coefficient: f64, v: usize, u: usize, damage: Damage) -> f64 {
    let mix = |pair: [f64; 2]| pair[0] + (pair[1] - pair[0]) * damage.blocked;
    let of = |tables: &[Table; 2]| mix([at(&tables[0], v, u), at(&tables[1], v, u)]);
    let mut energy = (coefficient / damage.threshold).powi(2);
    if curves.squared {
        energy *= energy;
    }
    let half = of(&curves.halves) * (damage.threshold / 8.0).powf(mix(curves.growth));
    let low = of(&curves.lows) * half;
    curves.tops.as_ref().map_or(1.0, of) * (energy + low) / (energy + half)
}

/// The block at a position of `plane`, each coefficient multiplied by a gain from its energy in `guess`.
/// `wanted` is the share of the shrinkage that is applied.
pub fn weigh(
    [plane, guess]: [&Samples; 2],
    curves: &Curves,
    damage: Damage,
    wanted: f64,
    (left, top): (i64, i64),
) -> Shrunk {
    let read = |from: &Samples| forward(&block_at(|x, y| from.mirrored(x, y), left, top));
    let (mut block, energies): (Block, Block) = (read(plane), read(guess));
    // The mean is always kept, and counts in the weight.
    let mut squares = 1.0;
    for k in 1..64 {
        let (v, u) = (k / 8, k % 8);
        let gain = gain(curves, energies[v][u], v, u, damage);
        squares += gain * gain;
        block[v][u] *= 1.0 + wanted * (gain - 1.0);
    }
    Shrunk {
        block: inverse(&block),
        weight: 1.0 / squares,
        doubtful: false,
    }
}
