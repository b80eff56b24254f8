//! Colour of a stream: matrix, range, chroma siting, and the coding of light.

mod encoding;
mod primaries;

pub use self::encoding::{Encoding, Target, Transfer, pq_code};
pub use self::primaries::{Primaries, Rows};
use crate::gpu::{FrameLayout, Subsampling};
pub use crate::picture::matrix::Matrix;

/// Matrix, range, chroma siting and coding of light of a stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreamColour {
    /// Conversion between R'G'B' and Y'CbCr.
    pub matrix: Matrix,
    /// All codes are used; otherwise black is 16 and white is 235 in 8 bits.
    pub full_range: bool,
    /// Position of the first chroma sample in luma pixels, relative to the first pixel: (0, 0.5) is usual
    /// for 4:2:0, (0.5, 0.5) for JPEG and MPEG-1, (0, 0) is top-left.
    pub chroma_site: [f32; 2],
    /// Bits of straight alpha; 0 for opaque frames.
    pub alpha_depth: u32,
    /// What light codes stand for.
    pub encoding: Encoding,
}

impl StreamColour {
    /// The usual encoding for a stream of this layout.
    pub fn usual(layout: &FrameLayout) -> Self {
        Self {
            matrix: Matrix::by_height(layout.height),
            full_range: false,
            alpha_depth: 0,
            encoding: Encoding::default(),
            chroma_site: match layout.subsampling {
                Subsampling::S420 => [0.0, 0.5],
                _ => [0.0, 0.0],
            },
        }
    }

    /// Position of the first chroma sample in a frame. 0 along axes that are not subsampled, whatever the
    /// stream says.
    pub(super) fn site(&self, layout: &FrameLayout) -> [f32; 2] {
        let (x, y) = layout.subsampling.shifts();
        let [site_x, site_y] = self.chroma_site;
        [site_x * x as f32, site_y * y as f32]
    }

    pub(super) fn codes(&self, layout: &FrameLayout) -> Codes {
        let unit = (1 << (layout.depth - 8)) as f32;
        let max = layout.max_code() as f32;
        let white = layout.white() * unit;
        let (luma_offset, luma_scale, chroma_scale) = match self.full_range {
            true => (0.0, white, white),
            // Of R, G and B, all three have the range of luma.
            false if layout.rgb_depth().is_some() => (16.0 * unit, 219.0 * unit, 219.0 * unit),
            false => (16.0 * unit, 219.0 * unit, 224.0 * unit),
        };
        Codes {
            max,
            luma_offset,
            luma_scale,
            chroma_mid: 128.0 * unit,
            chroma_scale,
        }
    }
}

/// Code values for shaders.
#[derive(Debug, Clone, Copy)]
pub(super) struct Codes {
    /// Largest code.
    pub max: f32,
    /// Code of black.
    pub luma_offset: f32,
    /// Codes from black to white.
    pub luma_scale: f32,
    /// Code of zero chroma.
    pub chroma_mid: f32,
    /// Codes from the lowest to the highest chroma.
    pub chroma_scale: f32,
}
