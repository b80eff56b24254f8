//! Findings of a block about the damage.

use super::dct::{Block, forward};
use super::samples::Samples;

/// Logarithms of five bands, whether there is an edge, mean square of what lies below `threshold`, and
/// shares of coefficients below 8, 0.5, 1, 2 and 4; whether it is drawn, whether it is neither drawn nor
/// flat, and two zeros.
pub fn findings(plane: &Samples, left: usize, top: usize, threshold: f64) -> [f64; 16] {
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
    let (drawn, other) = kind(&block);
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
        drawn,
        other,
        0.0,
        0.0,
    ]
}

/// Whether a block has no small step beside another step, and a sharp one, a checkerboard or stripes; and
/// whether it is neither that nor flat, a tenth if its steps are few and small.
fn kind(block: &Block) -> (f64, f64) {
    let rows = (0..8).map(|y| [0, 1, 2, 3, 4, 5, 6, 7].map(|x| block[y][x]));
    let columns = (0..8).map(|x| [0, 1, 2, 3, 4, 5, 6, 7].map(|y| block[y][x]));
    let lines: Vec<[f64; 8]> = rows.chain(columns).collect();
    let steps = |line: &[f64; 8]| -> Vec<f64> {
        line.windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .collect()
    };
    let steps: Vec<Vec<f64>> = lines.iter().map(steps).collect();
    let highest = steps.iter().flatten().copied().fold(0.0, f64::max);
    let is_trace = |pair: &[f64]| {
        let least = pair[0].min(pair[1]);
        (0.1..=4.5).contains(&least)
    };
    let traced = steps.iter().any(|line| line.windows(2).any(is_trace));
    let crossed = block[0][0] + block[7][7] - block[0][7] - block[7][0];
    let there_and_back = |at: usize| {
        let line: &[f64; 8] = &lines[at];
        steps[at].iter().sum::<f64>() - (line[7] - line[0]).abs()
    };
    // The first row, and the first column.
    let back = there_and_back(0).max(there_and_back(8));
    let is_sharp = highest >= 4.5 || crossed.abs().max(back) > 3.0;
    match (highest > 0.1, traced, is_sharp) {
        (false, ..) => (0.0, 0.0),
        (true, true, _) => (0.0, 1.0),
        (true, false, true) => (1.0, 0.0),
        (true, false, false) => (0.0, 0.1),
    }
}
