//! Taking away the noise that a network found: twin of `network_shrink`.

use super::conv::Map;
use super::samples::{Samples, State};

/// `found` counts in deviations of the state; its channels are the pixels of a cell row after row.
pub fn network_shrink(state: &State, found: &Map, size: (usize, usize)) -> Samples {
    Samples::from_fn(size, |x, y| {
        let channel = y % 2 * 2 + x % 2;
        let noise = found.at(channel, x as i64 / 2, y as i64 / 2);
        state.values.at(x, y) - noise * state.variances.at(x, y).sqrt()
    })
}
