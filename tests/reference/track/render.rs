//! The template as it should look in a frame.

use super::known::Taps;
use super::template::place;
use crate::reference::homography::{Point, Rows, map};

pub struct Render<'a> {
    /// Value, gradient along x and y, and 1 if there is a template; `side` in a row.
    pub grid: &'a [[f64; 4]],
    pub side: usize,
    pub taps: Taps,
    /// Homography from the end of the exposure to its start, and the longest motion in pixels.
    pub path: &'a Rows,
    pub way: f64,
    /// Pixels between the level's samples.
    pub step: f64,
}

/// Places and weights along a direction: 1, 4, 1 if it has a length.
fn along([x, y]: Point) -> Vec<(f64, f64)> {
    match x == 0.0 && y == 0.0 {
        true => vec![(0.0, 1.0)],
        false => vec![(-1.0, 1.0 / 6.0), (0.0, 4.0 / 6.0), (1.0, 1.0 / 6.0)],
    }
}

impl Render<'_> {
    /// Interpolates between samples.
    fn at(&self, p: Point) -> [f64; 4] {
        let last = self.side as i64 - 1;
        let [x, y] = p.map(|v| (0.75 * v + 1.0) / 2.0 * self.side as f64 - 0.5);
        let mut sum = [0.0; 4];
        for (i, j) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let [column, row] = [x.floor() as i64 + i, y.floor() as i64 + j];
            let weight = (1.0 - (x - column as f64).abs()) * (1.0 - (y - row as f64).abs());
            let at = row.clamp(0, last) * (last + 1) + column.clamp(0, last);
            for (sum, value) in sum.iter_mut().zip(self.grid[at as usize]) {
                *sum += weight * value;
            }
        }
        sum
    }

    /// Steps along the motion, as shares of it; none if it is not visible.
    fn steps(&self) -> Vec<f64> {
        let count = match self.way < 0.6 * self.step {
            true => 1.0,
            false => (self.way / (3.0 * self.step)).ceil().min(24.0),
        };
        (0..count as usize)
            .map(|k| (k as f64 + 0.5) / count - 0.5)
            .collect()
    }

    pub fn sample(&self, at: usize) -> [f64; 4] {
        let p = place(at % self.side, at / self.side, self.side);
        let end = map(self.path, p);
        let steps = self.steps();
        let mut sum = [0.0; 4];
        for step in &steps {
            for (a, v) in along(self.taps[0]) {
                for (b, w) in along(self.taps[1]) {
                    let tap = |i: usize| a * self.taps[0][i] + b * self.taps[1][i];
                    let place = [0, 1].map(|i| p[i] + step * (end[i] - p[i]) + tap(i));
                    for (sum, value) in sum.iter_mut().zip(self.at(place)) {
                        *sum += v * w * value / steps.len() as f64;
                    }
                }
            }
        }
        // All samples that it is made from must exist.
        sum[3] = f64::from(u8::from(sum[3] > 0.995));
        sum
    }
}
