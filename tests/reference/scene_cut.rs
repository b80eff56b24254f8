//! Detection of scene cuts.

/// `differences` are the mean absolute differences of blocks to their matches, `variance` that of
/// the noise. Half of all blocks must have no match.
pub fn is_cut(differences: &[f64], variance: f64) -> bool {
    let lost = |difference: &&f64| **difference > 6.0 + 0.6 * variance.sqrt();
    let count = differences.iter().filter(lost).count();
    count as f64 >= 0.5 * differences.len() as f64
}
