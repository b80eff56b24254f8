//! Findings of a block about the damage.

use super::dct::{Block, forward};
use super::samples::Samples;

/// Logarithms of five bands, whether there is an edge, mean square of what lies below `threshold`, and
/// shares of coefficients below 8, 0.5, 1, 2 and 4.
pub fn findings(plane: &Samples, left: usize, top: usize, threshold: f64) -> [f64; 12] {
    let mut block = Block::default();
    for (y, row) in block.iter_mut().enumerate() {
        for (x, sample) in row.iter_mut().enumerate() {
            *sample = plane.nearest((left + x) as i64, (top + y) as i64);
        }
    }
    let coefficients = forward(&block);
    let all = || (1..64).map(|i| (i / 8 + i % 8, coefficients[i / 8][i % 8]));
    let band = |low, high| {
        let values: Vec<f64> = all()
            .filter(|(diagonal, _)| (low..=high).contains(diagonal))
            .map(|(_, value)| value * value)
            .collect();
        (values.iter().sum::<f64>() / values.len() as f64).sqrt()
    };
    let below: f64 = all()
        .map(|(_, value)| value * value)
        .filter(|square| *square <= threshold * threshold)
        .sum();
    let edge = threshold > 0.0 && band(1, 2) * 5.0f64.sqrt() > 8.0 * threshold;
    let edge = if edge { 1.0 } else { 0.0 };
    let small = |limit: f64| {
        let count = all().filter(|(_, value)| value.abs() <= limit).count();
        count as f64 / 63.0
    };
    let log = |low, high| (0.25 + band(low, high)).log2();
    [
        log(1, 2),
        log(3, 4),
        log(5, 6),
        log(7, 9),
        log(10, 14),
        edge,
        edge * below / 64.0,
        small(8.0),
        small(0.5),
        small(1.0),
        small(2.0),
        small(4.0),
    ]
}
