//! Shrinkage of overlapped DCT blocks by trained curves.

use std::sync::Arc;

use crate::gpu::{Binding, Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::planes::{Part, Parts, Planes};
use crate::picture::spatial::{Blocks, Merge, Merging, block_count, quincunx_count};
use crate::{kernel, params};

params! {
    /// Parameters of `shrink_once.wgsl`, `shrink_first.wgsl` and `shrink_second.wgsl`.
    pub struct ShrinkParams {
        /// The components.
        pub parts: Parts,
        /// Factor on the threshold in luma.
        pub luma_gain: f32,
        /// The same in chroma.
        pub chroma_gain: f32,
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
    /// Factors on the threshold, in luma and in chroma.
    pub gains: [f32; 2],
    /// Values.
    pub planes: &'a Planes,
    /// Room for the blocks.
    pub blocks: &'a Blocks,
    /// Values.
    pub output: &'a Planes,
}

impl<'a> Shrink<'a> {
    /// What each of the shaders reads and writes.
    fn bindings(&self, part: &Part) -> [(&'static str, Binding<'a>); 4] {
        let [blocks, weights] = self.blocks.part(part);
        [
            ("planes", self.planes.part(part)),
            ("model", self.model.into()),
            ("blocks", blocks),
            ("weights", weights),
        ]
    }

    fn params(&self, part: &Part) -> ShrinkParams {
        let [luma_gain, chroma_gain] = self.gains;
        ShrinkParams {
            parts: part.params(),
            luma_gain,
            chroma_gain,
        }
    }
}

impl Shrinkage {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            once: gpu.kernel(&SHRINK_ONCE)?,
            first: gpu.kernel(&SHRINK_FIRST)?,
            second: gpu.kernel(&SHRINK_SECOND)?,
            merging: Merging::new(gpu)?,
        })
    }

    /// Shrinks each coefficient by its own energy, in blocks of which two cover a pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn once(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        for part in work.output.shape().all() {
            let (bindings, params) = (work.bindings(&part), work.params(&part));
            let sizes = part.grids(|size, _| quincunx_count(size));
            recording.parts(&self.once, &bindings, &params, &sizes)?;
            self.merging
                .quincunx(recording, &part, work.blocks, work.output)?;
        }
        Ok(())
    }

    /// The same, more strongly, in blocks of which four cover a pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn first(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        let merge = Merge::PLAIN;
        for part in work.output.shape().all() {
            let (bindings, params) = (work.bindings(&part), work.params(&part));
            let sizes = part.grids(|size, _| block_count(size, merge.offset));
            recording.parts(&self.first, &bindings, &params, &sizes)?;
            self.merging
                .lattice(recording, &part, work.blocks, work.output, merge)?;
        }
        Ok(())
    }

    /// Shrinks each coefficient by the energy that `pilot` has there.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn second(
        &self,
        recording: &mut Recording<'_>,
        work: Shrink<'_>,
        pilot: &Planes,
    ) -> Result<(), GpuError> {
        let merge = Merge::SHIFTED;
        for part in work.output.shape().all() {
            let [planes, model, blocks, weights] = work.bindings(&part);
            let bindings = [planes, ("pilot", pilot.part(&part)), model, blocks, weights];
            let sizes = part.grids(|size, _| block_count(size, merge.offset));
            recording.parts(&self.second, &bindings, &work.params(&part), &sizes)?;
            self.merging
                .lattice(recording, &part, work.blocks, work.output, merge)?;
        }
        Ok(())
    }
}
