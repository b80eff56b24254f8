//! What was taken away at one place: the noise of the input less the noise of the output.
//!
//! Noise that the denoiser leaves in is no part of it: the grain that is put back adds to that. So measured is
//! not the difference of the pictures, which depends on what was left, but the difference of their powers.

use super::lags::{LAG, Lags, REACH, Rows};
use super::sample::Patch;

/// A patch without its slope.
#[derive(Debug)]
pub struct Level {
    /// Samples in a row.
    width: usize,
    /// Deviations of the input from the output's slope.
    noisy: Vec<f32>,
    /// Deviations of the output.
    clean: Vec<f32>,
    /// Mean of the output.
    pub mean: f64,
    /// Variance of the output around its slope: how much else than noise there is.
    pub structure: f64,
}

fn mean(values: &[f32]) -> f64 {
    values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len().max(1) as f64
}

impl Level {
    /// Takes mean and slope of the output from both.
    pub fn new(patch: &Patch) -> Self {
        let width = patch.width.max(1);
        let height = patch.clean.len() / width;
        let centre = |count: usize| (count as f64 - 1.0) / 2.0;
        let places = || {
            let rows = (0..height).map(move |y| y as f64 - centre(height));
            rows.flat_map(move |y| (0..width).map(move |x| (x as f64 - centre(width), y)))
        };
        let mean = mean(&patch.clean);
        let [mut x_sum, mut y_sum, mut xx, mut yy] = [0.0; 4];
        for ((x, y), value) in places().zip(&patch.clean) {
            x_sum += x * f64::from(*value);
            y_sum += y * f64::from(*value);
            xx += x * x;
            yy += y * y;
        }
        let (slope_x, slope_y) = (x_sum / xx.max(1.0), y_sum / yy.max(1.0));
        let without = |values: &[f32]| -> Vec<f32> {
            let plane = places().map(|(x, y)| mean + slope_x * x + slope_y * y);
            let pairs = values.iter().zip(plane);
            pairs
                .map(|(v, plane)| (f64::from(*v) - plane) as f32)
                .collect()
        };
        let clean = without(&patch.clean);
        let squares = clean.iter().map(|v| f64::from(v * v)).sum::<f64>();
        Self {
            width,
            noisy: without(&patch.noisy),
            structure: squares / clean.len().max(1) as f64,
            clean,
            mean,
        }
    }

    fn rows<'a>(&self, data: &'a [f32]) -> Rows<'a> {
        Rows {
            width: self.width,
            data,
        }
    }

    /// Mean products of what was taken away with itself.
    pub fn taken(&self) -> Lags {
        self.products(self, REACH)
    }

    /// Mean products of what was taken away here and in another component.
    pub fn taken_with(&self, other: &Self) -> Lags {
        self.products(other, LAG)
    }

    fn products(&self, other: &Self, reach: i32) -> Lags {
        let mut lags = Lags::of(self.rows(&self.noisy), other.rows(&other.noisy), reach);
        let left = Lags::of(self.rows(&self.clean), other.rows(&other.clean), reach);
        lags.add(&left, -1.0);
        lags
    }

    /// Variance of what was taken away.
    pub fn power(&self) -> f64 {
        let squares = |data: &[f32]| data.iter().map(|v| f64::from(v * v)).sum::<f64>();
        (squares(&self.noisy) - squares(&self.clean)) / self.clean.len().max(1) as f64
    }

    /// The same place in the size of a chroma component: each sample is the mean of those of luma there.
    pub fn shrunk(&self, width: usize, count: usize) -> Self {
        let across = (self.width / width.max(1)).max(1);
        let down = (self.clean.len() / (across * count.max(1))).max(1);
        let shrink = |data: &[f32]| -> Vec<f32> {
            let share = 1.0 / (across * down) as f32;
            let bands = data.chunks_exact(self.width * down);
            let sums = bands.flat_map(|band| {
                (0..width).map(move |x| {
                    let rows = band.chunks_exact(self.width);
                    let cells = rows.flat_map(move |row| row.iter().skip(x * across).take(across));
                    cells.sum::<f32>() * share
                })
            });
            sums.collect()
        };
        Self {
            width,
            noisy: shrink(&self.noisy),
            clean: shrink(&self.clean),
            ..*self
        }
    }
}

/// True if the noise may have been cut off at the ends of the range.
pub fn is_clipped(patch: &Patch) -> bool {
    patch.noisy.iter().any(|v| *v < 0.5 || *v > 254.5)
}

/// The value of all samples as they came, if it was one.
pub fn still(patch: &Patch) -> Option<f64> {
    let first = patch.noisy.first()?;
    let is_same = patch.noisy.iter().all(|value| value == first);
    is_same.then_some(f64::from(*first))
}
