//! Merges overlapping blocks.

use std::f64::consts::PI;

use super::dct_threshold::Shrunk;
use super::samples::Samples;

/// Top left corners of all blocks of a picture, in row order: every four pixels in both directions, from
/// `first` to the picture's end.
pub fn places((width, height): (usize, usize), first: (i64, i64)) -> Vec<(i64, i64)> {
    let mut all = Vec::new();
    for top in (first.1..height as i64).step_by(4) {
        for left in (first.0..width as i64).step_by(4) {
            all.push((left, top));
        }
    }
    all
}

fn window(i: i64) -> f64 {
    0.45 + 0.55 * (PI * (i as f64 + 0.5) / 8.0).sin()
}

/// Weighted mean of all blocks at each pixel, and whether one of them is doubtful there. `places` are the
/// top left corners.
pub fn merge(
    blocks: &[Shrunk],
    size: (usize, usize),
    places: &[(i64, i64)],
) -> (Samples, Vec<bool>) {
    let mut doubtful = Vec::new();
    let merged = Samples::from_fn(size, |x, y| {
        let (mut sum, mut weights, mut doubt) = (0.0, 0.0, false);
        for (shrunk, (left, top)) in blocks.iter().zip(places) {
            let (dx, dy) = (x as i64 - left, y as i64 - top);
            if !(0..8).contains(&dx) || !(0..8).contains(&dy) {
                continue;
            }
            let weight = shrunk.weight * window(dx) * window(dy);
            sum += weight * shrunk.block[dy as usize][dx as usize];
            weights += weight;
            doubt |= shrunk.doubtful;
        }
        doubtful.push(doubt);
        sum / weights
    });
    (merged, doubtful)
}
