//! Shrinkage of overlapped DCT blocks by trained curves.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::working::plane::Plane;
use crate::working::spatial::{Blocks, Merge, Merging, block_count, quincunx_count};
use crate::{kernel, params};

params! {
    /// Parameters of `shrink_once.wgsl`.
    pub struct ShrinkOnceParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// Blocks in a row.
        pub blocks_x: u32,
        /// Blocks in a column.
        pub blocks_y: u32,
        /// Factor on the threshold.
        pub gain: f32,
    }
}

params! {
    /// Parameters of `shrink_first.wgsl`.
    pub struct ShrinkFirstParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// Blocks in a row.
        pub blocks_x: u32,
        /// Blocks in a column.
        pub blocks_y: u32,
        /// Factor on the threshold.
        pub gain: f32,
    }
}

params! {
    /// Parameters of `shrink_second.wgsl`.
    pub struct ShrinkSecondParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// Blocks in a row.
        pub blocks_x: u32,
        /// Blocks in a column.
        pub blocks_y: u32,
        /// Factor on the threshold.
        pub gain: f32,
    }
}

/// Preset `fast`.
pub const SHRINK_ONCE: KernelSpec = kernel!("deartifact/shrink_once", ShrinkOnceParams);
/// The pilot of preset `balanced`.
pub const SHRINK_FIRST: KernelSpec = kernel!("deartifact/shrink_first", ShrinkFirstParams);
/// What the pilot is for.
pub const SHRINK_SECOND: KernelSpec = kernel!("deartifact/shrink_second", ShrinkSecondParams);

/// The kernels.
#[derive(Debug)]
pub struct Shrinkage {
    once: Arc<Kernel>,
    first: Arc<Kernel>,
    second: Arc<Kernel>,
    merging: Merging,
}

/// What a shrinkage works on.
#[derive(Debug, Clone, Copy)]
pub struct Shrink<'a> {
    /// What is known of the damage.
    pub model: &'a StorageBuffer,
    /// Factor on the threshold.
    pub gain: f32,
    /// Values.
    pub plane: &'a Plane,
    /// Room for the blocks.
    pub blocks: &'a Blocks,
    /// Values.
    pub output: &'a Plane,
}

impl Shrinkage {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            once: gpu.kernel(&SHRINK_ONCE, None)?,
            first: gpu.kernel(&SHRINK_FIRST, None)?,
            second: gpu.kernel(&SHRINK_SECOND, None)?,
            merging: Merging::new(gpu)?,
        })
    }

    /// Shrinks each coefficient by its own energy, in blocks of which two cover a pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn once(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        let count = quincunx_count(work.blocks.size);
        recording.pass(
            &self.once,
            &[
                ("plane", (&work.plane.buffer).into()),
                ("model", work.model.into()),
                ("blocks", (&work.blocks.samples).into()),
                ("weights", (&work.blocks.weights).into()),
            ],
            &ShrinkOnceParams {
                width: work.plane.width,
                height: work.plane.height,
                blocks_x: count.0,
                blocks_y: count.1,
                gain: work.gain,
            },
            count,
        )?;
        self.merging.quincunx(recording, work.blocks, work.output)
    }

    /// The same, more strongly, in blocks of which four cover a pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn first(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        let count = block_count(work.blocks.size, Merge::PLAIN.offset);
        recording.pass(
            &self.first,
            &[
                ("plane", (&work.plane.buffer).into()),
                ("model", work.model.into()),
                ("blocks", (&work.blocks.samples).into()),
                ("weights", (&work.blocks.weights).into()),
            ],
            &ShrinkFirstParams {
                width: work.plane.width,
                height: work.plane.height,
                blocks_x: count.0,
                blocks_y: count.1,
                gain: work.gain,
            },
            count,
        )?;
        self.merging
            .lattice(recording, work.blocks, work.output, Merge::PLAIN)
    }

    /// Shrinks each coefficient by the energy that `pilot` has there.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn second(
        &self,
        recording: &mut Recording<'_>,
        work: Shrink<'_>,
        pilot: &Plane,
    ) -> Result<(), GpuError> {
        let count = block_count(work.blocks.size, Merge::SHIFTED.offset);
        recording.pass(
            &self.second,
            &[
                ("plane", (&work.plane.buffer).into()),
                ("pilot", (&pilot.buffer).into()),
                ("model", work.model.into()),
                ("blocks", (&work.blocks.samples).into()),
                ("weights", (&work.blocks.weights).into()),
            ],
            &ShrinkSecondParams {
                width: work.plane.width,
                height: work.plane.height,
                blocks_x: count.0,
                blocks_y: count.1,
                gain: work.gain,
            },
            count,
        )?;
        self.merging
            .lattice(recording, work.blocks, work.output, Merge::SHIFTED)
    }
}
