//! The pass that measures what a frame shows of the placement.

use crate::gpu::{KernelSpec, SamplePlaces};
use crate::{kernel, params, storage};

params! {
    /// Parameters of `exposure/measure.wgsl`.
    pub struct MeasureParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Position of the frame's samples.
        pub samples: SamplePlaces,
        /// Code of black.
        pub luma_offset: f32,
        /// Codes from black to white.
        pub luma_scale: f32,
        /// Width of the source relative to the plane's.
        pub fit_x: f32,
        /// Height of the source relative to the plane's.
        pub fit_y: f32,
        /// Columns of the matte's shares; 0 without one.
        pub share_cols: u32,
        /// Rows of the matte's shares.
        pub share_rows: u32,
    }
}

storage! {
    /// What a frame shows of the placement.
    pub struct Shown {
        /// Horizontal positions of its corners, in pixels of the frame.
        pub corners_x: [f32; 4],
        /// Vertical positions of its corners.
        pub corners_y: [f32; 4],
        /// 1 if it was drawn.
        pub drawn: f32,
        /// Its opacity, 0 to 1.
        pub opacity: f32,
        /// Confidence in the pose, 0 to 1.
        pub confidence: f32,
        /// Area in the frame, in a unit of the frame's own.
        pub area: f32,
        /// What is hidden of that area.
        pub hidden: f32,
        /// Luma of the placement, 0 to 1, times the area that is not hidden.
        pub luma: f32,
        /// Luma of the plane below, times the same area.
        pub plate_luma: f32,
        /// Unused.
        pub spare: f32,
    }
}

/// Measures what a frame shows of the placement.
pub const MEASURE: KernelSpec = kernel!("trackoverlay/exposure/measure", MeasureParams, [Shown]);
