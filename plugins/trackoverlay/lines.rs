//! Which lines of the picture a frame on the GPU holds.

use super::quad::Quad;

/// All lines, or those of one field, where each buffer of a stream is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lines {
    /// All.
    #[default]
    All,
    /// The even ones: the top field.
    Even,
    /// The odd ones: the bottom field.
    Odd,
}

impl Lines {
    /// A quad of the picture, in the lines of this frame.
    pub fn from_picture(self, quad: &Quad) -> Quad {
        let line = |y: f64| match self {
            Self::All => y,
            Self::Even => y / 2.0,
            Self::Odd => (y - 1.0) / 2.0,
        };
        Quad(quad.0.map(|[x, y]| [x, line(y)]))
    }

    /// A quad in the lines of this frame, in those of the picture.
    pub fn to_picture(self, quad: &Quad) -> Quad {
        let line = |y: f64| match self {
            Self::All => y,
            Self::Even => y * 2.0,
            Self::Odd => y * 2.0 + 1.0,
        };
        Quad(quad.0.map(|[x, y]| [x, line(y)]))
    }
}
