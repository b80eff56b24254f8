//! Shrinkage of overlapped 8x8 DCT blocks.

use std::sync::Arc;

use super::plane::Plane;
use crate::gpu::kernel::Switches;
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
        /// Rows from a block to the next: 4, or 8 for a quincunx.
        pub pitch: u32,
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
        /// Columns by which the lattice is shifted.
        pub offset_x: u32,
        /// Rows by which the lattice is shifted.
        pub offset_y: u32,
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
        /// Columns by which the lattice is shifted.
        pub offset_x: u32,
        /// Rows by which the lattice is shifted.
        pub offset_y: u32,
        /// Share of what is there already that stays, for the variant [`AVERAGED`].
        pub keep: f32,
    }
}

params! {
    /// Parameters of `quincunx_merge.wgsl`.
    pub struct QuincunxMergeParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// Blocks in a row.
        pub blocks_x: u32,
    }
}

/// Hard threshold.
pub const DCT_THRESHOLD: KernelSpec = kernel!("working/dct_threshold", DctThresholdParams);
/// Wiener weights from a pilot.
pub const DCT_WIENER: KernelSpec = kernel!("working/dct_wiener", DctWienerParams);
/// Mean of overlapping blocks.
pub const BLOCK_MERGE: KernelSpec = kernel!("working/block_merge", BlockMergeParams);
/// Variant of [`BLOCK_MERGE`] that joins what is there already.
pub const AVERAGED: Switches = &[("AVERAGED", true)];
/// Mean of overlapping blocks that lie in a quincunx.
pub const QUINCUNX_MERGE: KernelSpec = kernel!("working/quincunx_merge", QuincunxMergeParams);

/// Variant of [`DCT_WIENER`] that makes [`STRIP_BLOCKS`] blocks in an invocation, one below the
/// other. Fastest on processors.
pub const STRIP: Switches = &[("STRIP", true)];
/// How many these are.
pub const STRIP_BLOCKS: u32 = 4;

/// Bytes of a block's 64 values of 16 bits.
const BLOCK_BYTES: u64 = 128;

/// Blocks in a row and in a column of a plane whose lattice is shifted by `offset`. They cover the
/// columns that fill the last quad of a row too, for those are merged with the rest.
pub fn block_count((width, height): (u32, u32), offset: (u32, u32)) -> (u32, u32) {
    let count = |side: u32, offset: u32| (side - 1 + offset) / 4 + 2;
    (
        count(width.next_multiple_of(4), offset.0),
        count(height, offset.1),
    )
}

/// The same for blocks in a quincunx.
pub fn quincunx_count((width, height): (u32, u32)) -> (u32, u32) {
    (width.div_ceil(4) + 1, (height + 4).div_ceil(8))
}

/// What a step works on.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Room for the blocks.
    pub blocks: &'a Blocks,
    /// Values and deviations.
    pub state: &'a Plane,
    /// Values.
    pub output: &'a Plane,
}

/// Where the blocks of a step lie and how they become its output.
#[derive(Debug, Clone, Copy)]
pub struct Merge {
    /// Columns and rows by which the lattice is shifted: 0 or 2. Best not that of the pilot.
    pub offset: (u32, u32),
    /// Share of what the output holds already that stays.
    pub keep: f32,
}

impl Merge {
    /// The lattice of the first step.
    pub const PLAIN: Self = Self::replacing((0, 0));
    /// The lattice farthest from it.
    pub const SHIFTED: Self = Self::replacing((2, 2));

    const fn replacing(offset: (u32, u32)) -> Self {
        Self { offset, keep: 0.0 }
    }

    /// Another lattice, averaged with the results of `others`.
    pub const fn averaged(offset: (u32, u32), others: u32) -> Self {
        Self {
            offset,
            keep: others as f32 / (others + 1) as f32,
        }
    }
}

/// Kernels that merge blocks.
#[derive(Debug)]
pub struct Merging {
    lattice: Arc<Kernel>,
    averaged: Arc<Kernel>,
    quincunx: Arc<Kernel>,
}

/// Kernels of the spatial steps.
#[derive(Debug)]
pub struct Spatial {
    threshold: Arc<Kernel>,
    wiener: Arc<Kernel>,
    /// Blocks that an invocation of it makes, one below the other.
    strip: u32,
    merging: Merging,
}

/// Overlapping blocks of one component, between shrinkage and merging.
#[derive(Debug)]
pub struct Blocks {
    /// Size of the planes.
    pub size: (u32, u32),
    /// Samples of all blocks; see `shared/shrinkage.wgsl`.
    pub samples: StorageBuffer,
    /// What each block counts.
    pub weights: StorageBuffer,
}

impl Blocks {
    /// Allocates for planes of `size`.
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let count = block_count(size, (2, 2));
        let blocks = u64::from(count.0) * u64::from(count.1);
        Self {
            size,
            samples: StorageBuffer::new(gpu, "blocks", blocks * BLOCK_BYTES),
            weights: StorageBuffer::new(gpu, "weights", blocks * 4),
        }
    }
}

impl Merging {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            lattice: gpu.kernel(&BLOCK_MERGE, None)?,
            averaged: gpu.variant(&BLOCK_MERGE, None, AVERAGED)?,
            quincunx: gpu.kernel(&QUINCUNX_MERGE, None)?,
        })
    }

    /// Merges blocks of a lattice into a plane of values.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn lattice(
        &self,
        recording: &mut Recording<'_>,
        blocks: &Blocks,
        output: &Plane,
        merge: Merge,
    ) -> Result<(), GpuError> {
        let count = block_count(blocks.size, merge.offset);
        let kernel = match merge.keep > 0.0 {
            true => &self.averaged,
            false => &self.lattice,
        };
        recording.pass(
            kernel,
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
                offset_x: merge.offset.0,
                offset_y: merge.offset.1,
                keep: merge.keep,
            },
            // A cell has blocks on all sides.
            (count.0 - 1, count.1 - 1),
        )
    }

    /// Merges blocks of a quincunx into a plane of values.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn quincunx(
        &self,
        recording: &mut Recording<'_>,
        blocks: &Blocks,
        output: &Plane,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.quincunx,
            &[
                ("blocks", (&blocks.samples).into()),
                ("weights", (&blocks.weights).into()),
                ("merged", (&output.buffer).into()),
            ],
            &QuincunxMergeParams {
                width: output.width,
                height: output.height,
                blocks_x: quincunx_count(blocks.size).0,
            },
            output.tiles(4),
        )
    }
}

impl Spatial {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        let (switches, strip) = match gpu.is_software() {
            true => (STRIP, STRIP_BLOCKS),
            false => (&[] as Switches, 1),
        };
        Ok(Self {
            threshold: gpu.kernel(&DCT_THRESHOLD, None)?,
            wiener: gpu.variant(&DCT_WIENER, None, switches)?,
            strip,
            merging: Merging::new(gpu)?,
        })
    }

    /// Drops the coefficients below `threshold` deviations of the noise.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn threshold(
        &self,
        recording: &mut Recording<'_>,
        step: Step<'_>,
        threshold: f32,
    ) -> Result<(), GpuError> {
        let count = block_count(step.blocks.size, (0, 0));
        self.shrink(recording, step, threshold, (count, 4))?;
        let Step { blocks, output, .. } = step;
        self.merging
            .lattice(recording, blocks, output, Merge::PLAIN)
    }

    /// The same on half as many blocks: each pixel lies in two instead of four, which costs half
    /// as much and 0.5 dB.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn threshold_quincunx(
        &self,
        recording: &mut Recording<'_>,
        step: Step<'_>,
        threshold: f32,
    ) -> Result<(), GpuError> {
        let Step { blocks, output, .. } = step;
        let count = quincunx_count(blocks.size);
        self.shrink(recording, step, threshold, (count, 8))?;
        self.merging.quincunx(recording, blocks, output)
    }

    fn shrink(
        &self,
        recording: &mut Recording<'_>,
        step: Step<'_>,
        threshold: f32,
        (count, pitch): ((u32, u32), u32),
    ) -> Result<(), GpuError> {
        let Step { blocks, state, .. } = step;
        recording.filled(
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
                pitch,
                threshold,
            },
            count,
        )
    }

    /// Weighs coefficients by how much of them `pilot` says is signal, on blocks that lie and are
    /// merged as `merge` says. `pilot` may be the step's output.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn wiener(
        &self,
        recording: &mut Recording<'_>,
        step: Step<'_>,
        pilot: &Plane,
        merge: Merge,
    ) -> Result<(), GpuError> {
        let Step { blocks, state, .. } = step;
        let count = block_count(blocks.size, merge.offset);
        recording.filled(
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
                offset_x: merge.offset.0,
                offset_y: merge.offset.1,
            },
            (count.0, count.1.div_ceil(self.strip)),
        )?;
        let Step { blocks, output, .. } = step;
        self.merging.lattice(recording, blocks, output, merge)
    }
}
