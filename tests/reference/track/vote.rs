//! How much of the template's texture agrees with the frame.

use super::agree::correlation;
use super::sight::{Light, Sight, is_inner};
use crate::reference::homography::Rows;

/// A part of the template.
pub struct Part {
    /// Correlation with the frame, the template's variance, 1 where it can be seen.
    pub fit: [f64; 3],
    pub trust: f64,
    /// Mean squared residual.
    pub energy: f64,
}

fn rise(value: f64, from: f64, to: f64) -> f64 {
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

/// Share of the texture that agrees, and mean correlation; zeros where there is no texture. Parts
/// count with their trust and their variance, of which 40 counts half. Correlations of 0.4 to 0.7
/// agree more and more, if gain explains 0.3 to 0.6 of what there is in the frame.
pub fn vote(parts: &[Part], gain: f64) -> [f64; 2] {
    let (mut all, mut agreeing, mut alike) = (0.0, 0.0, 0.0);
    for Part { fit, trust, energy } in parts {
        let [correlation, texture, seen] = *fit;
        let weight = seen * trust * texture / (texture + 40.0);
        let explained = gain * gain * texture;
        let share = explained / (explained + energy.max(0.0)).max(1e-6);
        all += weight;
        agreeing += weight * rise(correlation, 0.4, 0.7) * rise(share, 0.3, 0.6);
        alike += weight * correlation;
    }
    match all > 0.0 {
        true => [agreeing / all, alike / all],
        false => [0.0; 2],
    }
}

/// Share of the texture's variance that stands out of noise of this deviation, in the mean by the weights of [`vote`].
pub fn clarity(parts: &[Part], gain: f64, noise: f64) -> f64 {
    let (mut all, mut clear) = (0.0, 0.0);
    for Part { fit, trust, .. } in parts {
        let [_, texture, seen] = *fit;
        let weight = seen * trust * texture / (texture + 40.0);
        let variance = gain * gain * texture;
        all += weight;
        clear += weight * variance / (variance + noise * noise).max(1e-6);
    }
    if all > 0.0 { clear / all } else { 0.0 }
}

/// How an aligned candidate agrees: 64 squares of 2x2 cells vote. What all samples of one are off
/// by does not count.
pub fn agreement(sight: &Sight, h: &Rows, light: &Light) -> [f64; 2] {
    let mut parts = Vec::new();
    for square in 0..64 {
        let mut pairs = Vec::new();
        let mut residuals = Vec::new();
        for at in sight.square(square, 8) {
            if let Some(pair) = sight.sharp_pair(at, h) {
                residuals.push(pair.frame - light.of(pair.value, pair.place));
                pairs.push(pair);
            }
        }
        let n = pairs.len().max(1) as f64;
        let mean = residuals.iter().sum::<f64>() / n;
        let cell = square / 8 * 32 + square % 8 * 2;
        parts.push(Part {
            fit: correlation(&pairs),
            trust: if is_inner(cell) {
                1.0
            } else {
                sight.memory[cell][0]
            },
            energy: residuals.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n,
        });
    }
    vote(&parts, light.gain)
}
