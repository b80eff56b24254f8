//! The shaders of a network.

use crate::gpu::KernelSpec;
use crate::picture::planes::Parts;
use crate::{kernel, params};

params! {
    /// Parameters of the convolutions.
    pub struct ConvParams {
        /// Width of the picture in cells.
        pub width: u32,
        /// Height of the picture in cells.
        pub height: u32,
        /// Cells from row to row of a map.
        pub pitch: u32,
        /// Cells from channel group to channel group.
        pub area: u32,
        /// Channel groups of the inputs.
        pub input_channel_groups: u32,
        /// Channel groups of the outputs.
        pub output_channel_groups: u32,
        /// 3 where each of the 4x4 cells of a block has its own bias, else 0.
        pub position_mask: u32,
        /// Slope of the activation below zero; 1 for none.
        pub leak: f32,
    }
}

params! {
    /// Parameters of `cells.wgsl`.
    pub struct CellsParams {
        /// Width of the luma plane.
        pub width: u32,
        /// Height of the luma plane.
        pub height: u32,
        /// Width of a chroma plane; 0 where there is none.
        pub chroma_width: u32,
        /// Height of a chroma plane.
        pub chroma_height: u32,
        /// Samples of chroma in a cell, across.
        pub chroma_x: u32,
        /// The same, down.
        pub chroma_y: u32,
        /// Cells from row to row of the map.
        pub pitch: u32,
        /// From 8-bit code values to 0..1.
        pub scale: f32,
    }
}

params! {
    /// Parameters of `correct.wgsl`.
    pub struct CorrectParams {
        /// The components.
        pub parts: Parts,
        /// Samples of chroma of a cell, across.
        pub cell_x: u32,
        /// The same, down.
        pub cell_y: u32,
        /// Cells from row to row of the map.
        pub pitch: u32,
        /// From 0..1 to 8-bit code values.
        pub scale: f32,
        /// Factor on the corrections.
        pub strength: f32,
    }
}

params! {
    /// Parameters of `strip_sums.wgsl`.
    pub struct StripSumsParams {
        /// Width of the picture in cells.
        pub width: u32,
        /// Height of the picture in cells.
        pub height: u32,
        /// Cells from row to row of the map.
        pub pitch: u32,
        /// Cells from channel group to channel group.
        pub area: u32,
    }
}

params! {
    /// Parameters of `mean.wgsl`.
    pub struct MeanParams {
        /// Strips of a channel group.
        pub strips: u32,
        /// One over the number of cells.
        pub scale: f32,
    }
}

params! {
    /// Parameters of `dense.wgsl`.
    pub struct DenseParams {
        /// Length of the vector that is read.
        pub inputs: u32,
        /// Length of the vector that is made.
        pub outputs: u32,
        /// Slope of the activation below zero; 1 for none.
        pub leak: f32,
        /// No output is more than this.
        pub highest: f32,
    }
}

/// A picture as the first map.
pub const CELLS: KernelSpec = kernel!("network/cells", CellsParams);
/// A convolution straight from memory.
pub const CONV_DIRECT: KernelSpec = kernel!("network/conv_direct", ConvParams);
/// A convolution by tiles, four output channel groups at once.
pub const CONV_WIDE: KernelSpec = kernel!("network/conv_wide", ConvParams);
/// The same with products of half floats.
pub const CONV_HALF: KernelSpec = kernel!("network/conv_half", ConvParams);
/// A convolution on matrix units.
pub const CONV_MATRIX: KernelSpec = kernel!("network/conv_matrix", ConvParams);
/// The same in plain loops.
pub const CONV_MATRIX_PLAIN: KernelSpec = kernel!("network/conv_matrix_plain", ConvParams);
/// A convolution by tiles, one output channel group at once.
pub const CONV_NARROW: KernelSpec = kernel!("network/conv_narrow", ConvParams);
/// Sums over strips of a map.
pub const STRIP_SUMS: KernelSpec = kernel!("network/strip_sums", StripSumsParams);
/// Means from these sums.
pub const MEAN: KernelSpec = kernel!("network/mean", MeanParams);
/// A dense layer.
pub const DENSE: KernelSpec = kernel!("network/dense", DenseParams);
/// Corrections added to a plane.
pub const CORRECT: KernelSpec = kernel!("network/correct", CorrectParams);
