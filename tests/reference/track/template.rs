//! The tracker's template: a level sampled on a grid over the quad and a ring around it.

use crate::reference::samples::Samples;

/// Between the samples of a level, whose samples are `step` pixels apart from `origin` on.
pub fn bilinear(level: &Samples, [x, y]: [f64; 2], step: f64, origin: f64) -> f64 {
    let (x, y) = ((x - origin) / step, (y - origin) / step);
    let (left, top) = (x.floor() as i64, y.floor() as i64);
    let (u, v) = (x - x.floor(), y - y.floor());
    let row = |y: i64| (1.0 - u) * level.nearest(left, y) + u * level.nearest(left + 1, y);
    (1.0 - v) * row(top) + v * row(top + 1)
}

/// Place of a sample in the plane: the quad takes three quarters of the grid.
pub fn place(column: usize, row: usize, side: usize) -> [f64; 2] {
    [column, row].map(|at| (2.0 * at as f64 + 1.0 - side as f64) / side as f64 / 0.75)
}

pub struct Template<'a> {
    pub level: &'a Samples,
    pub step: f64,
    pub origin: f64,
    /// Mean sides of the quad in pixels.
    pub sides: [f64; 2],
}

impl Template<'_> {
    /// Value and gradient at a place of the plane: differences over one sample of the level.
    pub fn at(&self, [x, y]: [f64; 2], to_frame: impl Fn([f64; 2]) -> [f64; 2]) -> [f64; 3] {
        let look = |p: [f64; 2]| bilinear(self.level, to_frame(p), self.step, self.origin);
        let [dx, dy] = self.sides.map(|side| self.step / side);
        [
            look([x, y]),
            (look([x + dx, y]) - look([x - dx, y])) / (2.0 * dx),
            (look([x, y + dy]) - look([x, y - dy])) / (2.0 * dy),
        ]
    }
}
