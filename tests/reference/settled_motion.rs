//! Last decision about a block's motion, in which no pixel has more than one vote.

use super::guide_pyramid::Level;

/// The level at a subpixel position.
fn between(level: &Level, x: f64, y: f64) -> f64 {
    let mut value = 0.0;
    for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
        let (left, top) = (x.floor() + dx, y.floor() + dy);
        let share = (1.0 - (x - left).abs()) * (1.0 - (y - top).abs());
        value += share * level.at(left as i64, top as i64);
    }
    value
}

/// Vector of the 12x12 pixels around a block of 8x8, `vector` or none, and change of brightness along it.
/// `bonus` is that of the zero vector, `variance` that of the noise of luma.
pub fn settled(
    [current, reference]: [&Level; 2],
    [left, top]: [i64; 2],
    vector: [f64; 2],
    bonus: f64,
    variance: f64,
) -> [f64; 3] {
    let differences = |v: [f64; 2]| {
        let mut all = Vec::new();
        for y in top - 2..top + 10 {
            for x in left - 2..left + 10 {
                let before = between(reference, x as f64 + v[0], y as f64 + v[1]);
                all.push(current.at(x, y) - before);
            }
        }
        all
    };
    // Four codes and three standard deviations, in quarters of a code; the bonus has 0.04 of one for each
    // pixel.
    let most = ((4.0 + 3.0 * bonus / (0.04 * 144.0)) * 4.0).floor() / 4.0;
    let votes = |all: &[f64], fade: f64| -> f64 {
        all.iter().map(|one| (one - fade).abs().min(most)).sum()
    };
    let (moved, still) = (differences(vector), differences([0.0, 0.0]));
    let staying = votes(&still, 0.0);
    let advantage = 0.5 * bonus * (1.0 - staying / (most * 144.0));
    let (vector, all) = match staying - advantage < votes(&moved, 0.0) {
        true => ([0.0, 0.0], still),
        false => (vector, moved),
    };
    let change = all.iter().sum::<f64>() / 144.0;
    // The mean of 144 guide pixels, each the mean of four luma pixels: three standard deviations of it, with
    // a margin.
    let feigned = 1.3 * 3.0 * 3.0 * variance / (4.0 * 144.0);
    let mut fade = 0.0;
    if change * change > feigned {
        fade = change - feigned / change;
    }
    if votes(&all, fade) >= votes(&all, 0.0) {
        fade = 0.0;
    }
    [vector[0], vector[1], fade]
}
