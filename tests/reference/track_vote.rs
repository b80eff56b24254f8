//! How much of the template's texture agrees with the frame.

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
