//! Search for a lost plane in the whole frame.

use super::score::compared;
use super::sight::Sight;
use crate::reference::homography::{Point, Rows, map, normalised, product};

/// Matrix rows of a rotation by -0.2, 0 or 0.2 radians and a scale by 1/1.2, 1 or 1.2.
fn turn(variant: usize) -> [[f64; 2]; 2] {
    let (sin, cos) = [-0.2f64, 0.0, 0.2][variant / 3].sin_cos();
    let size = [1.0 / 1.2, 1.0, 1.2][variant % 3];
    [[size * cos, -size * sin], [size * sin, size * cos]]
}

/// A pose rotated and scaled in this way, with its centre at a pixel.
pub fn varied(h: &Rows, [x, y]: Point, variant: usize) -> Rows {
    let [[a, b], [c, d]] = turn(variant);
    let [u, v] = map(h, [0.0, 0.0]);
    // Moved to the origin, rotated and scaled there, then moved to the new position.
    let turn = [
        [a, b, x - a * u - b * v],
        [c, d, y - c * u - d * v],
        [0.0, 0.0, 1.0],
    ];
    normalised(&product(&turn, h))
}

/// A sample of the template: offset from the plane's centre in samples of the level, and its value.
/// its value.
type Mark = Option<([f64; 2], f64)>;

/// Every second sample of nine blocks of 4x4, in a grid of 16x16.
fn marks(sight: &Sight, sought: &Rows) -> Vec<Vec<Mark>> {
    let middle = map(sought, [0.0, 0.0]);
    let mut blocks = Vec::new();
    for block in 0..9 {
        let mut marks = Vec::new();
        for k in (0..16).filter(|k| (k % 4 + k / 4) % 2 == 0) {
            let (x, y) = (2 + block % 3 * 4 + k % 4, 2 + block / 3 * 4 + k / 4);
            let at = y * 16 + x;
            let [px, py] = map(sought, sight.place(at));
            let away = [px - middle[0], py - middle[1]].map(|v| v / sight.step);
            let [value, _, _, there] = sight.template[at];
            marks.push((there > 0.5).then_some((away, value)));
        }
        blocks.push(marks);
    }
    blocks
}

pub struct Hunt<'a> {
    sight: &'a Sight,
    size: [i64; 2],
    blocks: Vec<Vec<Mark>>,
    /// Samples between two positions.
    stride: i64,
}

impl<'a> Hunt<'a> {
    /// For a level of this size, and a plane that is sought in a pose, wherever that is.
    pub fn new(sight: &'a Sight, size: [i64; 2], sought: &Rows, stride: i64) -> Self {
        Self {
            sight,
            size,
            blocks: marks(sight, sought),
            stride,
        }
    }

    /// Template, frame and weight of a mark.
    fn sample(&self, mark: &Mark, place: [i64; 2], variant: usize) -> Option<[f64; 3]> {
        let ([x, y], value) = (*mark)?;
        let [[a, b], [c, d]] = turn(variant);
        let away = [a * x + b * y, c * x + d * y].map(|v| (v + 0.5).floor() as i64);
        let [x, y] = [place[0] + away[0], place[1] + away[1]];
        let is_seen = (0..self.size[0]).contains(&x) && (0..self.size[1]).contains(&y);
        is_seen.then(|| [value, self.sight.level.nearest(x, y), 1.0])
    }

    /// 0 to 1 with the plane's middle at a sample of the level; -1 where less than a quarter of the
    /// quad is in sight.
    pub fn score(&self, place: [i64; 2], variant: usize) -> f64 {
        let (mut fit, mut weight, mut seen) = (0.0, 0.0, 0.0);
        for block in &self.blocks {
            let samples = block.iter().map(|mark| self.sample(mark, place, variant));
            let samples: Vec<[f64; 3]> = samples.flatten().collect();
            let part = samples.len() as f64 / 8.0;
            seen += part;
            if part >= 0.25 {
                let [texture, correlation] = compared(&samples);
                fit += part * texture * correlation.max(0.0);
                weight += part * texture;
            }
        }
        if seen >= 9.0 / 4.0 && weight > 0.0 {
            fit / weight
        } else {
            -1.0
        }
    }

    /// Best score and its variant at a position. If none of four neighbouring positions resembles the plane
    /// as last seen, no other variant is tried.
    pub fn best(&self, x: i64, y: i64) -> (f64, usize) {
        let place = |x: i64| [x * self.stride, y * self.stride];
        let first = x / 4 * 4;
        let is_promising = (first..first + 4).any(|x| self.score(place(x), 4) > 0.1);
        let mut best = (self.score(place(x), 4), 4);
        for variant in (0..9).filter(|variant| *variant != 4) {
            let score = self.score(place(x), variant);
            if is_promising && score > best.0 {
                best = (score, variant);
            }
        }
        best
    }
}
