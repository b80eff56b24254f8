//! Values on their way to the mean of what agrees around them.

use super::samples::{Samples, State};

/// Shrunk values after the step. `share` is the weight of the mean.
pub fn agreeing_mean(state: &State, shrunk: &Samples, share: f64) -> Samples {
    Samples::from_fn((shrunk.width, shrunk.height), |x, y| {
        let centre = shrunk.at(x, y);
        let noise = state.variances.at(x, y);
        if noise == 0.0 {
            return centre;
        }
        let relief = contrast(shrunk, x, y) / noise;
        let share = share * relief / (relief + 0.1);
        centre + share * (mean(state, [x as i64, y as i64], centre) - centre)
    })
}

/// Mean of the nine noisy values around, as far as they agree with `centre`, weighted by the inverse of their
/// variances and by a Gaussian of one pixel.
fn mean(state: &State, [x, y]: [i64; 2], centre: f64) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (dx, dy) in (0..9i64).map(|i| (i % 3 - 1, i / 3 - 1)) {
        let noise = state.variances.mirrored(x + dx, y + dy);
        if noise == 0.0 {
            continue;
        }
        let value = state.values.mirrored(x + dx, y + dy);
        let agreement = f64::max(0.0, 1.0 - (value - centre).powi(2) / (16.0 * noise));
        let near = (-0.5 * (dx * dx + dy * dy) as f64).exp();
        let weight = near * agreement / noise;
        sum += weight * value;
        weights += weight;
    }
    if weights < 1e-9 {
        centre
    } else {
        sum / weights
    }
}

/// Variance of the 4x4 pixels that a pixel belongs to; rows below the picture repeat its last.
fn contrast(shrunk: &Samples, x: usize, y: usize) -> f64 {
    let (left, top) = (x as i64 / 4 * 4, y as i64 / 4 * 4);
    let all = (0..16).map(|i| shrunk.nearest(left + i % 4, top + i / 4));
    let all: Vec<f64> = all.collect();
    let mean = all.iter().sum::<f64>() / 16.0;
    all.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 16.0
}
