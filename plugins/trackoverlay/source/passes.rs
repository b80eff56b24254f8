//! The passes that make a source, and their parameters.

use crate::gpu::{FrameLayout, KernelSpec, SamplePlaces};
use crate::trackoverlay::colour::StreamColour;
use crate::{kernel, params};

params! {
    /// Parameters of `source/rgba.wgsl`.
    pub struct SourceRgbaParams {
        /// Width in pixels.
        pub width: u32,
        /// Height in pixels.
        pub height: u32,
        /// 32-bit words from one row to the next.
        pub pitch: u32,
        /// Lowest bit of red in a pixel's word.
        pub red: u32,
        /// Lowest bit of green.
        pub green: u32,
        /// Lowest bit of blue.
        pub blue: u32,
        /// Lowest bit of alpha.
        pub alpha: u32,
        /// 1 if there is no alpha.
        pub is_opaque: u32,
    }
}

params! {
    /// Parameters of `source/yuv.wgsl`.
    pub struct SourceYuvParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Horizontal distance of neighbouring chroma samples in luma pixels.
        pub sub_x: f32,
        /// Vertical distance of neighbouring chroma samples in luma pixels.
        pub sub_y: f32,
        /// Horizontal position of the first chroma sample in luma pixels.
        pub site_x: f32,
        /// Vertical position of the first chroma sample in luma pixels.
        pub site_y: f32,
        /// Position of the frame's samples.
        pub samples: SamplePlaces,
        /// Weight of red in luma.
        pub kr: f32,
        /// Weight of blue in luma.
        pub kb: f32,
        /// Code of black.
        pub luma_offset: f32,
        /// Codes from black to white.
        pub luma_scale: f32,
        /// Code of zero chroma.
        pub chroma_mid: f32,
        /// Codes from the lowest to the highest chroma.
        pub chroma_scale: f32,
        /// First byte of the alpha plane in the frame.
        pub alpha_start: u32,
        /// Largest code of alpha; 0 for opaque frames.
        pub alpha_max: f32,
    }
}

params! {
    /// Parameters of `source/halve.wgsl`.
    pub struct SourceHalveParams {
        /// Index of the level to read; the next one is written.
        pub level: u32,
    }
}

params! {
    /// Parameters of `source/convert.wgsl`.
    pub struct SourceConvertParams {
        /// First row of the matrix between linear colours; the share of the source's red in luminance.
        pub red: [f32; 4],
        /// Second row; the share of green.
        pub green: [f32; 4],
        /// Third row; the share of blue.
        pub blue: [f32; 4],
        /// Shares of the frames' red, green and blue in luminance; light of white in standard range,
        /// relative to 10,000 cd/m2.
        pub weights: [f32; 4],
        /// Number of texels.
        pub count: u32,
        /// Invocations in a row.
        pub width: u32,
        /// PQ code of the brightest light that the frames can show.
        pub most: f32,
        /// PQ code of the source's brightest light.
        pub brightest: f32,
    }
}

/// Makes level 0 from packed pixels.
pub const SOURCE_RGBA: KernelSpec = kernel!("trackoverlay/source/rgba", SourceRgbaParams);
/// Makes level 0 from a Y'CbCr frame.
pub const SOURCE_YUV: KernelSpec = kernel!("trackoverlay/source/yuv", SourceYuvParams);
/// Makes a level from the one before.
pub const SOURCE_HALVE: KernelSpec = kernel!("trackoverlay/source/halve", SourceHalveParams);
/// Converts colours to those of the frames.
pub const SOURCE_CONVERT: KernelSpec = kernel!("trackoverlay/source/convert", SourceConvertParams);

impl SourceYuvParams {
    pub(super) fn new(layout: &FrameLayout, colour: &StreamColour) -> Self {
        let [sub_x, sub_y] = layout.subsampling.steps();
        let codes = colour.codes(layout);
        let [site_x, site_y] = colour.site(layout);
        let spans = layout.spans();
        let alpha = spans.last().filter(|_| layout.alpha);
        Self {
            width: layout.width,
            height: layout.height,
            sub_x,
            sub_y,
            site_x,
            site_y,
            samples: SamplePlaces::new(layout),
            kr: colour.matrix.kr,
            kb: colour.matrix.kb,
            luma_offset: codes.luma_offset,
            luma_scale: codes.luma_scale,
            chroma_mid: codes.chroma_mid,
            chroma_scale: codes.chroma_scale,
            alpha_start: alpha.map_or(0, |span| span.offset as u32),
            alpha_max: alpha.map_or(0.0, |_| ((1 << colour.alpha_depth) - 1) as f32),
        }
    }
}
