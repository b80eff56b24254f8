//! The tracker's next level.

use super::smooth::binomial;
use crate::reference::samples::Samples;

/// Smoothed, and every second sample of every second row.
pub fn halve(finer: &Samples) -> Samples {
    let size = (finer.width.div_ceil(2), finer.height.div_ceil(2));
    Samples::from_fn(size, |x, y| binomial(finer, 2 * x as i64, 2 * y as i64))
}
