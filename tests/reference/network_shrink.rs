//! A picture of a state and of what a network found: twin of `network_shrink`.

use super::conv::Map;
use super::samples::{Samples, State};

/// `found` has for each pixel of a cell, row after row, its noise in deviations of the state and then the share of
/// the pixel of shrunk `blocks`; then the noise of U and of V.
pub fn network_shrink(
    state: &State,
    blocks: &Samples,
    found: &Map,
    component: usize,
    size: (usize, usize),
) -> Samples {
    Samples::from_fn(size, |x, y| {
        let (value, deviation) = (state.values.at(x, y), state.variances.at(x, y).sqrt());
        if component > 0 {
            return value - deviation * found.at(7 + component, x as i64, y as i64);
        }
        let pixel = y % 2 * 2 + x % 2;
        let at = |channel| found.at(channel, x as i64 / 2, y as i64 / 2);
        value - deviation * at(pixel) + at(4 + pixel) * (blocks.at(x, y) - value)
    })
}
