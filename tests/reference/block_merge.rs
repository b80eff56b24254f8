//! Overlapping blocks to one picture.

use std::f64::consts::PI;

use super::dct_threshold::Shrunk;
use super::samples::Samples;

/// Left and top of all blocks of a picture: each four pixels, from `first` on, as long as the picture
/// lasts.
pub fn lattice(size: usize, first: i64) -> Vec<i64> {
    (0..)
        .map(|k| first + 4 * k)
        .take_while(|at| *at < size as i64)
        .collect()
}

fn window(i: i64) -> f64 {
    0.45 + 0.55 * (PI * (i as f64 + 0.5) / 8.0).sin()
}

/// The mean of all blocks at each pixel, and whether one of them is doubtful there.
/// Blocks come row after row, their places those of the lattice in both directions.
pub fn merge(
    blocks: &[Shrunk],
    size: (usize, usize),
    columns: &[i64],
    rows: &[i64],
) -> (Samples, Vec<bool>) {
    let mut doubtful = Vec::new();
    let merged = Samples::from_fn(size, |x, y| {
        let (mut sum, mut weights, mut doubt) = (0.0, 0.0, false);
        for (j, top) in rows.iter().enumerate() {
            for (i, left) in columns.iter().enumerate() {
                let (dx, dy) = (x as i64 - left, y as i64 - top);
                if !(0..8).contains(&dx) || !(0..8).contains(&dy) {
                    continue;
                }
                let shrunk = &blocks[j * columns.len() + i];
                let weight = shrunk.weight * window(dx) * window(dy);
                sum += weight * shrunk.block[dy as usize][dx as usize];
                weights += weight;
                doubt |= shrunk.doubtful;
            }
        }
        doubtful.push(doubt);
        sum / weights
    });
    (merged, doubtful)
}
