//! A state from the future joined with one from the past.

use super::kalman::Update;
use super::samples::{Samples, State};

/// The joined state. The update measures the values of the state from the past, whose variances
/// are given.
pub fn fuse(update: &Update<'_>, variances: &Samples) -> State {
    let mut next = update.past.clone();
    for ty in 0..variances.height.div_ceil(8) {
        for tx in 0..variances.width.div_ceil(8) {
            update.correct([tx, ty], |x, y| variances.at(x, y), &mut next);
        }
    }
    next
}
