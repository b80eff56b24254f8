//! Luma around a click.

use crate::reference::samples::Samples;

/// 35 rows of 35 codes around `at`; beyond the frame its edge is repeated.
pub fn patch(luma: &Samples, at: [i64; 2]) -> Vec<f64> {
    let last = [luma.width as i64 - 1, luma.height as i64 - 1];
    let rows = at[1] - 17..=at[1] + 17;
    let places = rows.flat_map(|y| (at[0] - 17..=at[0] + 17).map(move |x| [x, y]));
    places
        .map(|[x, y]| luma.at(x.clamp(0, last[0]) as usize, y.clamp(0, last[1]) as usize))
        .collect()
}
