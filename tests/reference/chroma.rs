//! Repair of chroma by the edges of luma.

use super::samples::Samples;

/// Mean of luma at a chroma sample, `shifts` binary digits finer across and down; luma continues to the right
/// and below as its last column and row.
fn luma_at(luma: &Samples, (x, y): (i64, i64), (across, down): (u32, u32)) -> f64 {
    let (columns, rows) = (1i64 << across, 1i64 << down);
    let places = (0..rows).flat_map(|j| (0..columns).map(move |i| (i, j)));
    let sum: f64 = places
        .map(|(i, j)| luma.nearest(x * columns + i, y * rows + j))
        .sum();
    sum / (columns * rows) as f64
}

/// `width` is that of the picture; planes have whole quads. `wanted` is the share of the change.
pub fn guided(
    [chroma, luma]: [&Samples; 2],
    width: usize,
    shifts: (u32, u32),
    threshold: f64,
    wanted: f64,
) -> Samples {
    let gauss = |difference: f64, deviation: f64| (-0.5 * (difference / deviation).powi(2)).exp();
    Samples::from_fn((chroma.width, chroma.height), |x, y| {
        let (x, y) = (x as i64, y as i64);
        let own = luma_at(luma, (x, y), shifts);
        let here = chroma.nearest(x, y);
        let (mut sum, mut weights) = (0.0, 0.0);
        for (dx, dy) in (-2..=2).flat_map(|j| (-2..=2).map(move |i| (2 * i, 2 * j))) {
            let place = (x + dx, y + dy);
            let columns = 0..width as i64;
            if columns.contains(&place.0) && (0..chroma.height as i64).contains(&place.1) {
                let value = chroma.nearest(place.0, place.1);
                let by_luma = gauss(luma_at(luma, place, shifts) - own, 0.6 * threshold);
                let weight = by_luma * gauss(value - here, 0.35 * threshold);
                sum += weight * value;
                weights += weight;
            }
        }
        here + wanted * (sum / weights - here)
    })
}
