//! Detection of scene cuts, and figures of the picture.

/// `differences` are the mean absolute differences of blocks to their matches, `variance` that of
/// the noise. Half of all blocks must have no match.
pub fn is_cut(differences: &[f64], variance: f64) -> bool {
    let lost = |difference: &&f64| **difference > 6.0 + 0.6 * variance.sqrt();
    let count = differences.iter().filter(lost).count();
    count as f64 >= 0.5 * differences.len() as f64
}

/// Motion and complexity of a picture whose blocks have these vectors and mean absolute differences.
pub fn activity(blocks: &[[f64; 3]], variance: f64) -> [f64; 2] {
    let [mut length, mut matched, mut rest] = [0.0; 3];
    for [x, y, difference] in blocks {
        let beyond = difference - 0.6 * variance.sqrt();
        rest += beyond.clamp(0.0, 32.0);
        if beyond <= 6.0 {
            length += x.hypot(*y).min(128.0);
            matched += 1.0;
        }
    }
    [length / f64::max(matched, 1.0), rest / blocks.len() as f64]
}
