//! The passes of the noise estimator and their parameters.

use super::planes::Parts;
use crate::gpu::KernelSpec;
use crate::picture::temporal::NoiseModel;
use crate::{kernel, params};

params! {
    /// Parameters of `noise_cells.wgsl`.
    pub struct NoiseCellsParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Distance of two luma sites in cells.
        pub luma_step: u32,
        /// Side of a luma site in cells.
        pub luma_side: u32,
        /// Distance of two chroma sites in cells.
        pub chroma_step: u32,
        /// Side of a chroma site in cells.
        pub chroma_side: u32,
        /// Values up to this count as clipped, in 8-bit code values.
        pub low: f32,
        /// Values from this on count as clipped, in 8-bit code values.
        pub high: f32,
    }
}

params! {
    /// Parameters of `noise_sites.wgsl`.
    pub struct NoiseSitesParams {
        /// Columns of luma cells.
        pub luma_x: u32,
        /// Rows of luma cells.
        pub luma_y: u32,
        /// Columns of cells of a chroma plane.
        pub chroma_x: u32,
        /// Rows of cells of a chroma plane.
        pub chroma_y: u32,
        /// Columns of luma sites.
        pub luma_sites_x: u32,
        /// Rows of luma sites.
        pub luma_sites_y: u32,
        /// Distance of two luma sites in cells.
        pub luma_step: u32,
        /// Side of a luma site in cells.
        pub luma_side: u32,
        /// Columns of sites of a chroma plane.
        pub chroma_sites_x: u32,
        /// Rows of sites of a chroma plane.
        pub chroma_sites_y: u32,
        /// Distance of two chroma sites in cells.
        pub chroma_step: u32,
        /// Side of a chroma site in cells.
        pub chroma_side: u32,
        /// 1 if there is no previous picture.
        pub first: u32,
        /// Variance that rounding to the frame's codes adds.
        pub rounding: f32,
    }
}

params! {
    /// Parameters of `noise_map.wgsl`.
    pub struct NoiseMapParams {
        /// Columns of luma cells.
        pub luma_x: u32,
        /// Rows of luma cells.
        pub luma_y: u32,
        /// Columns of cells of a chroma plane.
        pub chroma_x: u32,
        /// Rows of cells of a chroma plane.
        pub chroma_y: u32,
        /// Distance of two luma sites in cells.
        pub luma_step: u32,
        /// Side of a luma site in cells.
        pub luma_side: u32,
        /// Distance of two chroma sites in cells.
        pub chroma_step: u32,
        /// Side of a chroma site in cells.
        pub chroma_side: u32,
        /// 1 if there is no previous picture.
        pub first: u32,
        /// 1 if chroma was measured in this picture.
        pub with_chroma: u32,
        /// Variance that rounding to the frame's codes adds.
        pub rounding: f32,
    }
}

params! {
    /// Parameters of `noise_model.wgsl`.
    pub struct NoiseModelParams {
        /// Number of luma sites.
        pub luma_sites: u32,
        /// Side of a luma site in cells.
        pub luma_side: u32,
        /// Number of sites of one chroma plane.
        pub chroma_sites: u32,
        /// Side of a chroma site in cells.
        pub chroma_side: u32,
        /// 1 if there is no previous picture.
        pub first: u32,
        /// Weight of a new picture in a settled model.
        pub pace: f32,
        /// The user's standard deviation of the noise; negative to estimate it.
        pub sigma: f32,
        /// Least standard deviation of luma that filters read if it is estimated.
        pub luma_floor: f32,
        /// The same for chroma.
        pub chroma_floor: f32,
        /// Factor on the luma variances that filters read.
        pub luma_gain: f32,
        /// Factor on the chroma variances that filters read.
        pub chroma_gain: f32,
    }
}

/// Measures mean, variance and change of each cell.
pub const NOISE_CELLS: KernelSpec = kernel!("denoise/noise_cells", NoiseCellsParams);
/// Combines cells into sites.
pub const NOISE_SITES: KernelSpec = kernel!("denoise/noise_sites", NoiseSitesParams);
/// Updates the map of the noise from the cells.
pub const NOISE_MAP: KernelSpec = kernel!("denoise/noise_map", NoiseMapParams, [NoiseModel]);
/// Updates the model from the sites.
pub const NOISE_MODEL: KernelSpec = kernel!("denoise/noise_model", NoiseModelParams, [NoiseModel]);
