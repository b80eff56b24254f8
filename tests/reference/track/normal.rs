//! Normal equations of one square of the template.
//!
//! The frame at a sample is gain times template, plus gradient times step, plus a quadratic bias: sixteen
//! columns, the last of which is the frame's value. Weights are Tukey's biweight with 4.685 standard
//! deviations.

use super::agree::correlation;
use super::sight::{Light, Pair, Sight, middle_of_cell};
use crate::reference::homography::{Point, Rows};

pub type Products = [[f64; 16]; 16];

#[derive(Debug, Clone)]
pub struct Square {
    pub products: Products,
    /// Squared residuals, clipped at six standard deviations, and number of samples, both weighted by trust.
    pub energy: [f64; 2],
    /// The square's own bias.
    pub bias: f64,
}

/// The motion model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    Shift,
    Similarity,
    Affine,
    Homography,
}

/// Derivatives of a sample's value by the model's parameters: rows of the homography without its last
/// element; for a similarity, scale, rotation and both translations.
fn derivatives(model: Model, [gx, gy]: [f64; 2], [x, y]: Point, sides: [f64; 2]) -> [f64; 8] {
    let inward = -(gx * x + gy * y);
    match model {
        Model::Shift => [0.0, 0.0, gx, 0.0, 0.0, gy, 0.0, 0.0],
        Model::Similarity => {
            let ratio = sides[1] / sides[0];
            let turn = gy * x / ratio - gx * y * ratio;
            [-inward, turn, gx, 0.0, 0.0, gy, 0.0, 0.0]
        }
        Model::Affine => [gx * x, gx * y, gx, gy * x, gy * y, gy, 0.0, 0.0],
        Model::Homography => [
            gx * x,
            gx * y,
            gx,
            gy * x,
            gy * y,
            gy,
            inward * x,
            inward * y,
        ],
    }
}

fn tukey(r: f64, scale: f64) -> f64 {
    let u = r / (4.685 * scale);
    if u.abs() < 1.0 {
        (1.0 - u * u).powi(2)
    } else {
        0.0
    }
}

pub struct Normal<'a> {
    pub sight: &'a Sight,
    pub model: Model,
    /// Squares along a side.
    pub along: usize,
    /// Fits the light only, whatever the residuals.
    pub is_fresh: bool,
}

impl Normal<'_> {
    /// Weights apply as if the sample lay at the centre of its cell.
    fn row(&self, pair: &Pair) -> [f64; 16] {
        let place = middle_of_cell(pair.place);
        let moving = match self.is_fresh {
            true => [0.0; 8],
            false => derivatives(self.model, pair.gradient, place, self.sight.sides),
        };
        let [x, y] = place;
        let mut row = [0.0; 16];
        row[..8].copy_from_slice(&moving);
        let light = [pair.value, 1.0, x, y, x * x, x * y, y * y, pair.frame];
        row[8..].copy_from_slice(&light);
        row
    }

    fn weight(&self, pair: &Pair, r: f64, scale: f64) -> f64 {
        // Code values outside 20 to 234 may be clipped, and are not used.
        if !(20.0..=234.0).contains(&(pair.frame + 128.0)) {
            return 0.0;
        }
        let tukey = if self.is_fresh { 1.0 } else { tukey(r, scale) };
        tukey * self.sight.trust(pair.place) * self.sight.open(pair.place)
    }

    /// `bias` is the square's bias so far.
    pub fn square(&self, square: usize, h: &Rows, light: &Light, weight: f64, bias: f64) -> Square {
        let sight = self.sight;
        let mut products = [[0.0; 16]; 16];
        let mut sums = [0.0; 16];
        let (mut all, mut off, mut energy) = (0.0, 0.0, [0.0; 2]);
        let mut pairs = Vec::new();
        for at in sight.square(square, self.along) {
            let Some(pair) = sight.pair(at, h) else {
                continue;
            };
            let r = pair.frame - light.of(pair.value, pair.place) - bias;
            let trust = sight.trust(pair.place) * sight.open(pair.place);
            energy[0] += trust * r.abs().min(6.0 * light.scale).powi(2);
            energy[1] += trust;
            off += trust * (r + bias);
            let w = self.weight(&pair, r, light.scale);
            let row = self.row(&pair);
            all += w;
            for i in 0..16 {
                sums[i] += w * row[i];
                for j in 0..16 {
                    products[i][j] += weight * w * row[i] * row[j];
                }
            }
            pairs.push(pair);
        }
        // The square's own bias is eliminated by a Schur complement, with a prior of three samples of zero.
        for i in 0..16 {
            for j in 0..16 {
                products[i][j] -= weight * sums[i] * sums[j] / (all + 3.0);
            }
        }
        // What is left of the frame after the fit of the common light.
        let mut own = sums[15] - light.gain * sums[8];
        for (bias, sum) in light.bias.iter().zip(&sums[9..15]) {
            own -= bias * sum;
        }
        // Most samples are rejected although the square correlates: the light has changed.
        let has_moved = all < 0.4 * energy[1] && correlation(&pairs)[0] > 0.7;
        let bias = match has_moved {
            true => off / (energy[1] + 3.0),
            false => own / (all + 3.0),
        };
        Square {
            products,
            energy,
            bias,
        }
    }
}
