//! Twin of `tone/measure.wgsl`: what is found in a picture.

use super::Meaning;
use crate::reference::samples::Samples;

pub const TILES: (usize, usize) = (16, 9);

/// Pixels by luma, sums of weights, luma and chroma by three weights, and mean luma of tiles.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub bins: [f64; 64],
    pub sums: [[f64; 4]; 3],
    pub tiles: Vec<f64>,
    /// Most luma, least luma, and most red, green and blue, of four pixels side by side.
    pub most: f64,
    pub least: f64,
    pub colours: [f64; 3],
}

impl Found {
    pub fn pixels(&self) -> f64 {
        self.bins.iter().sum::<f64>().max(1.0)
    }

    /// Takes the means of some pixels of a row for extremes.
    fn add_extremes(
        &mut self,
        components: &[Samples],
        (columns, y): (std::ops::Range<usize>, usize),
        meaning: &Meaning,
    ) {
        let count = columns.len() as f64;
        let [by_red, by_blue] = meaning.weights;
        let (mut light, mut colours) = (0.0, [0.0; 3]);
        for x in columns {
            let luma = meaning.luma(components[0].at(x, y)).clamp(0.0, 1.0);
            let [blue, red] = meaning.chroma_at(components, x, y);
            let r = luma + 2.0 * (1.0 - by_red) * red;
            let b = luma + 2.0 * (1.0 - by_blue) * blue;
            let g = (luma - by_red * r - by_blue * b) / (1.0 - by_red - by_blue);
            light += luma / count;
            for (sum, value) in colours.iter_mut().zip([r, g, b]) {
                *sum += value / count;
            }
        }
        self.most = self.most.max(light);
        self.least = self.least.min(light);
        if components.len() > 1 {
            for (most, value) in self.colours.iter_mut().zip(colours) {
                *most = most.max(value);
            }
        }
    }

    /// Luma below which a share of the pixels lies.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut below = 0.0;
        for (bin, count) in self.bins.iter().enumerate() {
            let here = count / self.pixels();
            if below + here >= share {
                let part = ((share - below) / here.max(1e-9)).clamp(0.0, 1.0);
                return (bin as f64 + part) / 64.0;
            }
            below += here;
        }
        1.0
    }
}

/// Weights of a pixel as bright, grey and nearly grey.
fn weights(luma: f64, blue: f64, red: f64) -> [f64; 3] {
    if luma <= 0.02 || luma >= 0.97 {
        return [0.0; 3];
    }
    let saturation = blue.hypot(red) / (luma + 0.05);
    let greyness = |most: f64| (1.0 - (saturation / most).powi(2)).max(0.0).powi(2);
    [luma.powi(3), greyness(0.12), greyness(0.35)]
}

/// Measures a picture of `size`; every row of large tiles is too many.
pub fn measure(
    components: &[Samples],
    (width, height): (usize, usize),
    meaning: &Meaning,
) -> Found {
    let mut found = Found {
        bins: [0.0; 64],
        sums: [[0.0; 4]; 3],
        tiles: Vec::new(),
        most: 0.0,
        least: 1.0,
        colours: [0.0; 3],
    };
    let quads = width.div_ceil(4);
    for (row, column) in (0..TILES.1).flat_map(|y| (0..TILES.0).map(move |x| (y, x))) {
        let border = |at: usize, all: usize, tiles: usize| at * all / tiles;
        let columns = border(column, quads, TILES.0)..border(column + 1, quads, TILES.0);
        let rows = border(row, height, TILES.1)..border(row + 1, height, TILES.1);
        let most = (1024 / columns.len().max(1)).max(1);
        let step = rows.len().div_ceil(most).max(1);
        let (mut sum, mut count) = (0.0, 0.0);
        for y in rows.step_by(step) {
            for quad in columns.clone() {
                found.add_extremes(
                    components,
                    (quad * 4..(quad * 4 + 4).min(width), y),
                    meaning,
                );
            }
            for x in columns.start * 4..(columns.end * 4).min(width) {
                let luma = meaning.luma(components[0].at(x, y)).clamp(0.0, 1.0);
                let [blue, red] = meaning.chroma_at(components, x, y);
                found.bins[((luma * 64.0 + 1.0 / 256.0) as usize).min(63)] += 1.0;
                sum += luma;
                count += 1.0;
                if components.len() > 1 {
                    for (sums, weight) in found.sums.iter_mut().zip(weights(luma, blue, red)) {
                        for (sum, value) in sums.iter_mut().zip([1.0, luma, blue, red]) {
                            *sum += weight * value;
                        }
                    }
                }
            }
        }
        found.tiles.push(sum / f64::max(count, 1.0));
    }
    found
}
