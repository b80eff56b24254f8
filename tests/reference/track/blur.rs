//! Measurement of the shutter, and preparation of the second pass.

use super::known::{FOLLOW, Known};
use super::recipe::{path, set_footprints};

/// Exposure as a part of the frame time: the vertex of a parabola through the best of five fits and its
/// neighbours.
fn found(fits: &[f64; 5]) -> f64 {
    let best = (0..5).min_by(|a, b| fits[*a].total_cmp(&fits[*b])).unwrap();
    let mut place = best as f64;
    if (1..4).contains(&best) {
        let [before, at, after] = [fits[best - 1], fits[best], fits[best + 1]];
        let bend = before + after - 2.0 * at;
        if bend > 1e-6 {
            place += (before - after) / (2.0 * bend);
        }
    }
    place / 4.0
}

/// Conclusive if the opposite extreme (open for closed, closed for open) fits 1.4 times worse than the best.
fn is_telling(fits: &[f64; 5]) -> bool {
    let best = fits.iter().fold(f64::INFINITY, |best, fit| best.min(*fit));
    let opposite = if found(fits) > 0.125 {
        fits[0]
    } else {
        fits[4]
    };
    opposite >= 1.4 * best
}

/// Prepares the second pass, and returns whether there is one.
pub fn blur(known: &mut Known, fits: &[f64; 5], shrink: f64) -> bool {
    let [open, count, way, looks] = known.shutter;
    if looks != 0.0 && is_telling(fits) {
        // Motion up to two pixels does not count, from four on it counts fully. The first measurements are
        // averaged; later ones have a weight of 1/5.
        let clarity = ((way - 2.0) / 2.0).clamp(0.0, 1.0);
        let share = clarity * (1.0 / (count + 1.0)).max(0.2);
        known.shutter[0] = open + share * (found(fits) - open);
        known.shutter[1] = count + clarity;
    }
    (known.path, known.shutter[2]) = path(&known.kept, &known.way, known.shutter[0]);
    if known.shutter[2] < 0.6 {
        known.mode = FOLLOW;
        return false;
    }
    let kept = known.kept;
    set_footprints(known, &kept, shrink);
    known.light.scale = 1.5 * (2.0 * known.last_light.scale).max(4.0);
    true
}
