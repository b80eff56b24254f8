//! The lines of the picture that a frame on the GPU holds.

use super::quad::Quad;

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
    /// Converts a quad from coordinates of the picture to those of this frame.
    pub fn from_picture(self, quad: &Quad) -> Quad {
        let line = |y: f64| match self {
            Self::All => y,
            Self::Even => y / 2.0,
            Self::Odd => (y - 1.0) / 2.0,
        };
        Quad(quad.0.map(|[x, y]| [x, line(y)]))
    }

    /// Converts a quad from coordinates of this frame to those of the picture.
    pub fn to_picture(self, quad: &Quad) -> Quad {
        let line = |y: f64| match self {
            Self::All => y,
            Self::Even => y * 2.0,
            Self::Odd => y * 2.0 + 1.0,
        };
        Quad(quad.0.map(|[x, y]| [x, line(y)]))
    }
}
