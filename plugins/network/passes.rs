//! The kernels of networks.

use crate::gpu::KernelSpec;
use crate::picture::planes::Parts;
use crate::{kernel, params};

params! {
    /// Parameters of all convolution kernels.
    pub struct ConvParams {
        /// Width of the picture in cells.
        pub width: u32,
        /// Height of the picture in cells.
        pub height: u32,
        /// Cells from one row of a map to the next.
        pub pitch: u32,
        /// Cells from one channel group of a map to the next.
        pub area: u32,
        /// Input channel groups.
        pub input_channel_groups: u32,
        /// Output channel groups.
        pub output_channel_groups: u32,
        /// 3 if each of the 4x4 cells of a block has its own bias, else 0.
        pub position_mask: u32,
        /// Slope of the activation below zero; 1 for no activation.
        pub leak: f32,
        /// 1 to add the other layer's map after the activation.
        pub late: u32,
    }
}

params! {
    /// Parameters of `cells.wgsl`.
    pub struct CellsParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Width of chroma in pixels; 0 if there is none.
        pub chroma_width: u32,
        /// Height of chroma in pixels.
        pub chroma_height: u32,
        /// Chroma samples across a cell.
        pub chroma_x: u32,
        /// Chroma samples down a cell.
        pub chroma_y: u32,
        /// Cells from one row of the map to the next.
        pub pitch: u32,
        /// Factor from 8-bit code values to 0..1.
        pub scale: f32,
    }
}

params! {
    /// Parameters of `past_cells.wgsl`.
    pub struct PastCellsParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Width of chroma in pixels; 0 if there is none.
        pub chroma_width: u32,
        /// Height of chroma in pixels.
        pub chroma_height: u32,
        /// Chroma samples across a cell.
        pub chroma_x: u32,
        /// Chroma samples down a cell.
        pub chroma_y: u32,
        /// Cells from one row of the map to the next.
        pub pitch: u32,
        /// Cells from one channel group of the map to the next.
        pub area: u32,
        /// Factor from 8-bit code values to 0..1.
        pub scale: f32,
        /// Width of the vector field in blocks.
        pub blocks_x: u32,
        /// Height of the vector field in blocks.
        pub blocks_y: u32,
        /// Blocks of the vector field across a tile of 8x8 pixels.
        pub tile_blocks: f32,
        /// 1 if there is no last output.
        pub restart: u32,
    }
}

params! {
    /// Parameters of `correct.wgsl`.
    pub struct CorrectParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Chroma samples across a cell.
        pub cell_x: u32,
        /// Chroma samples down a cell.
        pub cell_y: u32,
        /// Cells from one row of the map to the next.
        pub pitch: u32,
        /// Factor from 0..1 to 8-bit code values.
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
        /// Cells from one row of the map to the next.
        pub pitch: u32,
        /// Cells from one channel group of the map to the next.
        pub area: u32,
    }
}

params! {
    /// Parameters of `mean.wgsl`.
    pub struct MeanParams {
        /// Strips in a channel group.
        pub strips: u32,
        /// One divided by the number of cells.
        pub scale: f32,
    }
}

params! {
    /// Parameters of `dense.wgsl`.
    pub struct DenseParams {
        /// Length of the input vector.
        pub inputs: u32,
        /// Length of the output vector.
        pub outputs: u32,
        /// Slope of the activation below zero; 1 for no activation.
        pub leak: f32,
        /// Upper limit of each output.
        pub highest: f32,
    }
}

/// Converts a picture to the first map.
pub const CELLS: KernelSpec = kernel!("network/cells", CellsParams);
/// Adds the last output along the motion to the first map.
pub const PAST_CELLS: KernelSpec = kernel!("network/past_cells", PastCellsParams);
/// Convolution without workgroup memory.
pub const CONV_DIRECT: KernelSpec = kernel!("network/conv_direct", ConvParams);
/// Convolution in tiles, four output channel groups at a time, f32 products.
pub const CONV_WIDE: KernelSpec = kernel!("network/conv_wide", ConvParams);
/// [`CONV_WIDE`] with f16 products.
pub const CONV_HALF: KernelSpec = kernel!("network/conv_half", ConvParams);
/// A convolution on matrix units.
pub const CONV_MATRIX: KernelSpec = kernel!("network/conv_matrix", ConvParams);
/// [`CONV_MATRIX`] in plain loops.
pub const CONV_MATRIX_PLAIN: KernelSpec = kernel!("network/conv_matrix_plain", ConvParams);
/// Convolution in tiles, one output channel group at a time.
pub const CONV_NARROW: KernelSpec = kernel!("network/conv_narrow", ConvParams);
/// Sums of each channel over strips of a map.
pub const STRIP_SUMS: KernelSpec = kernel!("network/strip_sums", StripSumsParams);
/// Mean of each channel from these sums.
pub const MEAN: KernelSpec = kernel!("network/mean", MeanParams);
/// A dense layer.
pub const DENSE: KernelSpec = kernel!("network/dense", DenseParams);
/// Adds corrections to a picture.
pub const CORRECT: KernelSpec = kernel!("network/correct", CorrectParams);
