//! The light in each window of 3x3 cells.

use super::known::Known;
use super::look::{MASKED, SIDE, Texel};
use crate::reference::homography::{Point, distance, map};

/// Cells along a side, and texels of a cell along a side.
pub const CELLS: usize = 96;
const TEXELS: usize = SIDE / CELLS;

/// Sums over texels that plate and frame both have.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// Plate with plate, frame with plate, frame with frame, over all components.
    pub bb: f64,
    pub ib: f64,
    pub ii: f64,
    pub n: f64,
    /// Luma of plate and frame.
    pub b: f64,
    pub i: f64,
    /// Squared slope of the plate.
    pub slope: f64,
    /// Texels of the frame that the plate does not have, because of what was in front.
    pub masked: f64,
    /// Colour of the frame.
    pub colour: [f64; 3],
}

/// Energy of a window outside of the frame.
pub const UNSEEN: f64 = 1e9;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Window {
    pub gain: f64,
    pub bias: f64,
    pub energy: f64,
    pub noise: f64,
    pub slack: f64,
    pub ratio: f64,
    pub power: f64,
    pub base: f64,
    pub whole: f64,
    pub misplaced: f64,
}

fn dot(a: Texel, b: Texel) -> f64 {
    (0..3).map(|k| a[k] * b[k]).sum()
}

fn squared_slope(a: Texel, b: Texel) -> f64 {
    match a[3] > 0.5 && b[3] > 0.5 {
        true => (0..3).map(|k| (a[k] - b[k]).powi(2)).sum(),
        false => 0.0,
    }
}

fn sums(view: &[Texel], plate: &[Texel], x: usize, y: usize) -> Sums {
    let mut found = Sums::default();
    let place = |i: usize, j: usize| (y * TEXELS + j) * SIDE + x * TEXELS + i;
    for j in 0..TEXELS {
        for i in 0..TEXELS {
            let (b, v) = (plate[place(i, j)], view[place(i, j)]);
            if b[3] > 0.5 && v[3] > 0.5 {
                found.bb += dot(b, b);
                found.ib += dot(v, b);
                found.ii += dot(v, v);
                found.n += 1.0;
                found.b += b[0];
                found.i += v[0];
            }
            let is_masked = b[3] == MASKED && v[3] > 0.5;
            found.masked += f64::from(u8::from(is_masked));
            if is_masked || (b[3] > 0.5 && v[3] > 0.5) {
                for (sum, own) in found.colour.iter_mut().zip(v) {
                    *sum += own;
                }
            }
            if i > 0 {
                found.slope += 0.75 * squared_slope(b, plate[place(i - 1, j)]);
            }
            if j > 0 {
                found.slope += 0.75 * squared_slope(b, plate[place(i, j - 1)]);
            }
        }
    }
    found
}

pub fn rise(from: f64, to: f64, value: f64) -> f64 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Least and most gain that a part may have.
pub fn range(part: &Sums) -> [f64; 2] {
    let n = part.n.max(1.0);
    let variance = (part.bb / n - (part.b / n).powi(2)).max(0.0);
    let flat = 40.0 / (40.0 + variance);
    let bright = rise(20.0, 60.0, (part.bb / n).sqrt());
    [0.05 + 0.45 * flat * bright, 1.0 / (0.12 + 0.6 * flat)]
}

/// Squared differences under a light.
pub fn energy(part: &Sums, gain: f64, bias: f64) -> f64 {
    part.ii - 2.0 * gain * part.ib + gain * gain * part.bb - 2.0 * bias * part.i
        + 2.0 * gain * bias * part.b
        + bias * bias * part.n
}

/// Squared texels that the plate may be off.
fn misplacement(known: &Known, pitch: f64) -> f64 {
    let at = |p: Point| map(&known.seen, p);
    let across = distance(at([-0.5, 0.0]), at([0.5, 0.0]));
    let down = distance(at([0.0, -0.5]), at([0.0, 0.5]));
    let now = 2.0 * (across * down).sqrt() / SIDE as f64;
    let moved = distance(at(map(&known.path, [0.0, 0.0])), at([0.0, 0.0])) / now;
    let is_blurred = known.shutter[2] >= 0.6 && known.shutter[0] > 0.05;
    let blur = if is_blurred { moved } else { 0.0 };
    let print = (1.0 / (now * now) - 1.0 / (pitch * pitch)).abs();
    0.35f64.powi(2) + 0.4f64.powi(2) * print + blur * blur / 12.0
}

/// Least squares, held near the gain and bias of the whole plane.
fn fit(part: &Sums, gain: f64, bias: f64, misplaced: f64) -> Window {
    let hold = 4.0 * 4.0;
    let k = part.n * 4.0 / 25.0;
    let (a, c) = (part.bb + hold, part.n + k);
    let (p, q) = (part.ib + hold * gain, part.i + k * bias);
    let free = (p * c - part.b * q) / (a * c - part.b * part.b);
    let [least, most] = range(part);
    let held = free.clamp(gain * least, gain * most);
    let own = (q - held * part.b) / c;
    Window {
        gain: held,
        bias: own,
        energy: energy(part, held, own),
        noise: 3.0 * part.n * (0.3 + 0.7 * held * held),
        slack: misplaced * held * held * part.slope,
        ratio: (p - bias * part.b) / a,
        power: part.bb / part.n,
        base: bias,
        whole: gain,
        misplaced,
    }
}

/// Sums of each cell, and windows around each.
pub fn windows(
    view: &[Texel],
    plate: &[Texel],
    known: &Known,
    pitch: f64,
) -> (Vec<Sums>, Vec<Window>) {
    let cells: Vec<Sums> = (0..CELLS * CELLS)
        .map(|at| sums(view, plate, at % CELLS, at / CELLS))
        .collect();
    let misplaced = misplacement(known, pitch);
    let window = |at: usize| {
        let (x, y) = ((at % CELLS) as i64, (at / CELLS) as i64);
        let mut part = Sums::default();
        for (i, j) in (-1..=1).flat_map(|j| (-1..=1).map(move |i| (x + i, y + j))) {
            if i < 0 || j < 0 || i >= CELLS as i64 || j >= CELLS as i64 {
                continue;
            }
            let sums = &cells[j as usize * CELLS + i as usize];
            part.bb += sums.bb;
            part.ib += sums.ib;
            part.ii += sums.ii;
            part.n += sums.n;
            part.b += sums.b;
            part.i += sums.i;
            part.slope += sums.slope;
        }
        if part.n < 1.0 {
            return Window {
                gain: 1.0,
                energy: UNSEEN,
                noise: 1.0,
                ratio: 1.0,
                whole: 1.0,
                ..Window::default()
            };
        }
        let light = &known.last_light;
        let [u, v] = [x, y].map(|k| (2 * k + 1) as f64 / CELLS as f64 - 1.0);
        let terms = [1.0, u, v, u * u, u * v, v * v];
        let bias: f64 = (0..6).map(|k| light.bias[k] * terms[k]).sum();
        let same = fit(&part, 1.0, 0.0, misplaced);
        // In codes minus 128, of which the plate has those above 16.
        let bias = bias + (128.0 - 16.0) * (1.0 - light.gain);
        let other = fit(&part, light.gain, bias, misplaced);
        match other.energy < same.energy {
            true => other,
            false => same,
        }
    };
    let windows = (0..CELLS * CELLS).map(window).collect();
    (cells, windows)
}
