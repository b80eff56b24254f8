//! Pixel formats of second streams.

use super::passes::SourceRgbaParams;
use crate::gpu::{ChromaOrder, FrameLayout, Subsampling};
use crate::trackoverlay::colour::{Encoding, StreamColour};

/// Positions of the components in pixels of four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PackedOrder {
    /// Byte of red, 0 to 3.
    pub red: u32,
    /// Byte of green.
    pub green: u32,
    /// Byte of blue.
    pub blue: u32,
    /// Byte of straight alpha; `None` if the fourth byte is unused.
    pub alpha: Option<u32>,
}

impl PackedOrder {
    /// Red first, alpha last.
    pub const RGBA: Self = Self::new(0, 1, 2, Some(3));
    /// Blue first, alpha last.
    pub const BGRA: Self = Self::new(2, 1, 0, Some(3));
    /// Alpha first, blue last.
    pub const ARGB: Self = Self::new(1, 2, 3, Some(0));
    /// Alpha first, red last.
    pub const ABGR: Self = Self::new(3, 2, 1, Some(0));
    /// Red first, the last byte unused.
    pub const RGBX: Self = Self::new(0, 1, 2, None);
    /// Blue first, the last byte unused.
    pub const BGRX: Self = Self::new(2, 1, 0, None);

    const fn new(red: u32, green: u32, blue: u32, alpha: Option<u32>) -> Self {
        Self {
            red,
            green,
            blue,
            alpha,
        }
    }

    /// Layout to transfer packed pixels with: a gray frame whose samples are the bytes, so that upload and
    /// pools need no packed formats.
    pub fn layout(width: u32, height: u32) -> FrameLayout {
        FrameLayout {
            width: width * 4,
            height,
            subsampling: Subsampling::Gray,
            chroma: ChromaOrder::PlanarUv,
            depth: 8,
            shift: 0,
            alpha: false,
            host: None,
        }
    }

    pub(super) fn params(self, width: u32, height: u32, pitch: u32) -> SourceRgbaParams {
        SourceRgbaParams {
            width,
            height,
            pitch,
            red: self.red * 8,
            green: self.green * 8,
            blue: self.blue * 8,
            alpha: self.alpha.unwrap_or(0) * 8,
            is_opaque: u32::from(self.alpha.is_none()),
        }
    }
}

/// Pixel format of a second stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SourceFormat {
    /// Y'CbCr in one of the formats that can be filtered.
    Yuv(FrameLayout, StreamColour),
    /// Four bytes for each pixel.
    Packed {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Positions of the components.
        order: PackedOrder,
        /// Coding of light.
        encoding: Encoding,
    },
}

impl SourceFormat {
    /// Layout of the frames that [`Source::update`] accepts.
    pub fn layout(&self) -> FrameLayout {
        match self {
            Self::Yuv(layout, _) => *layout,
            Self::Packed { width, height, .. } => PackedOrder::layout(*width, *height),
        }
    }

    /// Coding of light.
    pub fn encoding(&self) -> Encoding {
        match self {
            Self::Yuv(_, colour) => colour.encoding,
            Self::Packed { encoding, .. } => *encoding,
        }
    }

    pub(super) fn size(&self) -> (u32, u32) {
        match self {
            Self::Yuv(layout, _) => (layout.width, layout.height),
            Self::Packed { width, height, .. } => (*width, *height),
        }
    }
}
