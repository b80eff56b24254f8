//! Refines vectors to quarter pixels.

use super::guide_pyramid::Level;
use super::motion_search::{Match, difference};

/// Interpolates between two codes in quarters; halves are rounded up.
fn blend(a: f64, b: f64, quarters: i64) -> f64 {
    (a + (b - a) * quarters as f64 / 4.0 + 0.5).floor()
}

/// The level at a position in quarter pixels: interpolated along rows first.
fn between(level: &Level, x: i64, y: i64) -> f64 {
    let (left, top) = (x.div_euclid(4), y.div_euclid(4));
    let row = |y| blend(level.at(left, y), level.at(left + 1, y), x.rem_euclid(4));
    blend(row(top), row(top + 1), y.rem_euclid(4))
}

/// Matches the block at the given corner around a vector, all in quarter pixels: eight positions two
/// quarters away, then eight positions one quarter from the best.
pub fn refine(
    current: &Level,
    reference: &Level,
    corner: [i64; 2],
    start: [i64; 2],
    bonus: f64,
) -> Match {
    let cost = |v: [i64; 2]| {
        let advantage = if v == [0, 0] { bonus } else { 0.0 };
        let at = |x: i64, y: i64| between(reference, 4 * x + v[0], 4 * y + v[1]);
        difference(current, corner, at) - advantage
    };
    let mut best = Match {
        vector: start,
        cost: cost(start),
    };
    for distance in [2, 1] {
        let centre = best.vector;
        for dy in [-distance, 0, distance] {
            for dx in [-distance, 0, distance] {
                let vector = [centre[0] + dx, centre[1] + dy];
                let cost = cost(vector);
                if cost < best.cost {
                    best = Match { vector, cost };
                }
            }
        }
    }
    best
}
