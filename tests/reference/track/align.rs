//! Alignment of a candidate at a coarse level.

use super::normal::{Model, Normal};
use super::scale::usual;
use super::sight::{Light, Sight};
use super::solve::{Held, relit, solve, stepped};
use crate::reference::homography::{Rows, is_plausible};

pub struct Align<'a> {
    pub sight: &'a Sight,
    pub model: Model,
    /// Squares along a side.
    pub along: usize,
    pub rounds: usize,
    /// The first round fits the light alone.
    pub fits_light: bool,
}

impl Align<'_> {
    pub fn run(&self, h: &Rows, first: &Light) -> (Rows, Light) {
        let (sight, count) = (self.sight, self.along * self.along);
        let (mut h, mut light) = (*h, *first);
        light.scale *= 1.5;
        let (mut weights, mut biases) = (vec![1.0; count], vec![0.0; count]);
        for round in 0..self.rounds {
            let normal = Normal {
                sight,
                model: self.model,
                along: self.along,
                is_fresh: round == 0 && self.fits_light,
            };
            let mut products = [[0.0; 16]; 16];
            let mut energies = Vec::new();
            for square in 0..count {
                let found = normal.square(square, &h, &light, weights[square], biases[square]);
                for (sum, more) in products
                    .iter_mut()
                    .flatten()
                    .zip(found.products.as_flattened())
                {
                    *sum += more;
                }
                energies.push(found.energy);
                biases[square] = found.bias;
            }
            if !normal.is_fresh {
                let samples = (sight.side / self.along).pow(2) as f64;
                (light.scale, weights) = usual(&energies, samples, light.scale);
            }
            let held = Held {
                light: *first,
                samples: sight.sides.map(|side| side / sight.step),
                scale: light.scale,
            };
            let solution = solve(&products, &held);
            let next = stepped(&h, &solution, self.model, sight.sides);
            if is_plausible(&next, sight.sides[0] * sight.sides[1]) {
                if !normal.is_fresh {
                    h = next;
                }
                light = relit(&solution, light.scale);
            }
        }
        (h, light)
    }
}
