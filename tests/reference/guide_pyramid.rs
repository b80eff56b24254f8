//! A guide's levels at 1/2, 1/4 and 1/8 of the picture's size.

use super::samples::Samples;

/// A level of a guide; its left and right edges are repeated without end.
#[derive(Debug, Clone)]
pub struct Level {
    /// With one more column on each side, which stands for all columns beyond.
    with_sides: Samples,
}

impl Level {
    pub fn from_fn((width, height): (usize, usize), value: impl Fn(i64, i64) -> f64) -> Self {
        Self {
            with_sides: Samples::from_fn((width + 2, height), |x, y| value(x as i64 - 1, y as i64)),
        }
    }

    /// Width and height of the picture.
    pub fn size(&self) -> (usize, usize) {
        (self.with_sides.width - 2, self.with_sides.height)
    }

    pub fn at(&self, x: i64, y: i64) -> f64 {
        self.with_sides.nearest(x + 1, y)
    }
}

/// Means of 2x2 pixels, rounded to 0..255.
fn half(plane: &Samples) -> Level {
    let size = (plane.width.div_ceil(2), plane.height.div_ceil(2));
    Level::from_fn(size, |x, y| {
        let upper = plane.nearest(2 * x, 2 * y) + plane.nearest(2 * x + 1, 2 * y);
        let lower = plane.nearest(2 * x, 2 * y + 1) + plane.nearest(2 * x + 1, 2 * y + 1);
        ((upper + lower) / 4.0).clamp(0.0, 255.0).round()
    })
}

/// A coarser level: means of 2x2 pixels, halves rounded up.
fn halve(fine: &Level) -> Level {
    let (width, height) = fine.size();
    Level::from_fn((width.div_ceil(2), height.div_ceil(2)), |x, y| {
        let mut sum = 0.0;
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            sum += fine.at(2 * x + dx, 2 * y + dy);
        }
        (sum / 4.0 + 0.5).floor()
    })
}

/// All levels, each half the size of the one before.
pub fn pyramid(plane: &Samples) -> [Level; 3] {
    let first = half(plane);
    let second = halve(&first);
    let third = halve(&second);
    [first, second, third]
}
