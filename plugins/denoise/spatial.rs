//! Shrinkage of overlapped 8x8 DCT blocks.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Image, Kernel, KernelSpec, Recording, StorageBuffer};
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

/// Hard threshold at 2.2 standard deviations: measured best on natural clips between 2.0 and 2.7.
const THRESHOLD: f32 = 2.2;
/// `vec4f` of a block in the buffer: 16 of samples, one of weight.
const BLOCK_VECTORS: u64 = 17;

/// Spatial filter of one plane.
#[derive(Debug)]
pub struct Spatial {
    threshold: Arc<Kernel>,
    wiener: Arc<Kernel>,
    merge: Arc<Kernel>,
    size: (u32, u32),
    blocks: (u32, u32),
    buffer: StorageBuffer,
}

impl Spatial {
    /// Compiles the kernels and allocates for pictures of `size`.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Result<Self, GpuError> {
        let blocks = (size.0.div_ceil(4) + 1, size.1.div_ceil(4) + 1);
        let bytes = u64::from(blocks.0) * u64::from(blocks.1) * BLOCK_VECTORS * 16;
        Ok(Self {
            threshold: gpu.kernel(&DCT_THRESHOLD, None)?,
            wiener: gpu.kernel(&DCT_WIENER, None)?,
            merge: gpu.kernel(&BLOCK_MERGE, None)?,
            size,
            blocks,
            buffer: StorageBuffer::new(gpu, "blocks", bytes),
        })
    }

    /// First step: `state` (z and variance) to `output`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn threshold(
        &self,
        recording: &mut Recording<'_>,
        state: &Image,
        output: &Image,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.threshold,
            &[("state", state.into()), ("blocks", (&self.buffer).into())],
            &DctThresholdParams {
                width: self.size.0,
                height: self.size.1,
                blocks_x: self.blocks.0,
                blocks_y: self.blocks.1,
                threshold: THRESHOLD,
            },
            self.blocks,
        )?;
        self.merge(recording, output)
    }

    /// Second step: `state` weighed by `pilot` to `output`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn wiener(
        &self,
        recording: &mut Recording<'_>,
        state: &Image,
        pilot: &Image,
        output: &Image,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.wiener,
            &[
                ("state", state.into()),
                ("pilot", pilot.into()),
                ("blocks", (&self.buffer).into()),
            ],
            &DctWienerParams {
                width: self.size.0,
                height: self.size.1,
                blocks_x: self.blocks.0,
                blocks_y: self.blocks.1,
                noise_gain: 1.0,
            },
            self.blocks,
        )?;
        self.merge(recording, output)
    }

    fn merge(&self, recording: &mut Recording<'_>, output: &Image) -> Result<(), GpuError> {
        recording.pass(
            &self.merge,
            &[("blocks", (&self.buffer).into()), ("merged", output.into())],
            &BlockMergeParams {
                width: self.size.0,
                height: self.size.1,
                blocks_x: self.blocks.0,
                blocks_y: self.blocks.1,
            },
            (self.size.0.div_ceil(4), self.size.1),
        )
    }
}
