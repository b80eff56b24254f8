//! Score of a pose at a coarse level.

use super::sight::Sight;
use crate::reference::homography::{Rows, depth, map};

/// Template, frame and weight of a sample that lies in the frame.
fn sample(sight: &Sight, at: usize, h: &Rows) -> Option<[f64; 3]> {
    let p = sight.place(at);
    let [x, y] = map(h, p);
    let [width, height] = sight.frame;
    let is_seen = sight.template[at][3] > 0.5
        && depth(h, p) > 0.05
        && (0.0..width - 1.0).contains(&x)
        && (0.0..height - 1.0).contains(&y);
    is_seen.then(|| [sight.template[at][0], sight.sharp([x, y]), sight.open(p)])
}

/// Weight, correlation and visible part of one of nine blocks, each a quarter of the grid wide.
fn block(sight: &Sight, h: &Rows, number: usize) -> [f64; 3] {
    let side = sight.side / 4;
    let corner = [number % 3, number / 3].map(|v| sight.side / 8 + v * side);
    let places = (0..side * side).map(|k| (corner[0] + k % side, corner[1] + k / side));
    let samples = places.map(|(x, y)| sample(sight, y * sight.side + x, h));
    let samples: Vec<[f64; 3]> = samples.flatten().collect();
    let all = (side * side) as f64;
    let weight: f64 = samples.iter().map(|[_, _, w]| w).sum();
    let seen = samples.len() as f64 / all;
    if weight < 0.25 * all {
        return [0.0, 0.0, seen];
    }
    let [texture, correlation] = compared(&samples);
    [weight * texture, correlation, seen]
}

/// Amount of texture, 0 to 1, and its correlation with the frame, from template, frame and weight of
/// samples. A variance of 4 is noise; one of 30 has half weight.
pub fn compared(samples: &[[f64; 3]]) -> [f64; 2] {
    let weight: f64 = samples.iter().map(|[_, _, w]| w).sum();
    let mean = |f: &dyn Fn(f64, f64) -> f64| {
        samples.iter().map(|[t, v, w]| w * f(*t, *v)).sum::<f64>() / weight
    };
    let (template, frame) = (mean(&|t, _| t), mean(&|_, v| v));
    let texture = mean(&|t, _| (t - template).powi(2));
    let there = mean(&|_, v| (v - frame).powi(2));
    let both = mean(&|t, v| (t - template) * (v - frame));
    let correlation = both / ((texture + 4.0) * (there + 4.0)).sqrt();
    [texture / (texture + 30.0), correlation]
}

/// 0 to 1; -1 if less than a quarter of the quad is in the frame.
pub fn score(sight: &Sight, h: &Rows) -> f64 {
    let (mut fit, mut weight, mut seen) = (0.0, 0.0, 0.0);
    for number in 0..9 {
        let [texture, correlation, part] = block(sight, h, number);
        fit += texture * correlation.max(0.0);
        weight += texture;
        seen += part;
    }
    if seen >= 9.0 / 4.0 && weight > 0.0 {
        fit / weight
    } else {
        -1.0
    }
}
