//! Kalman update of the averaged noisy picture and its variance.

use crate::gpu::KernelSpec;
use crate::{kernel, params};

params! {
    /// Parameters of `temporal.wgsl`.
    pub struct TemporalParams {
        /// Width of the plane.
        pub width: u32,
        /// Height of the plane.
        pub height: u32,
        /// Width of the vector field.
        pub blocks_x: u32,
        /// Height of the vector field.
        pub blocks_y: u32,
        /// Pixels of this plane in a block's row.
        pub block_width: u32,
        /// Pixels of this plane in a block's column.
        pub block_height: u32,
        /// Plane pixels to a luma pixel of motion, horizontally.
        pub scale_x: f32,
        /// Plane pixels to a luma pixel of motion, vertically.
        pub scale_y: f32,
        /// Noise variance of a new sample.
        pub variance: f32,
        /// 1 forgets the past.
        pub restart: u32,
    }
}

/// The update.
pub const TEMPORAL: KernelSpec = kernel!("denoise/temporal", TemporalParams);
