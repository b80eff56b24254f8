//! What the kernels of the tracker see: a level of the frame, the template as it should look in
//! it, and what is remembered of each cell.

use super::template::{bilinear, place};
use crate::reference::homography::{Point, Rows, depth, map};
use crate::reference::samples::Samples;

/// Gain and bias of the frame against the template, and the usual residual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    pub gain: f64,
    /// Of 1, x, y, x², xy, y² in the plane.
    pub bias: [f64; 6],
    pub scale: f64,
}

impl Light {
    /// The frame where the template is `value`.
    pub fn of(&self, value: f64, [x, y]: Point) -> f64 {
        let [c, bx, by, bxx, bxy, byy] = self.bias;
        self.gain * value + c + bx * x + by * y + bxx * x * x + bxy * x * y + byy * y * y
    }
}

#[derive(Debug, Clone)]
pub struct Sight {
    pub level: Samples,
    /// Pixels between the level's samples, and the place of the first.
    pub step: f64,
    pub origin: f64,
    /// Width and height of the frame.
    pub frame: [f64; 2],
    /// Samples of the template along a side.
    pub side: usize,
    /// Value, gradient along x and y, and 1 where there is a template.
    pub template: Vec<[f64; 4]>,
    /// For each of 16x16 cells, trust and how far it is covered.
    pub memory: Vec<[f64; 2]>,
    /// Width and height of the armed quad.
    pub sides: [f64; 2],
    /// Two directions in pixels, in which the frame is to be blurred.
    pub taps: [[f64; 2]; 2],
}

/// A sample of the template and the frame there.
pub struct Pair {
    pub place: Point,
    pub value: f64,
    pub gradient: [f64; 2],
    pub frame: f64,
}

/// The cell of a place in the plane: sixteen to a side, twelve of them in the quad.
pub fn cell([x, y]: Point) -> usize {
    let along = |v: f64| ((v + 4.0 / 3.0) * 6.0).clamp(0.0, 15.0) as usize;
    along(y) * 16 + along(x)
}

pub fn is_inner(cell: usize) -> bool {
    (2..14).contains(&(cell % 16)) && (2..14).contains(&(cell / 16))
}

/// The middle of the cell that a place lies in.
pub fn middle_of_cell(p: Point) -> Point {
    place(cell(p) % 16, cell(p) / 16, 16)
}

impl Sight {
    pub fn place(&self, at: usize) -> Point {
        place(at % self.side, at / self.side, self.side)
    }

    /// Samples of a square, of so many along a side.
    pub fn square(&self, square: usize, along: usize) -> Vec<usize> {
        let m = self.side / along;
        let (left, top) = (square % along * m, square / along * m);
        let index = |k: usize| (top + k / m) * self.side + left + k % m;
        (0..m * m).map(index).collect()
    }

    /// The frame at a place in pixels, no blur.
    pub fn sharp(&self, at: Point) -> f64 {
        bilinear(&self.level, at, self.step, self.origin)
    }

    /// Blurred with weights 1, 4, 1 in each direction that has a length; with 3 and 3 at 1/sqrt(3)
    /// of it, which have the same variance, where it is less than 1.4 samples.
    fn blurred(&self, [x, y]: Point) -> f64 {
        let third = 3.0f64.sqrt().recip();
        let weights = |[dx, dy]: [f64; 2]| match dx.hypot(dy) / self.step {
            0.0 => vec![(0.0, 6.0)],
            far if far < 1.4 => vec![(-third, 3.0), (third, 3.0)],
            _ => vec![(-1.0, 1.0), (0.0, 4.0), (1.0, 1.0)],
        };
        let [a, b] = self.taps;
        let mut sum = 0.0;
        for (i, v) in weights(a) {
            for (j, w) in weights(b) {
                sum += v * w * self.sharp([x + i * a[0] + j * b[0], y + i * a[1] + j * b[1]]);
            }
        }
        sum / 36.0
    }

    /// Where a sample lies in the frame: `None` without template, or less than two pixels from
    /// the border, three at the far ones.
    pub fn in_frame(&self, at: usize, h: &Rows) -> Option<Point> {
        let p = self.place(at);
        let [x, y] = map(h, p);
        let [width, height] = self.frame;
        let is_seen = self.template[at][3] > 0.5
            && depth(h, p) > 0.05
            && (2.0..width - 3.0).contains(&x)
            && (2.0..height - 3.0).contains(&y);
        is_seen.then_some([x, y])
    }

    fn pair_of(&self, at: usize, frame: f64) -> Pair {
        let [value, gx, gy, _] = self.template[at];
        Pair {
            place: self.place(at),
            value,
            gradient: [gx, gy],
            frame,
        }
    }

    /// With the frame's blur.
    pub fn pair(&self, at: usize, h: &Rows) -> Option<Pair> {
        Some(self.pair_of(at, self.blurred(self.in_frame(at, h)?)))
    }

    /// Without.
    pub fn sharp_pair(&self, at: usize, h: &Rows) -> Option<Pair> {
        Some(self.pair_of(at, self.sharp(self.in_frame(at, h)?)))
    }

    /// The quad moves with itself; two and a half samples from its border it blends with what is
    /// around, which does as far as it has shown to.
    pub fn trust(&self, p: Point) -> f64 {
        let inner = [0, 1].map(|i| 1.0 - 5.0 * self.step / self.sides[i]);
        let is_beyond = |i: usize| p[i].abs() > inner[i];
        if !is_beyond(0) && !is_beyond(1) {
            return 1.0;
        }
        if p[0].abs() > 1.0 || p[1].abs() > 1.0 {
            return self.memory[cell(p)][0];
        }
        let moved = [0, 1].map(|i| match is_beyond(i) {
            true => 1.05 * p[i].signum(),
            false => p[i],
        });
        self.memory[cell(moved)][0]
    }

    /// A covered place still counts a tenth.
    pub fn open(&self, p: Point) -> f64 {
        1.0 - 0.9 * self.memory[cell(p)][1]
    }
}
