//! Shrinkage of overlapped 8x8 DCT blocks.

use std::sync::Arc;

use super::plane::Plane;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params};

params! {
    /// Parameters of `dct_threshold.wgsl`.
    pub struct DctThresholdParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// Blocks in a row.
        pub blocks_x: u32,
        /// Blocks in a column.
        pub blocks_y: u32,
        /// Factor on the noise's standard deviation.
        pub threshold: f32,
    }
}

params! {
    /// Parameters of `dct_wiener.wgsl`.
    pub struct DctWienerParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// Blocks in a row.
        pub blocks_x: u32,
        /// Blocks in a column.
        pub blocks_y: u32,
        /// Factor on the noise's variance.
        pub noise_gain: f32,
    }
}

params! {
    /// Parameters of `block_merge.wgsl`.
    pub struct BlockMergeParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// Blocks in a row.
        pub blocks_x: u32,
        /// Blocks in a column.
        pub blocks_y: u32,
    }
}

/// Hard threshold.
pub const DCT_THRESHOLD: KernelSpec = kernel!("denoise/dct_threshold", DctThresholdParams);
/// Wiener weights from a pilot.
pub const DCT_WIENER: KernelSpec = kernel!("denoise/dct_wiener", DctWienerParams);
/// Mean of overlapping blocks.
pub const BLOCK_MERGE: KernelSpec = kernel!("denoise/block_merge", BlockMergeParams);

/// Hard threshold in standard deviations: measured best on natural clips between 2.0 and 2.7.
const THRESHOLD: f32 = 2.4;
/// Bytes of a block's four quadrants: sixteen 16-bit values each.
const BLOCK_BYTES: u64 = 4 * 32;

/// Kernels of the spatial steps.
#[derive(Debug)]
pub struct Spatial {
    threshold: Arc<Kernel>,
    wiener: Arc<Kernel>,
    merge: Arc<Kernel>,
}

/// Overlapping blocks of one component, between shrinkage and merging.
#[derive(Debug)]
pub struct Blocks {
    count: (u32, u32),
    quadrants: StorageBuffer,
    weights: StorageBuffer,
}

impl Blocks {
    /// Allocates for planes of `size`.
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let count = (size.0.div_ceil(4) + 1, size.1.div_ceil(4) + 1);
        let blocks = u64::from(count.0) * u64::from(count.1);
        Self {
            count,
            quadrants: StorageBuffer::new(gpu, "quadrants", blocks * BLOCK_BYTES),
            weights: StorageBuffer::new(gpu, "weights", blocks * 4),
        }
    }
}

impl Spatial {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            threshold: gpu.kernel(&DCT_THRESHOLD, None)?,
            wiener: gpu.kernel(&DCT_WIENER, None)?,
            merge: gpu.kernel(&BLOCK_MERGE, None)?,
        })
    }

    /// First step: `state` to `output`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn threshold(
        &self,
        recording: &mut Recording<'_>,
        blocks: &Blocks,
        state: &Plane,
        output: &Plane,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.threshold,
            &[
                ("state", (&state.buffer).into()),
                ("quadrants", (&blocks.quadrants).into()),
                ("weights", (&blocks.weights).into()),
            ],
            &DctThresholdParams {
                width: state.width,
                height: state.height,
                blocks_x: blocks.count.0,
                blocks_y: blocks.count.1,
                threshold: THRESHOLD,
            },
            blocks.count,
        )?;
        self.merge(recording, blocks, output)
    }

    /// Second step: `state` weighed by `pilot` to `output`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn wiener(
        &self,
        recording: &mut Recording<'_>,
        blocks: &Blocks,
        state: &Plane,
        pilot: &Plane,
        output: &Plane,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.wiener,
            &[
                ("state", (&state.buffer).into()),
                ("pilot", (&pilot.buffer).into()),
                ("quadrants", (&blocks.quadrants).into()),
                ("weights", (&blocks.weights).into()),
            ],
            &DctWienerParams {
                width: state.width,
                height: state.height,
                blocks_x: blocks.count.0,
                blocks_y: blocks.count.1,
                noise_gain: 1.0,
            },
            blocks.count,
        )?;
        self.merge(recording, blocks, output)
    }

    fn merge(
        &self,
        recording: &mut Recording<'_>,
        blocks: &Blocks,
        output: &Plane,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.merge,
            &[
                ("quadrants", (&blocks.quadrants).into()),
                ("weights", (&blocks.weights).into()),
                ("merged", (&output.buffer).into()),
            ],
            &BlockMergeParams {
                width: output.width,
                height: output.height,
                blocks_x: blocks.count.0,
                blocks_y: blocks.count.1,
            },
            output.tiles(4),
        )
    }
}
