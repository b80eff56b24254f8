//! A state corrected with a new picture.

use super::kalman::Update;
use super::samples::{Samples, State};

/// A curve given at 8, 24, ... 248: interpolated between, constant beyond.
pub fn on_curve(curve: &[f64; 16], y: f64) -> f64 {
    let y = y.clamp(8.0, 248.0);
    let k = (((y - 8.0) / 16.0) as usize).min(14);
    let from = 8.0 + 16.0 * k as f64;
    curve[k] + (curve[k + 1] - curve[k]) * (y - from) / 16.0
}

/// Luma under a tile, read at four runs of four pixels.
fn luma_of(luma: &Samples, tile: [usize; 2], [across, down]: [usize; 2]) -> f64 {
    let left = (8 * tile[0] * across) as i64;
    let top = (8 * tile[1] * down) as i64;
    let (right, low) = (left + 4 * across as i64, top + 4 * down as i64);
    let last = luma.width as i64 - 4;
    let mut sum = 0.0;
    for (x, y) in [(left, top), (right, low), (right, top + 1), (left, low + 1)] {
        for dx in 0..4 {
            sum += luma.nearest(x.min(last) + dx, y);
        }
    }
    sum / 16.0
}

/// The state after a picture whose noise has the variances of `curve` over luma. `place` gives the share of it
/// in a tile; none where a border of noise crosses the tile.
pub fn update(
    update: &Update<'_>,
    luma: &Samples,
    curve: &[f64; 16],
    place: impl Fn([usize; 2]) -> Option<f64>,
) -> State {
    let mut next = update.past.clone();
    for ty in 0..update.measured.height.div_ceil(8) {
        for tx in 0..update.measured.width.div_ceil(8) {
            let reduction = update.reduction.map(|r| r as usize);
            let variance = on_curve(curve, luma_of(luma, [tx, ty], reduction));
            let share = place([tx, ty]);
            let variance = variance * share.unwrap_or(1.0);
            update.correct([tx, ty], share.is_none(), |_, _| variance, &mut next);
        }
    }
    next
}
