//! Shifts of a plane.

use super::score::score;
use super::sight::Sight;
use crate::reference::homography::{Rows, product, shift};

/// Scores of all shifts by up to `reach` samples each way, row after row: around where the plane
/// is expected, then around where it was. Of equal fits the nearest is the right one.
pub fn search(sight: &Sight, expected: &Rows, last: &Rows, reach: i32) -> Vec<f64> {
    let mut scores = Vec::new();
    for base in [expected, last] {
        for y in -reach..=reach {
            for x in -reach..=reach {
                let [x, y] = [x, y].map(f64::from);
                let moved = product(&shift([x * sight.step, y * sight.step]), base);
                scores.push(score(sight, &moved) - 0.002 * x.hypot(y));
            }
        }
    }
    scores
}
