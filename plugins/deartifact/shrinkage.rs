//! Shrinkage of overlapped DCT blocks by trained curves.

use std::sync::Arc;

use crate::gpu::{Binding, Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::working::plane::Plane;
use crate::working::spatial::{Blocks, Merge, Merging, block_count, quincunx_count};
use crate::{kernel, params};

params! {
    /// Parameters of `shrink_once.wgsl`, `shrink_first.wgsl` and `shrink_second.wgsl`.
    pub struct ShrinkParams {
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
pub const SHRINK_ONCE: KernelSpec = kernel!("deartifact/shrink_once", ShrinkParams);
/// The pilot of preset `balanced`.
pub const SHRINK_FIRST: KernelSpec = kernel!("deartifact/shrink_first", ShrinkParams);
/// What the pilot is for.
pub const SHRINK_SECOND: KernelSpec = kernel!("deartifact/shrink_second", ShrinkParams);

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

impl<'a> Shrink<'a> {
    /// What each of the shaders reads and writes.
    fn bindings(&self) -> [(&'static str, Binding<'a>); 4] {
        [
            ("plane", (&self.plane.buffer).into()),
            ("model", self.model.into()),
            ("blocks", (&self.blocks.samples).into()),
            ("weights", (&self.blocks.weights).into()),
        ]
    }

    fn record(
        &self,
        recording: &mut Recording<'_>,
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        count: (u32, u32),
    ) -> Result<(), GpuError> {
        let params = ShrinkParams {
            width: self.plane.width,
            height: self.plane.height,
            blocks_x: count.0,
            blocks_y: count.1,
            gain: self.gain,
        };
        recording.pass(kernel, bindings, &params, count)
    }
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
        work.record(recording, &self.once, &work.bindings(), count)?;
        self.merging.quincunx(recording, work.blocks, work.output)
    }

    /// The same, more strongly, in blocks of which four cover a pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn first(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        let count = block_count(work.blocks.size, Merge::PLAIN.offset);
        work.record(recording, &self.first, &work.bindings(), count)?;
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
        let [plane, model, blocks, weights] = work.bindings();
        let pilot = ("pilot", (&pilot.buffer).into());
        let bindings = [plane, pilot, model, blocks, weights];
        work.record(recording, &self.second, &bindings, count)?;
        self.merging
            .lattice(recording, work.blocks, work.output, Merge::SHIFTED)
    }
}
