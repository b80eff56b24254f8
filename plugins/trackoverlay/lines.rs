//! The lines of the picture that a frame on the GPU holds.

use super::quad::{Point, Quad};

/// All lines, or those of one field in streams whose buffers are fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lines {
    /// All lines.
    #[default]
    All,
    /// Even lines: the top field.
    Even,
    /// Odd lines: the bottom field.
    Odd,
}

impl Lines {
    /// Converts a place in the picture to coordinates of this frame.
    pub fn place_from_picture(self, [x, y]: Point) -> Point {
        match self {
            Self::All => [x, y],
            Self::Even => [x, y / 2.0],
            Self::Odd => [x, (y - 1.0) / 2.0],
        }
    }

    /// Converts a place in this frame to coordinates of the picture.
    pub fn place_to_picture(self, [x, y]: Point) -> Point {
        match self {
            Self::All => [x, y],
            Self::Even => [x, y * 2.0],
            Self::Odd => [x, y * 2.0 + 1.0],
        }
    }

    /// Converts a quad from coordinates of the picture to those of this frame.
    pub fn from_picture(self, quad: &Quad) -> Quad {
        Quad(quad.0.map(|place| self.place_from_picture(place)))
    }

    /// Converts a quad from coordinates of this frame to those of the picture.
    pub fn to_picture(self, quad: &Quad) -> Quad {
        Quad(quad.0.map(|place| self.place_to_picture(place)))
    }
}
