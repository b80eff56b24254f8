//! A coarser level from a finer one.

use super::guide_pack::Level;

/// Means of 2x2, halves rounded up.
pub fn halve(fine: &Level) -> Level {
    let (width, height) = fine.size();
    Level::from_fn((width.div_ceil(2), height.div_ceil(2)), |x, y| {
        let mut sum = 0.0;
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            sum += fine.at(2 * x + dx, 2 * y + dy);
        }
        (sum / 4.0 + 0.5).floor()
    })
}
