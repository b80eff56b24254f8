//! The passes that place, and their parameters.

use crate::gpu::{KernelSpec, SamplePlaces};
use crate::{kernel, params};

params! {
    /// Parameters of `place/setup.wgsl`.
    pub struct PlaceSetupParams {
        /// Width of luma.
        pub width: u32,
        /// Height of luma.
        pub height: u32,
        /// Width of chroma, 0 for gray.
        pub chroma_width: u32,
        /// Height of chroma.
        pub chroma_height: u32,
        /// Pixels of luma from one sample of chroma to the next.
        pub sub_x: f32,
        /// The same downwards.
        pub sub_y: f32,
        /// Place of the first sample of chroma in pixels of luma.
        pub site_x: f32,
        /// The same downwards.
        pub site_y: f32,
        /// Width of the source in parts of the plane's; more than 1 where margins are cut off.
        pub fit_x: f32,
        /// The same of its height.
        pub fit_y: f32,
        /// 0 to 1.
        pub opacity: f32,
        /// Code of the source's white in shares of the frame's.
        pub white: f32,
        /// Strength of relighting.
        pub light: f32,
        /// Strength of motion blur.
        pub motion_blur: f32,
        /// Black in shares of full scale.
        pub luma_offset: f32,
        /// From black to white in shares of full scale.
        pub luma_scale: f32,
        /// Cells in a row of the matte; 0 without one.
        pub matte_cols: u32,
        /// Rows of the matte.
        pub matte_rows: u32,
    }
}

params! {
    /// Parameters of the passes that place: `PlaceParams` in `trackoverlay/place/shared/placement.wgsl`.
    pub struct PlaceParams {
        /// Width of luma.
        pub width: u32,
        /// Height of luma.
        pub height: u32,
        /// Pixels of luma from one sample of chroma to the next.
        pub sub_x: f32,
        /// The same downwards.
        pub sub_y: f32,
        /// Place of the first sample of chroma in pixels of luma.
        pub site_x: f32,
        /// The same downwards.
        pub site_y: f32,
        /// Where the frame's samples lie.
        pub samples: SamplePlaces,
        /// Weight of red in luma.
        pub kr: f32,
        /// Weight of blue in luma.
        pub kb: f32,
        /// The largest code.
        pub max_code: f32,
        /// Code of black.
        pub luma_offset: f32,
        /// Codes from black to white.
        pub luma_scale: f32,
        /// Code of no chroma.
        pub chroma_mid: f32,
        /// Codes from the lowest to the highest chroma.
        pub chroma_scale: f32,
        /// 0 normal, 1 multiply, 2 screen.
        pub blend: u32,
        /// Width of the soft edge in pixels.
        pub feather: f32,
        /// Mip levels of the source.
        pub levels: u32,
        /// Cells in a row of the matte; 0 without one.
        pub matte_cols: u32,
        /// Rows of the matte.
        pub matte_rows: u32,
    }
}

/// From a pose to sides, mapping and number of tiles.
pub const PLACE_SETUP: KernelSpec = kernel!("trackoverlay/place/setup", PlaceSetupParams);
/// The source in luma.
pub const PLACE_LUMA: KernelSpec = kernel!("trackoverlay/place/luma", PlaceParams);
/// The source in chroma.
pub const PLACE_CHROMA: KernelSpec = kernel!("trackoverlay/place/chroma", PlaceParams);
