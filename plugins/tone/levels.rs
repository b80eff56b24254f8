//! Levels, colour matrix and subsampling of a stream, for shaders: `Levels` and `Siting` in `tone/shared/tone_levels.wgsl`.

use crate::gpu::FrameLayout;
use crate::gpu::shader::Field;
use crate::params;
use crate::picture::matrix::Matrix;
use crate::picture::stream::Scan;

/// Codes of black and white of limited range, and the span of chroma, in 8 bits (ITU-R BT.709).
const LIMITED: [f32; 3] = [16.0, 235.0, 224.0];

/// What codes of a stream mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour {
    /// Conversion between R'G'B' and Y'CbCr.
    pub matrix: Matrix,
    /// All codes are used; otherwise black is 16 and white is 235 in 8 bits.
    pub full_range: bool,
}

impl Default for Colour {
    fn default() -> Self {
        Self {
            matrix: Matrix::BT709,
            full_range: false,
        }
    }
}

params! {
    /// Fields of parameter blocks that say what samples mean.
    pub struct Levels {
        /// Black in 8-bit code values.
        pub black: f32,
        /// Factor from 8-bit code values to luma of 0 to 1.
        pub luma_scale: f32,
        /// Factor from 8-bit code values to chroma of -0.5 to 0.5.
        pub chroma_scale: f32,
        /// Weight of red in luma.
        pub weight_red: f32,
        /// Weight of blue in luma.
        pub weight_blue: f32,
    }
}

params! {
    /// Fields of parameter blocks that say which samples of chroma belong to which of luma.
    pub struct Siting {
        /// Right shift from luma to chroma columns.
        pub shift_x: u32,
        /// Right shift from luma to chroma rows.
        pub shift_y: u32,
        /// 1 if rows belong to two fields in turn.
        pub fields: u32,
    }
}

impl Levels {
    /// The levels of frames of one layout.
    pub fn new(layout: &FrameLayout, colour: &Colour) -> Self {
        let [black, white, span] = match colour.full_range {
            true => [0.0, layout.white(), layout.white()],
            false => LIMITED,
        };
        Self {
            black,
            luma_scale: 1.0 / (white - black),
            chroma_scale: 1.0 / span,
            weight_red: colour.matrix.kr,
            weight_blue: colour.matrix.kb,
        }
    }
}

impl Siting {
    /// The subsampling of frames of one layout.
    pub fn new(layout: &FrameLayout, scan: Scan) -> Self {
        let (shift_x, shift_y) = layout.subsampling.shifts();
        Self {
            shift_x,
            shift_y,
            fields: u32::from(scan == Scan::Interlaced),
        }
    }
}

/// Both: what the passes need to know of a stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Encoding {
    /// What samples mean.
    pub levels: Levels,
    /// Where chroma is.
    pub siting: Siting,
}

impl Encoding {
    /// The encoding of frames of one layout.
    pub fn new(layout: &FrameLayout, scan: Scan, colour: &Colour) -> Self {
        Self {
            levels: Levels::new(layout, colour),
            siting: Siting::new(layout, scan),
        }
    }
}

impl Field for Levels {
    const KIND: naga::ScalarKind = naga::ScalarKind::Float;
}

impl Field for Siting {
    const KIND: naga::ScalarKind = naga::ScalarKind::Uint;
}
