//! The passes of the noise estimator and their parameters.

use super::planes::Parts;
use crate::gpu::KernelSpec;
use crate::{kernel, params};

params! {
    /// Parameters of `noise_cells.wgsl`.
    pub struct NoiseCellsParams {
        /// The components.
        pub parts: Parts,
        /// Cells from one site of luma to the next.
        pub luma_step: u32,
        /// Cells in the side of a site of luma.
        pub luma_side: u32,
        /// Cells from one site of chroma to the next.
        pub chroma_step: u32,
        /// Cells in the side of a site of chroma.
        pub chroma_side: u32,
        /// Samples up to this are clipped.
        pub low: f32,
        /// Samples from this on are clipped.
        pub high: f32,
    }
}

params! {
    /// Parameters of `noise_sites.wgsl`.
    pub struct NoiseSitesParams {
        /// Width of luma in whole cells.
        pub luma_x: u32,
        /// Height of luma in whole cells.
        pub luma_y: u32,
        /// Width of a chroma plane in whole cells.
        pub chroma_x: u32,
        /// Height of a chroma plane in whole cells.
        pub chroma_y: u32,
        /// Sites of luma in a row.
        pub luma_sites_x: u32,
        /// Sites of luma in a column.
        pub luma_sites_y: u32,
        /// Cells from one site of luma to the next.
        pub luma_step: u32,
        /// Cells in the side of a site of luma.
        pub luma_side: u32,
        /// Sites of a chroma plane in a row.
        pub chroma_sites_x: u32,
        /// Sites of a chroma plane in a column.
        pub chroma_sites_y: u32,
        /// Cells from one site of chroma to the next.
        pub chroma_step: u32,
        /// Cells in the side of a site of chroma.
        pub chroma_side: u32,
        /// 1 where there is no picture before.
        pub first: u32,
        /// Variance of rounding to codes.
        pub rounding: f32,
    }
}

params! {
    /// Parameters of `noise_model.wgsl`.
    pub struct NoiseModelParams {
        /// Sites of luma.
        pub luma_sites: u32,
        /// Cells in the side of a site of luma.
        pub luma_side: u32,
        /// Sites of one chroma plane.
        pub chroma_sites: u32,
        /// Cells in the side of a site of chroma.
        pub chroma_side: u32,
        /// 1 where there is no picture before.
        pub first: u32,
        /// Share of a new frame in a settled model.
        pub pace: f32,
        /// Standard deviation that the operator knows; negative to estimate.
        pub sigma: f32,
        /// Factor on the variances of luma.
        pub luma_gain: f32,
        /// Factor on the variances of chroma.
        pub chroma_gain: f32,
    }
}

/// Statistics of the cells of the components.
pub const NOISE_CELLS: KernelSpec = kernel!("denoise/noise_cells", NoiseCellsParams);
/// Joins cells to sites.
pub const NOISE_SITES: KernelSpec = kernel!("denoise/noise_sites", NoiseSitesParams);
/// Joins sites to the model.
pub const NOISE_MODEL: KernelSpec = kernel!("denoise/noise_model", NoiseModelParams);
