//! A state moved along the motion and corrected by a measurement.

use super::samples::{Samples, State};

/// Luma pixels by which vectors of blocks that move together may differ.
const APART: f64 = 4.0;

/// Motion of blocks in luma pixels, and their change of brightness.
#[derive(Debug, Clone)]
pub struct Field {
    pub columns: usize,
    pub rows: usize,
    /// Side of a block in luma pixels.
    pub block: f64,
    pub vectors: Vec<[f64; 3]>,
}

impl Field {
    fn at(&self, x: f64, y: f64) -> [f64; 3] {
        let x = x.clamp(0.0, self.columns as f64 - 1.0) as usize;
        let y = y.clamp(0.0, self.rows as f64 - 1.0) as usize;
        self.vectors[y * self.columns + x]
    }

    /// Motion at a position of luma: interpolated, or that of the nearest block where blocks around move
    /// apart.
    fn of_tile(&self, [x, y]: [f64; 2]) -> [f64; 3] {
        let (left, top) = (x / self.block - 0.5, y / self.block - 0.5);
        let own = self.at((left + 0.5).floor(), (top + 0.5).floor());
        let (left, top) = (left.floor(), top.floor());
        let around = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
        let apart = |(dx, dy)| {
            let other = self.at(left + dx, top + dy);
            (0..2).any(|i| (other[i] - own[i]).abs() > APART)
        };
        match around.into_iter().any(apart) {
            true => own,
            false => self.between([x, y]),
        }
    }

    /// Motion at a position of luma, interpolated between the centres of blocks.
    pub fn between(&self, [x, y]: [f64; 2]) -> [f64; 3] {
        let (x, y) = (x / self.block - 0.5, y / self.block - 0.5);
        let (x0, y0) = (x.floor(), y.floor());
        let mut motion = [0.0; 3];
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let share = (1.0 - (x - x0 - dx).abs()) * (1.0 - (y - y0 - dy).abs());
            let near = self.at(x0 + dx, y0 + dy);
            for (sum, near) in motion.iter_mut().zip(near) {
                *sum += share * near;
            }
        }
        motion
    }
}

/// Measurement and settings for a tile of 8x8 pixels.
#[derive(Debug)]
pub struct Update<'a> {
    pub past: &'a State,
    pub measured: &'a Samples,
    pub field: &'a Field,
    /// Luma pixels in a pixel of this plane.
    pub reduction: [f64; 2],
    /// This plane is luma, so changes of brightness apply.
    pub is_luma: bool,
    /// Squares of the innovation and of its mean that count as noise, as multiples of their expectation.
    pub tolerance: [f64; 2],
    /// True to forget the past.
    pub forget: bool,
}

/// Cubic interpolation between the inner two of four samples. Its slope there is 1.5 times that of the chord
/// between the neighbours.
/// chord between the neighbours.
fn cubic(s: [f64; 4], t: f64) -> f64 {
    let (start, end) = (1.5 * (s[2] - s[0]) / 2.0, 1.5 * (s[3] - s[1]) / 2.0);
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * s[1]
        + (t3 - 2.0 * t2 + t) * start
        + (3.0 * t2 - 2.0 * t3) * s[2]
        + (t3 - t2) * end
}

/// A plane where a pixel was before it moved.
pub fn carried(plane: &Samples, [x, y]: [i64; 2], [vx, vy]: [f64; 2]) -> f64 {
    let (left, top) = (x + vx.floor() as i64, y + vy.floor() as i64);
    let row = |dy: i64| {
        let four = [-1, 0, 1, 2].map(|dx| plane.mirrored(left + dx, top + dy));
        cubic(four, vx - vx.floor())
    };
    cubic([-1, 0, 1, 2].map(row), vy - vy.floor())
}

/// Prediction for a tile: value, variance and innovation of each pixel.
type Tile = [[[f64; 3]; 8]; 8];

impl Update<'_> {
    /// The past at a subpixel position.
    fn carried(&self, x: i64, y: i64, [vx, vy]: [f64; 2]) -> (f64, f64) {
        let (left, top) = (x + vx.floor() as i64, y + vy.floor() as i64);
        let plane = &self.past.values;
        // Within the range of the four rows between which it is interpolated, and half of what the calmer side varies
        // beyond.
        let rows = [-1, 0, 1, 2].map(|dy| carried(plane, [x, top + dy], [vx, 0.0]));
        let beyond = 0.5 * (rows[0] - rows[1]).abs().min((rows[2] - rows[3]).abs());
        let least = rows.into_iter().fold(f64::INFINITY, f64::min);
        let most = rows.into_iter().fold(f64::NEG_INFINITY, f64::max);
        let value = carried(plane, [x, y], [vx, vy]).clamp(least - beyond, most + beyond);
        (value, self.past.variances.mirrored(left, top))
    }

    /// Top left of a tile. A tile that would extend beyond the plane is moved inwards.
    fn start(&self, tile: [usize; 2]) -> [usize; 2] {
        let size = [self.measured.width, self.measured.height];
        [0, 1].map(|i| (8 * tile[i]).min(size[i].saturating_sub(8)))
    }

    fn predict(&self, start: [usize; 2]) -> Tile {
        let centre = [0, 1].map(|i| (start[i] + 4) as f64 * self.reduction[i]);
        let motion = self.field.of_tile(centre);
        let vector = [0, 1].map(|i| motion[i] / self.reduction[i]);
        let change = if self.is_luma { motion[2] } else { 0.0 };
        let mut all = Tile::default();
        for (j, row) in all.iter_mut().enumerate() {
            for (i, pixel) in row.iter_mut().enumerate() {
                let (x, y) = ((start[0] + i) as i64, (start[1] + j) as i64);
                let (past, variance) = self.carried(x, y, vector);
                let value = past + change;
                *pixel = [value, variance, self.measured.mirrored(x, y) - value];
            }
        }
        all
    }

    /// Corrects a tile with measurements of the given variances; `border` says that a border of noise crosses
    /// the tile, where rows with hardly a difference are without noise.
    pub fn correct(
        &self,
        tile: [usize; 2],
        border: bool,
        noise: impl Fn(usize, usize) -> f64,
        next: &mut State,
    ) {
        let start = self.start(tile);
        let all = self.predict(start);
        let (width, height) = (self.measured.width, self.measured.height);
        for y in 8 * tile[1]..(8 * tile[1] + 8).min(height) {
            let row = (0..8).map(|i| self.measured.mirrored((start[0] + i) as i64, y as i64));
            let (least, most) = row.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), s| {
                (low.min(s), high.max(s))
            });
            for x in 8 * tile[0]..(8 * tile[0] + 8).min(width) {
                let (i, j) = (x - start[0], y - start[1]);
                let [value, variance, new] = all[j][i];
                let mut noise = noise(x, y);
                if border {
                    let flat = most - least < 0.25 * noise.sqrt();
                    let power = window(&all, i.clamp(2, 5), j.clamp(2, 5), 2, |d| d * d);
                    noise = if flat || power < 0.4 * noise {
                        0.0
                    } else {
                        noise
                    };
                }
                let variance = if variance == 0.0 { noise } else { variance };
                let expected = noise + variance;
                let surplus = surplus(&all, [i, j], expected, self.tolerance)
                    + f64::max(0.0, new * new - 16.0 * expected);
                let prior = variance + surplus + surplus * surplus / (2.0 * expected);
                let gain = if self.forget || noise == 0.0 {
                    1.0
                } else {
                    prior / (prior + noise)
                };
                let at = y * next.values.width + x;
                next.values.data[at] = value + gain * new;
                next.variances.data[at] = gain * noise;
            }
        }
    }
}

/// Excess of the squared innovation around a pixel over its expectation; no more than the nearest pixels
/// make likely.
fn surplus(all: &Tile, [i, j]: [usize; 2], expected: f64, tolerance: [f64; 2]) -> f64 {
    // The nearest windows inside the tile.
    let power = window(all, i.clamp(2, 5), j.clamp(2, 5), 2, |d| d * d);
    let mean = window(all, i.clamp(1, 6), j.clamp(1, 6), 1, |d| d);
    // The mean of nine pixels has 1/9 of the variance.
    let surplus = f64::max(0.0, power - tolerance[0] * expected)
        + f64::max(0.0, mean * mean - tolerance[1] * expected / 9.0);
    let near = window(all, i.clamp(1, 6), j.clamp(1, 6), 1, |d| d * d);
    surplus.min(0.2 * expected + 4.0 * f64::max(0.0, near - tolerance[0] * expected))
}

/// Mean over a window that extends this many pixels to each side.
fn window(all: &Tile, i: usize, j: usize, reach: usize, of: fn(f64) -> f64) -> f64 {
    let rows = all[j - reach..=j + reach].iter();
    let pixels = rows.flat_map(|row| &row[i - reach..=i + reach]);
    let side = (2 * reach + 1) as f64;
    pixels.map(|pixel| of(pixel[2])).sum::<f64>() / (side * side)
}
