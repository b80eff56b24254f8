//! The compositing passes and their parameters.

use crate::gpu::{KernelSpec, SamplePlaces};
use crate::{kernel, params};

params! {
    /// Parameters of `place/setup.wgsl`.
    pub struct PlaceSetupParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Width of chroma in samples; 0 for gray.
        pub chroma_width: u32,
        /// Height of chroma in samples.
        pub chroma_height: u32,
        /// Horizontal distance of neighbouring chroma samples in luma pixels.
        pub sub_x: f32,
        /// Vertical distance of neighbouring chroma samples in luma pixels.
        pub sub_y: f32,
        /// Horizontal position of the first chroma sample in luma pixels.
        pub site_x: f32,
        /// Vertical position of the first chroma sample in luma pixels.
        pub site_y: f32,
        /// Width of the source relative to the plane's; more than 1 if margins are cut off.
        pub fit_x: f32,
        /// Height of the source relative to the plane's.
        pub fit_y: f32,
        /// Opacity, 0 to 1.
        pub opacity: f32,
        /// Strength of relighting, 0 to 1.
        pub light: f32,
        /// Strength of motion blur, 0 to 1.
        pub motion_blur: f32,
        /// Code of black relative to full scale.
        pub luma_offset: f32,
        /// Codes from black to white relative to full scale.
        pub luma_scale: f32,
        /// Columns of the matte; 0 without one.
        pub matte_cols: u32,
        /// Rows of the matte.
        pub matte_rows: u32,
        /// Strength with which the plate's grain is matched, 0 to 1.
        pub grain: f32,
    }
}

params! {
    /// Parameters of `place/noise.wgsl`.
    pub struct NoiseParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Position of the frame's samples.
        pub samples: SamplePlaces,
        /// Factor from codes to 8-bit codes.
        pub code8: f32,
        /// Measurements of this plane so far.
        pub count: u32,
        /// Horizontal distance of neighbouring chroma samples in luma pixels.
        pub sub_x: f32,
        /// Vertical distance of neighbouring chroma samples in luma pixels.
        pub sub_y: f32,
    }
}

params! {
    /// Parameters of `place/grain.wgsl`.
    pub struct GrainParams {
        /// Number of the frame.
        pub frame: u32,
        /// Strength, 0 to 1.
        pub strength: f32,
    }
}

params! {
    /// Parameters of the compositing passes: `PlaceParams` in `trackoverlay/place/shared/placement.wgsl`.
    pub struct PlaceParams {
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
        /// Largest code.
        pub max_code: f32,
        /// Code of black.
        pub luma_offset: f32,
        /// Codes from black to white.
        pub luma_scale: f32,
        /// Code of zero chroma.
        pub chroma_mid: f32,
        /// Codes from the lowest to the highest chroma.
        pub chroma_scale: f32,
        /// Blend mode: 0 normal, 1 multiply, 2 screen.
        pub blend: u32,
        /// Code of the source's white, 0 to 1.
        pub white: f32,
        /// Width of the soft edge in pixels.
        pub feather: f32,
        /// Mip levels of the source.
        pub levels: u32,
        /// Columns of the matte; 0 without one.
        pub matte_cols: u32,
        /// Rows of the matte.
        pub matte_rows: u32,
        /// Texels of its plate to a cell.
        pub cell_texels: u32,
        /// Number of the frame.
        pub frame: u32,
        /// Codes of an 8-bit code.
        pub unit: f32,
    }
}

/// Prepares compositing from a pose: sides, homography and number of tiles.
pub const PLACE_SETUP: KernelSpec = kernel!("trackoverlay/place/setup", PlaceSetupParams);
/// Measures the noise of the plate.
pub const PLACE_NOISE: KernelSpec = kernel!("trackoverlay/place/noise", NoiseParams);
/// Makes a field of grain.
pub const PLACE_GRAIN: KernelSpec = kernel!("trackoverlay/place/grain", GrainParams);
/// Draws the source into luma.
pub const PLACE_LUMA: KernelSpec = kernel!("trackoverlay/place/luma", PlaceParams);
/// Draws the source into chroma.
pub const PLACE_CHROMA: KernelSpec = kernel!("trackoverlay/place/chroma", PlaceParams);
