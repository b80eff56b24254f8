//! The plate follows the plane.

use super::explain::Seen;
use super::known::Known;
use super::look::{MASKED, RELEARNT, SIDE, Texel};
use super::windows::CELLS;
use crate::reference::homography::{distance, map};

/// What is remembered of each cell: texels, and the frames for which it looked like that.
#[derive(Debug, Clone)]
pub struct Learnt {
    pub plate: Vec<Texel>,
    pub others: Vec<Texel>,
    pub ages: Vec<f64>,
}

impl Learnt {
    /// After one more frame. `matte` is as that of `edge`.
    pub fn learn(&mut self, view: &[Texel], seen: &[Seen], matte: &[[f64; 4]], known: &Known) {
        let [now, before] = [&known.last, &known.before].map(|h| map(h, [0.0, 0.0]));
        let has_moved = distance(now, before) > 0.3;
        for (cell, sight) in seen.iter().enumerate() {
            let texels = SIDE / CELLS;
            let (x, y) = (cell % CELLS * texels, cell / CELLS * texels);
            let inside: Vec<usize> = (0..texels * texels)
                .map(|k| (y + k / texels) * SIDE + x + k % texels)
                .collect();
            let has = |kind: f64| inside.iter().any(|at| self.plate[*at][3] == kind);
            let (is_masked, is_relearnt) = (has(MASKED), has(RELEARNT));
            if known.age < 2 || sight.unexplained < 2.2 {
                self.ages[cell] = match is_masked {
                    true => self.ages[cell].min(0.0),
                    false => 0.0,
                };
                continue;
            }
            let (mut change, mut squares, mut sum) = (0.0, 0.0, [0.0; 4]);
            for &at in &inside {
                sum[3] += view[at][3];
                for c in 0..3 {
                    change += view[at][3] * (view[at][c] - self.others[at][c]).powi(2);
                    squares += view[at][3] * view[at][c].powi(2);
                    sum[c] += view[at][3] * view[at][c];
                }
            }
            let means: f64 = sum[..3].iter().map(|s| s * s / sum[3].max(1.0)).sum();
            let contrast = squares - means;
            let has_contrast = contrast > 4.0 * sight.expected;
            let has_stayed = change < 2.0 * sight.expected + 0.2 * contrast;
            if is_masked && self.ages[cell] < 0.0 && has_stayed {
                // Whoever stood there at arming still does.
                continue;
            }
            // There, what shows itself counts without motion too, a plain look for a quarter.
            let is_open = is_masked || is_relearnt;
            let is_same = self.ages[cell] > 0.0 && (has_contrast || is_open) && has_stayed;
            if !is_same {
                self.ages[cell] = 1.0;
                for &at in &inside {
                    self.others[at] = view[at];
                }
            } else if is_open {
                self.ages[cell] += if has_contrast { 1.0 } else { 0.25 };
            } else if has_moved {
                self.ages[cell] += 1.0;
            }
            if self.ages[cell] >= 12.0 {
                self.ages[cell] = 0.0;
                let [_, _, bias, gain] = matte[cell];
                for &at in &inside {
                    let [luma, u, v, there] = view[at];
                    let gain = gain.max(0.1);
                    let there = if is_open { RELEARNT * there } else { there };
                    self.plate[at] = [(luma - 219.0 * bias) / gain, u / gain, v / gain, there];
                }
            }
        }
    }
}
