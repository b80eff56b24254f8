//! Usual size of residuals.

/// Standard deviation and weights of squares, from energy and visible samples of each; `samples` is the
/// number in a whole square. `scale` is kept if fewer than three squares are visible.
///
/// The standard deviation is 1.1 times the root of the 40th percentile of mean energies, found in a
/// histogram of eighths of octaves from 1/16 on; at least 1. Squares with more than four times its square
/// weigh less.
pub fn usual(energies: &[[f64; 2]], samples: f64, scale: f64) -> (f64, Vec<f64>) {
    let mut bins = [0.0; 128];
    for [sum, count] in energies {
        if *count >= 0.3 * samples {
            let octave = (sum / count).max(1e-6).log2() + 4.0;
            bins[(octave * 8.0).clamp(0.0, 127.0) as usize] += 1.0;
        }
    }
    let found = percentile(&bins).map_or(scale, |energy| (1.1 * energy.sqrt()).max(1.0));
    let weight = |[sum, count]: &[f64; 2]| match *count > 0.0 {
        true => (4.0 * found * found / (sum / count)).min(1.0).powi(2),
        false => 0.0,
    };
    (found, energies.iter().map(weight).collect())
}

fn percentile(bins: &[f64; 128]) -> Option<f64> {
    let all: f64 = bins.iter().sum();
    if all < 3.0 {
        return None;
    }
    let mut rest = 0.4 * all;
    for (bin, count) in bins.iter().enumerate() {
        if *count >= rest {
            let octave = (bin as f64 + rest / count) / 8.0 - 4.0;
            return Some(octave.exp2());
        }
        rest -= count;
    }
    None
}
