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
        /// Columns and rows by which the lattice is shifted.
        pub offset: u32,
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
        /// Columns and rows by which the lattice is shifted.
        pub offset: u32,
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
/// Bytes of a block's 64 values of 16 bits.
const BLOCK_BYTES: u64 = 128;

/// Blocks in a row and in a column of a plane whose lattice is shifted by `offset`.
fn block_count((width, height): (u32, u32), offset: u32) -> (u32, u32) {
    ((width - 1 + offset) / 4 + 2, (height - 1 + offset) / 4 + 2)
}

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
    size: (u32, u32),
    samples: StorageBuffer,
    weights: StorageBuffer,
}

impl Blocks {
    /// Allocates for planes of `size`.
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let count = block_count(size, 2);
        let blocks = u64::from(count.0) * u64::from(count.1);
        Self {
            size,
            samples: StorageBuffer::new(gpu, "blocks", blocks * BLOCK_BYTES),
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
        let offset = 0;
        let count = block_count(blocks.size, offset);
        recording.pass(
            &self.threshold,
            &[
                ("state", (&state.buffer).into()),
                ("blocks", (&blocks.samples).into()),
                ("weights", (&blocks.weights).into()),
            ],
            &DctThresholdParams {
                width: state.width,
                height: state.height,
                blocks_x: count.0,
                blocks_y: count.1,
                threshold: THRESHOLD,
            },
            count,
        )?;
        self.merge(recording, blocks, output, offset)
    }

    /// Second step: `state` weighed by `pilot` to `output`, on blocks shifted by `offset` pixels
    /// (0 or 2), best not those that made the pilot.
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
        offset: u32,
    ) -> Result<(), GpuError> {
        let count = block_count(blocks.size, offset);
        recording.pass(
            &self.wiener,
            &[
                ("state", (&state.buffer).into()),
                ("pilot", (&pilot.buffer).into()),
                ("blocks", (&blocks.samples).into()),
                ("weights", (&blocks.weights).into()),
            ],
            &DctWienerParams {
                width: state.width,
                height: state.height,
                blocks_x: count.0,
                blocks_y: count.1,
                offset,
                noise_gain: 1.0,
            },
            count,
        )?;
        self.merge(recording, blocks, output, offset)
    }

    fn merge(
        &self,
        recording: &mut Recording<'_>,
        blocks: &Blocks,
        output: &Plane,
        offset: u32,
    ) -> Result<(), GpuError> {
        let count = block_count(blocks.size, offset);
        recording.pass(
            &self.merge,
            &[
                ("blocks", (&blocks.samples).into()),
                ("weights", (&blocks.weights).into()),
                ("merged", (&output.buffer).into()),
            ],
            &BlockMergeParams {
                width: output.width,
                height: output.height,
                blocks_x: count.0,
                blocks_y: count.1,
                offset,
            },
            (output.width.div_ceil(4), output.height.div_ceil(2)),
        )
    }
}
