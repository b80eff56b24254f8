//! Pictures and states as plain numbers.

/// A plane of samples in 8-bit code values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    pub width: usize,
    pub height: usize,
    pub data: Vec<f64>,
}

impl Samples {
    /// A plane of `value(x, y)`.
    pub fn from_fn(
        (width, height): (usize, usize),
        mut value: impl FnMut(usize, usize) -> f64,
    ) -> Self {
        let mut data = Vec::new();
        for y in 0..height {
            for x in 0..width {
                data.push(value(x, y));
            }
        }
        Self {
            width,
            height,
            data,
        }
    }

    pub fn at(&self, x: usize, y: usize) -> f64 {
        self.data[y * self.width + x]
    }

    /// The sample at a position, clamped to the plane.
    pub fn nearest(&self, x: i64, y: i64) -> f64 {
        let x = x.clamp(0, self.width as i64 - 1);
        let y = y.clamp(0, self.height as i64 - 1);
        self.at(x as usize, y as usize)
    }

    /// The same, but the outermost four columns are mirrored repeatedly outside the plane.
    pub fn mirrored(&self, x: i64, y: i64) -> f64 {
        let width = self.width as i64;
        let reversed = 3 - x.rem_euclid(4);
        if x < 0 {
            self.nearest(reversed, y)
        } else if x >= width {
            self.nearest(width - 4 + reversed, y)
        } else {
            self.nearest(x, y)
        }
    }
}

/// A picture, and the variance of its noise at each pixel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    pub values: Samples,
    pub variances: Samples,
}
