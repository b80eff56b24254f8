//! What is known of a picture, as cells of 2x2 pixels: twin of `state_cells`.

use super::conv::Map;
use super::samples::{Samples, State};
use super::temporal::on_curve;

/// What the network reads of a picture. Components are Y, U and V, or Y.
#[derive(Debug)]
pub struct Known<'a> {
    pub states: &'a [State],
    pub noisy: &'a [Samples],
    /// Luma as shrinkage of blocks leaves it.
    pub blocks: &'a Samples,
    /// Variances of the noise in luma at 8, 24, ... 248.
    pub curve: &'a [f64; 16],
    /// Sizes of the components, without the columns that fill the last quad.
    pub sizes: &'a [(usize, usize)],
}

impl Known<'_> {
    /// A pixel of luma in a cell; a last pixel without a neighbour stands for it too.
    fn place(&self, channel: usize, [x, y]: [usize; 2]) -> [usize; 2] {
        let (width, height) = self.sizes[0];
        let (x, y) = (2 * x + channel % 2, 2 * y + channel / 2 % 2);
        [x.min(width - 1), y.min(height - 1)]
    }

    /// Mean of a cell's samples of a chroma plane.
    fn chroma(&self, plane: &Samples, size: (usize, usize), [x, y]: [usize; 2]) -> f64 {
        let side = |own: usize, luma: usize| if own == luma { 2 } else { 1 };
        let across = side(size.0, self.sizes[0].0);
        let down = side(size.1, self.sizes[0].1);
        let mut sum = 0.0;
        for (i, j) in (0..down).flat_map(|j| (0..across).map(move |i| (i, j))) {
            sum += plane.at(
                (across * x + i).min(size.0 - 1),
                (down * y + j).min(size.1 - 1),
            );
        }
        sum / (across * down) as f64
    }

    fn colour(&self, channel: usize, cell: [usize; 2]) -> f64 {
        let weak = 4.0 / 255.0;
        if channel == 21 {
            let values = (0..4).map(|c| {
                let [x, y] = self.place(c, cell);
                self.states[0].values.at(x, y)
            });
            return on_curve(self.curve, values.sum::<f64>() / 4.0).sqrt() * weak;
        }
        if self.sizes.len() == 1 {
            // Grey without noise, which could have as much as luma.
            let deviations = (0..4).map(|c| {
                let [x, y] = self.place(c, cell);
                self.states[0].variances.at(x, y).sqrt()
            });
            let mean = deviations.sum::<f64>() / 4.0;
            return if channel == 18 { mean * weak } else { 0.0 };
        }
        let value = |c: usize| self.chroma(&self.states[c].values, self.sizes[c], cell);
        let noisy = |c: usize| self.chroma(&self.noisy[c], self.sizes[c], cell);
        let deviation = |c: usize| {
            let plane = &self.states[c].variances;
            let deviations =
                Samples::from_fn((plane.width, plane.height), |x, y| plane.at(x, y).sqrt());
            self.chroma(&deviations, self.sizes[c], cell)
        };
        match channel {
            16 => value(1) / 255.0 - 0.5,
            17 => value(2) / 255.0 - 0.5,
            18 => (deviation(1) + deviation(2)) / 2.0 * weak,
            _ => (noisy(channel - 18) - value(channel - 18)) * weak,
        }
    }

    /// The 22 channels.
    pub fn cells(&self) -> Map {
        let (width, height) = self.sizes[0];
        let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
        let weak = 4.0 / 255.0;
        let luma = &self.states[0];
        let mut data = Vec::new();
        for channel in 0..22 {
            for cell in (0..rows).flat_map(|y| (0..columns).map(move |x| [x, y])) {
                let [x, y] = self.place(channel, cell);
                data.push(match channel {
                    0..4 => luma.values.at(x, y) / 255.0 - 0.5,
                    4..8 => luma.variances.at(x, y).sqrt() * weak,
                    8..12 => (self.noisy[0].at(x, y) - luma.values.at(x, y)) * weak,
                    12..16 => (self.blocks.at(x, y) - luma.values.at(x, y)) * weak,
                    _ => self.colour(channel, cell),
                });
            }
        }
        Map {
            channels: 22,
            width: columns,
            height: rows,
            data,
        }
    }
}
