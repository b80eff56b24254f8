//! Share of a network's correction over several pictures: twin of `correction_share`.

/// The new share, from that of the previous picture (`None` at the start) and this picture's gate.
pub fn paced(before: Option<f64>, found: f64) -> f64 {
    let Some(before) = before else {
        return found;
    };
    let change = found - before;
    if change.abs() > 0.4 {
        found
    } else {
        before + (change * 0.15).clamp(-0.02, 0.02)
    }
}

/// Share for a known quantizer.
pub fn of_quantizer(quantizer: f64) -> f64 {
    let t = ((quantizer - 18.0) / 10.0).clamp(0.0, 1.0);
    3.0 * t * t - 2.0 * t * t * t
}

/// Share by the gate, if the analysis finds this much damage.
pub fn trusted(gate: f64, damaged: f64) -> f64 {
    gate * (0.3 + 0.7 * damaged)
}
