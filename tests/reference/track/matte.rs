//! What is in front of the plane, and the light on it.

use super::explain::{Seen, hidden};
use super::windows::CELLS;

/// Visibility, gain and bias (0 to 1) for what is placed, and gain of the plane, of each cell. `before` is what was visible in the last frame, if anything
/// was known then.
pub fn matte(cells: &[Seen], before: Option<&[f64]>) -> Vec<[f64; 4]> {
    let last = CELLS as i64 - 1;
    let at = |x: i64, y: i64| &cells[(y.clamp(0, last) * (last + 1) + x.clamp(0, last)) as usize];
    let mut all = Vec::new();
    for (k, own) in cells.iter().enumerate() {
        let (x, y) = ((k % CELLS) as i64, (k / CELLS) as i64);
        let mut sum = 0.0;
        for (j, v) in [(-1, 1.0), (0, 2.0), (1, 1.0)] {
            for (i, h) in [(-1, 1.0), (0, 2.0), (1, 1.0)] {
                sum += v * h * at(x + i, y + j).unexplained / 16.0;
            }
        }
        let free = 1.0 - hidden(sum);
        let free = before.map_or(free, |before| free.min(0.7 * free + 0.3 * before[k]));
        let (mut gain, mut base, mut weight) = (8.0 * own.whole, 8.0 * own.base, 8.0);
        for j in (-6..=6).step_by(2) {
            for i in (-6..=6).step_by(2) {
                let other = at(x + i, y + j);
                let alike = ((other.ratio - own.own) / own.reach).powi(2);
                let far = (i * i + j * j) as f64 / 24.0;
                let w = other.weight * (-alike - far).exp();
                gain += w * other.ratio;
                base += w * other.base;
                weight += w;
            }
        }
        let plane = gain / weight;
        let gain = plane;
        // Of more light than at arming, at most a tenth counts.
        let more = (gain / own.whole - 1.0).max(0.0);
        let gain = gain.min(own.whole) + 0.1 * own.whole * (1.0 - (-more / 0.1).exp());
        all.push([free, gain, base / weight / 219.0, plane]);
    }
    all
}
