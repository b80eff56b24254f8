//! Start of the alignment.

use crate::reference::homography::{Rows, product, shift};

/// A pose and its score, from the scores of shifts as `track_search` writes them, `step` pixels apart. The
/// last position must score 0.01 more than the expected one; a shift 0.03 more than none.
pub fn pick(scores: &[f64], expected: &Rows, last: &Rows, step: f64) -> (Rows, f64) {
    let (first, second) = scores.split_at(scores.len() / 2);
    let middle = first.len() / 2;
    let (base, scores) = match second[middle] > first[middle] + 0.01 {
        true => (last, second),
        false => (expected, first),
    };
    let mut best = middle;
    for (at, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = at;
        }
    }
    if scores[best] <= scores[middle] + 0.03 {
        return (*base, scores[best]);
    }
    let width = scores.len().isqrt();
    let reach = (width / 2) as f64;
    let [x, y] = [best % width, best / width].map(|v| (v as f64 - reach) * step);
    (product(&shift([x, y]), base), scores[best])
}
