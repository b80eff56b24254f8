//! Second spatial step: coefficients multiplied by their share of signal.

use super::dct::{forward, inverse};
use super::dct_threshold::{Shrunk, block_at, noise_of};
use super::samples::{Samples, State};

/// The block at a position, with the signal's energy taken from the pilot.
/// `shape` has factors on the variance for frequencies across and down.
pub fn wiener(
    state: &State,
    pilot: &Samples,
    left: i64,
    top: i64,
    shape: &[[f64; 8]; 2],
) -> Shrunk {
    let noise = noise_of(state, left, top);
    let mut block = forward(&block_at(|x, y| state.values.mirrored(x, y), left, top));
    let guess = forward(&block_at(|x, y| pilot.mirrored(x, y), left, top));
    let mut squares = 0.0;
    for v in 0..8 {
        for u in 0..8 {
            let signal = guess[v][u] * guess[v][u];
            // The mean counts as signal only.
            let gain = match (u, v) {
                (0, 0) => 1.0,
                _ if noise == 0.0 => 1.0,
                _ => signal / (signal + noise * shape[0][u] * shape[1][v]),
            };
            squares += gain * gain;
            block[v][u] *= gain;
        }
    }
    Shrunk {
        block: inverse(&block),
        weight: 1.0 / f64::max(squares, 0.5),
        doubtful: false,
    }
}
