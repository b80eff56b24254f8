//! What stands in front of a plane when it is armed, as an operator has marked it.

use std::path::Path;

use crate::trackoverlay::quad::Quad;
use crate::trackoverlay::source::picture::{Picture, PictureError};

/// A picture of the arming frame, white where something stands in front.
#[derive(Debug)]
pub struct Mask {
    picture: Picture,
}

impl Mask {
    /// Reads a picture file.
    ///
    /// # Errors
    /// As [`Picture::open`].
    pub fn open(file: &Path) -> Result<Self, PictureError> {
        Picture::open(file).map(Self::new)
    }

    /// Of a picture that covers the frame, of any size.
    pub fn new(picture: Picture) -> Self {
        Self { picture }
    }

    /// Whiteness at a place in the frame, both from 0 to 1; what is transparent counts as black.
    fn at(&self, [x, y]: [f64; 2]) -> f32 {
        let inside = |v: f64, count: u32| {
            let most = f64::from(count.saturating_sub(1));
            (v * f64::from(count)).floor().clamp(0.0, most) as usize
        };
        let (column, row) = (
            inside(x, self.picture.width),
            inside(y, self.picture.height),
        );
        let first = 4 * (row * self.picture.width as usize + column);
        match self.picture.rgba.get(first..first + 4) {
            Some(&[red, green, blue, alpha]) => {
                let grey = (f32::from(red) + f32::from(green) + f32::from(blue)) / 3.0;
                grey * f32::from(alpha) / (255.0 * 255.0)
            }
            _ => 0.0,
        }
    }

    /// Whiteness of `side` by `side` texels of a quad in a frame of this size, in rows; `None` if the quad is none.
    pub fn over(&self, quad: &Quad, side: u32, (width, height): (u32, u32)) -> Option<Vec<f32>> {
        let to_frame = quad.homography().ok()?;
        let place = |at: u32| f64::from(2 * at + 1) / f64::from(side) - 1.0;
        let texel = |at: u32| {
            let [x, y] = to_frame.map([place(at % side), place(at / side)]);
            // Pixels extend half their size to each side of their centres.
            self.at([(x + 0.5) / f64::from(width), (y + 0.5) / f64::from(height)])
        };
        Some((0..side * side).map(texel).collect())
    }
}
