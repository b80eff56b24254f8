//! The templates from which a decoder takes its grain, for their deviation.
//!
//! AV1's specification, 7.18.3.3: random numbers of deviation 512 in 12 bits, shifted down, then predicted from
//! their neighbours. The random numbers are not those of the specification: what counts is what they are in
//! the mean over all seeds.

use super::lags::LAG;
use super::params::GrainParams;
use super::prediction::neighbours;

/// Bits of the samples that the templates are made for.
const DEPTH: u32 = 10;
/// Templates that the deviation is the mean of.
const TEMPLATES: u64 = 8;
/// Deviation of the random numbers, in 12 bits, and the largest of them.
const DEVIATION: f64 = 512.0;
const LARGEST: f64 = 2047.0;
/// Samples at the edges that are not shown: they let the prediction settle.
const PAD: usize = LAG as usize;
/// Luma's template, and the part of it that is shown.
const WIDTH: usize = 82;
const HEIGHT: usize = 73;
const SHOWN: usize = 64;

/// A template of one component.
struct Template {
    width: usize,
    data: Vec<i32>,
}

/// Random numbers as grain begins with.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)
    }

    fn gauss(&mut self, shift: u32) -> i32 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        let normal = radius * (self.uniform() * std::f64::consts::TAU).cos();
        let number = (normal * DEVIATION).clamp(-LARGEST, LARGEST) as i32;
        (number + ((1 << shift) >> 1)) >> shift
    }
}

impl Template {
    fn random((width, height): (usize, usize), shift: u32, random: &mut Random) -> Self {
        Self {
            width,
            data: (0..width * height).map(|_| random.gauss(shift)).collect(),
        }
    }

    fn at(&self, x: usize, y: usize) -> i32 {
        self.data.get(y * self.width + x).copied().unwrap_or(0)
    }

    /// Adds the prediction, in the order of the decoder. `luma` is a weight and what it is a weight of.
    fn predict(&mut self, weights: &[i8], shift: u32, luma: impl Fn(usize, usize) -> i32) {
        let (width, height) = (self.width, self.data.len() / self.width);
        let limit = 128 << (DEPTH - 8);
        let terms = neighbours()
            .zip(weights)
            .filter(|(_, weight)| **weight != 0);
        let back = |(dx, dy): (i32, i32)| (-dy * width as i32 - dx) as usize;
        let terms: Vec<(usize, i32)> = terms
            .map(|(place, weight)| (back(place), i32::from(*weight)))
            .collect();
        for y in PAD..height {
            for x in PAD..width - PAD {
                let at = y * width + x;
                let mut sum = luma(x - PAD, y - PAD) + (1 << (shift - 1));
                for (back, weight) in &terms {
                    sum += weight * self.data.get(at - back).copied().unwrap_or(0);
                }
                if let Some(sample) = self.data.get_mut(at) {
                    *sample = (*sample + (sum >> shift)).clamp(-limit, limit - 1);
                }
            }
        }
    }

    /// Mean luma at a place of a chroma component.
    fn mean(&self, x: usize, y: usize, shifts: (u32, u32)) -> i32 {
        let (left, top) = ((x << shifts.0) + PAD, (y << shifts.1) + PAD);
        let rows = top..top + (1 << shifts.1);
        let cells = rows.flat_map(|y| (left..left + (1 << shifts.0)).map(move |x| (x, y)));
        let sum: i32 = cells.map(|(x, y)| self.at(x, y)).sum();
        let shift = shifts.0 + shifts.1;
        (sum + ((1 << shift) >> 1)) >> shift
    }

    /// Sum and number of the squares of what is shown.
    fn squares(&self, shifts: (u32, u32)) -> (f64, f64) {
        let first = |shift: u32| PAD + ((2 * PAD) >> shift);
        let rows = self.data.chunks_exact(self.width).skip(first(shifts.1));
        let shown = rows
            .take(SHOWN >> shifts.1)
            .flat_map(|row| row.iter().skip(first(shifts.0)).take(SHOWN >> shifts.0));
        let squares = shown.map(|v| f64::from(v * v));
        squares.fold((0.0, 0.0), |(sum, count), square| {
            (sum + square, count + 1.0)
        })
    }
}

/// Deviation of the templates of Y, U and V, in 8-bit code values. `shifts` are those from luma to chroma
/// coordinates.
pub fn deviations(params: &GrainParams, shifts: (u32, u32)) -> [f64; 3] {
    let mut sums = [(0.0, 0.0); 3];
    for number in 0..TEMPLATES {
        let mut random = Random(number);
        let luma = luma(params, &mut random);
        let [_, u, v] = &params.weights;
        let [u, v] = [u, v].map(|weights| {
            let chroma = chroma(params, weights, &luma, shifts, &mut random);
            chroma.squares(shifts)
        });
        let squares = [luma.squares((0, 0)), u, v];
        for (sum, square) in sums.iter_mut().zip(squares) {
            *sum = (sum.0 + square.0, sum.1 + square.1);
        }
    }
    sums.map(deviation)
}

/// Deviation of luma's templates alone.
pub fn luma_deviation(params: &GrainParams) -> f64 {
    let templates = (0..TEMPLATES).map(|number| luma(params, &mut Random(number)));
    let squares = templates.map(|luma| luma.squares((0, 0)));
    deviation(squares.fold((0.0, 0.0), |sum, square| {
        (sum.0 + square.0, sum.1 + square.1)
    }))
}

/// The deviation by a sum of squares and their number.
fn deviation((sum, count): (f64, f64)) -> f64 {
    (sum / count).sqrt() / f64::from(1 << (DEPTH - 8))
}

fn luma(params: &GrainParams, random: &mut Random) -> Template {
    let [weights, ..] = &params.weights;
    let shift = 12 - DEPTH + params.grain_scale_shift;
    let mut luma = Template::random((WIDTH, HEIGHT), shift, random);
    luma.predict(weights, params.weight_shift, |_, _| 0);
    luma
}

fn chroma(
    params: &GrainParams,
    weights: &[i8],
    luma: &Template,
    shifts: (u32, u32),
    random: &mut Random,
) -> Template {
    // What is shown and the settling before it are subsampled, the edges of the prediction are not.
    let (across, down) = (SHOWN + 4 * PAD, SHOWN + 2 * PAD);
    let size = (
        WIDTH - across + (across >> shifts.0),
        HEIGHT - down + (down >> shifts.1),
    );
    let shift = 12 - DEPTH + params.grain_scale_shift;
    let mut chroma = Template::random(size, shift, random);
    let of_luma = weights.last().copied().map_or(0, i32::from);
    chroma.predict(weights, params.weight_shift, |x, y| match of_luma {
        0 => 0,
        _ => of_luma * luma.mean(x, y, shifts),
    });
    chroma
}
