//! Joins a state of the backward recursion with one of the forward recursion.

use super::kalman::Update;
use super::samples::{Samples, State};

/// The joined state. The forward state's values and variances are the measurement.
pub fn fuse(update: &Update<'_>, variances: &Samples) -> State {
    let mut next = update.past.clone();
    for ty in 0..variances.height.div_ceil(8) {
        for tx in 0..variances.width.div_ceil(8) {
            update.correct([tx, ty], false, |x, y| variances.at(x, y), &mut next);
        }
    }
    next
}
