//! The tracker's finest level.

use crate::reference::samples::Samples;

/// The binomial filter of five taps around a place, in both directions.
pub fn binomial(samples: &Samples, x: i64, y: i64) -> f64 {
    let taps = [(-2, 1.0), (-1, 4.0), (0, 6.0), (1, 4.0), (2, 1.0)];
    let mut sum = 0.0;
    for (j, v) in taps {
        for (i, h) in taps {
            sum += v * h * samples.nearest(x + i, y + j);
        }
    }
    sum / 256.0
}

pub fn smooth(shrunk: &Samples) -> Samples {
    Samples::from_fn((shrunk.width, shrunk.height), |x, y| {
        binomial(shrunk, x as i64, y as i64)
    })
}
