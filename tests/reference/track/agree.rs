//! Agreement of each cell with the frame.

use super::sight::{Light, Pair, Sight};
use crate::reference::homography::Rows;

/// Pearson's correlation, variance of the template, and 1; zeros for less than nine samples.
/// A picture's variance counts at least a hundredth.
pub fn correlation(pairs: &[Pair]) -> [f64; 3] {
    if pairs.len() < 9 {
        return [0.0; 3];
    }
    let n = pairs.len() as f64;
    let mean = |f: &dyn Fn(&Pair) -> f64| pairs.iter().map(f).sum::<f64>() / n;
    let (frame, value) = (mean(&|p| p.frame), mean(&|p| p.value));
    let frames = mean(&|p| (p.frame - frame).powi(2));
    let values = mean(&|p| (p.value - value).powi(2));
    let both = mean(&|p| (p.frame - frame) * (p.value - value));
    let least = |v: f64| v.max(0.01);
    [both / (least(frames) * least(values)).sqrt(), values, 1.0]
}

pub struct Agreement {
    /// Energy, correlation, variance of the template, and 1 if enough is in the frame.
    pub cells: Vec<[f64; 4]>,
    /// Squared residuals relative to the usual ones; -1 outside the frame.
    pub residuals: Vec<f64>,
}

/// `biases` are those of the cells.
pub fn agree(sight: &Sight, h: &Rows, light: &Light, biases: &[f64]) -> Agreement {
    let mut residuals = vec![-1.0; sight.side * sight.side];
    let mut cells = Vec::new();
    for (cell, bias) in biases.iter().enumerate() {
        let mut pairs = Vec::new();
        let (mut sum, mut weight) = (0.0, 0.0);
        for at in sight.square(cell, 16) {
            let Some(pair) = sight.pair(at, h) else {
                continue;
            };
            let r = pair.frame - light.of(pair.value, pair.place) - bias;
            // A steep template explains a residual by 0.3 pixels of error; two units of the plane
            // are a side of the quad.
            let [ex, ey] = [0, 1].map(|i| pair.gradient[i] * 0.3 * 2.0 / sight.sides[i]);
            let steep = light.gain * ex.hypot(ey);
            residuals[at] = r * r / (light.scale.powi(2) + steep * steep);
            let trust = sight.trust(pair.place);
            sum += trust * r.abs().min(6.0 * light.scale).powi(2);
            weight += trust;
            pairs.push(pair);
        }
        let energy = if weight > 0.0 { sum / weight } else { -1.0 };
        let [alike, texture, seen] = correlation(&pairs);
        cells.push([energy, alike, texture, seen]);
    }
    Agreement { cells, residuals }
}
