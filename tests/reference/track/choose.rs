//! Start of the fine alignment.

use super::sight::{Light, Sight};
use crate::reference::homography::{Rows, is_plausible};

/// Mean squared residual over the quad, relative to the usual one and clipped at three usual ones plus two
/// code values. `None` if too little is in the frame.
pub fn cost(sight: &Sight, h: &Rows, light: &Light) -> Option<f64> {
    let most = 3.0 * light.scale + 2.0;
    let quad = sight.side / 8..sight.side - sight.side / 8;
    let (mut sum, mut weight) = (0.0, 0.0);
    for row in quad.clone() {
        for column in quad.clone() {
            if let Some(pair) = sight.sharp_pair(row * sight.side + column, h) {
                let r = (pair.frame - light.of(pair.value, pair.place)) / most;
                sum += sight.open(pair.place) * (r * r).min(1.0);
                weight += sight.open(pair.place);
            }
        }
    }
    (weight > 20.0).then(|| sum / weight)
}

/// The coarsely aligned pose, if it is plausible and costs less than the expected one.
pub fn choose(sight: &Sight, coarse: &Rows, expected: &Rows, light: &Light) -> Rows {
    let cost = |h: &Rows| cost(sight, h, light).unwrap_or(f64::INFINITY);
    let is_better = cost(coarse) < cost(expected);
    let area = sight.sides[0] * sight.sides[1];
    if is_better && is_plausible(coarse, area) {
        *coarse
    } else {
        *expected
    }
}
