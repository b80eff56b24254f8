//! One step of the alignment.

use super::normal::{Model, Products};
use super::scale::usual;
use super::sight::Light;
use crate::reference::homography::{Rows, inverse, is_plausible, normalised, product};

/// What holds the unknowns where the picture says nothing.
pub struct Held {
    /// The light that gain and bias are held at: with deviations of 0.05 and 6.
    pub light: Light,
    /// The homography's step, with a deviation of 31.6 samples.
    pub samples: [f64; 2],
    /// Deviation of the residuals.
    pub scale: f64,
}

impl Held {
    /// Weight and value for an unknown.
    fn of(&self, unknown: usize) -> (f64, f64) {
        let [x, y] = self.samples.map(|side| side / 2.0);
        let (deviation, value) = match unknown {
            0..3 => (31.6 / x, 0.0),
            3..6 => (31.6 / y, 0.0),
            6..8 => (31.6 / ((x + y) / 2.0), 0.0),
            8 => (0.05, self.light.gain),
            _ => (6.0, self.light.bias[unknown - 9]),
        };
        ((self.scale / deviation).powi(2), value)
    }
}

/// Eight of the homography, gain, six of bias; by Gauss, with pivots.
pub fn solve(products: &Products, held: &Held) -> [f64; 15] {
    let mut rows = *products;
    for (i, row) in rows.iter_mut().enumerate().take(15) {
        let (weight, value) = held.of(i);
        row[i] += weight;
        row[15] += weight * value;
    }
    for k in 0..15 {
        let size = |i: &usize| rows[*i][k].abs();
        let pivot = (k..15).max_by(|a, b| size(a).total_cmp(&size(b)));
        rows.swap(k, pivot.unwrap());
        for i in 0..15 {
            if i != k {
                let f = rows[i][k] / rows[k][k];
                let pivot_row = rows[k];
                for (value, pivot) in rows[i].iter_mut().zip(pivot_row) {
                    *value -= f * pivot;
                }
            }
        }
    }
    std::array::from_fn(|i| rows[i][15] / rows[i][i])
}

fn gain(solution: &[f64; 15]) -> f64 {
    solution[8].clamp(0.1, 8.0)
}

/// The template's step is undone, for it is the frame that moved; at most 0.4 of the plane's
/// units.
pub fn stepped(h: &Rows, s: &[f64; 15], model: Model, sides: [f64; 2]) -> Rows {
    let mut step: [f64; 8] = std::array::from_fn(|i| s[i]);
    if model == Model::Similarity {
        // In pixels both turns are the same; the plane's units differ along x and y.
        let ratio = sides[1] / sides[0];
        step = [
            s[0],
            -s[1] * ratio,
            s[2],
            s[1] / ratio,
            s[0],
            s[5],
            0.0,
            0.0,
        ];
    }
    let step = step.map(|v| v / gain(s));
    let longest = step.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    let [a, b, c, d, e, f, g, i] = step.map(|v| v * (0.4 / longest).min(1.0));
    let warp = [[1.0 + a, b, c], [d, 1.0 + e, f], [g, i, 1.0]];
    normalised(&product(h, &inverse(&warp)))
}

/// The scale stays.
pub fn relit(solution: &[f64; 15], scale: f64) -> Light {
    Light {
        gain: gain(solution),
        bias: std::array::from_fn(|i| solution[9 + i]),
        scale,
    }
}

/// What one iteration leaves.
pub struct Solved {
    pub h: Rows,
    pub light: Light,
    /// Weights of squares for the next one.
    pub weights: Vec<f64>,
}

pub struct Iteration<'a> {
    pub model: Model,
    /// The armed quad in pixels, and pixels between samples.
    pub sides: [f64; 2],
    pub step: f64,
    /// Samples of a square.
    pub samples: f64,
    /// That of the last frame.
    pub prior: &'a Light,
    /// The next grid is finer: it begins with all squares and half as much again of residuals.
    pub is_last: bool,
}

impl Iteration<'_> {
    pub fn take(
        &self,
        h: &Rows,
        light: &Light,
        products: &Products,
        energies: &[[f64; 2]],
    ) -> Solved {
        let (scale, mut weights) = usual(energies, self.samples, light.scale);
        let held = Held {
            light: *self.prior,
            samples: self.sides.map(|side| side / self.step),
            scale,
        };
        let solution = solve(products, &held);
        let next = stepped(h, &solution, self.model, self.sides);
        let (mut h, mut light) = (*h, Light { scale, ..*light });
        if is_plausible(&next, self.sides[0] * self.sides[1]) {
            (h, light) = (next, relit(&solution, scale));
        }
        if self.is_last {
            light.scale *= 1.5;
            weights.fill(1.0);
        }
        Solved { h, light, weights }
    }
}
