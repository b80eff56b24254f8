//! Shrinkage of overlapping DCT blocks by trained curves: in tiles on GPUs, else block by block with a merge
//! pass.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::block_merge::{Arrangement, Merging};
use crate::picture::planes::{Part, Parts, PictureShape, Planes};
use crate::picture::spatial::Merge;
use crate::picture::spatial_blocks::Blocks;
use crate::picture::spatial_tile::{suits, tiles};
use crate::{kernel, params};

params! {
    /// Parameters of `shrink_once.wgsl`, `shrink_first.wgsl`, `shrink_second.wgsl` and their `_tile` forms.
    pub struct ShrinkParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Factor on the threshold, for luma.
        pub luma_gain: f32,
        /// Factor on the threshold, for chroma.
        pub chroma_gain: f32,
    }
}

/// The only step of preset `fast`.
pub const SHRINK_ONCE: KernelSpec = kernel!("deartifact/shrink_once", ShrinkParams);
/// First step of preset `balanced`: makes the pilot.
pub const SHRINK_FIRST: KernelSpec = kernel!("deartifact/shrink_first", ShrinkParams);
/// Second step of preset `balanced`: takes energies from the pilot.
pub const SHRINK_SECOND: KernelSpec = kernel!("deartifact/shrink_second", ShrinkParams);

/// [`SHRINK_ONCE`] in tiles, for GPUs: see [`spatial_tile`](crate::picture::spatial_tile).
pub const SHRINK_ONCE_TILE: KernelSpec = kernel!("deartifact/shrink_once_tile", ShrinkParams);
/// [`SHRINK_FIRST`] in tiles.
pub const SHRINK_FIRST_TILE: KernelSpec = kernel!("deartifact/shrink_first_tile", ShrinkParams);
/// [`SHRINK_SECOND`] in tiles.
pub const SHRINK_SECOND_TILE: KernelSpec = kernel!("deartifact/shrink_second_tile", ShrinkParams);

/// The steps of shrinkage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShrinkStep {
    /// Shrinks each coefficient by its own energy, with two blocks over each pixel.
    Once,
    /// Shrinks each coefficient by its own energy, more strongly than `Once`, with four blocks over each
    /// pixel.
    First,
    /// Shrinks each coefficient by the energy that it has in a pilot, with four blocks over each pixel.
    Second,
}

impl ShrinkStep {
    fn spec(self, in_tiles: bool) -> &'static KernelSpec {
        match (self, in_tiles) {
            (Self::Once, false) => &SHRINK_ONCE,
            (Self::First, false) => &SHRINK_FIRST,
            (Self::Second, false) => &SHRINK_SECOND,
            (Self::Once, true) => &SHRINK_ONCE_TILE,
            (Self::First, true) => &SHRINK_FIRST_TILE,
            (Self::Second, true) => &SHRINK_SECOND_TILE,
        }
    }

    fn arrangement(self) -> Arrangement {
        match self {
            Self::Once => Arrangement::Quincunx,
            Self::First => Arrangement::Lattice(Merge::PLAIN),
            Self::Second => Arrangement::Lattice(Merge::SHIFTED),
        }
    }
}

/// One step with its kernels.
#[derive(Debug)]
pub struct Shrinkage {
    kernel: Arc<Kernel>,
    arrangement: Arrangement,
    /// `None` in tiles, which merge their own blocks.
    merging: Option<Merging>,
}

/// Inputs and outputs of a step.
#[derive(Debug, Clone, Copy)]
pub struct Shrink<'a> {
    /// The damage model.
    pub model: &'a StorageBuffer,
    /// Factors on the threshold, for luma and chroma.
    pub gains: [f32; 2],
    /// Input pixel values.
    pub planes: &'a Planes,
    /// Source of the energies, for [`ShrinkStep::Second`] alone.
    pub pilot: Option<&'a Planes>,
    /// Intermediate buffer for blocks.
    pub blocks: &'a Blocks,
    /// Output pixel values.
    pub output: &'a Planes,
}

impl Shrink<'_> {
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
    /// Compiles the kernels of a step, in the form that suits the device and pictures of one shape.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, step: ShrinkStep, shape: &PictureShape) -> Result<Self, GpuError> {
        Self::with_tiles(gpu, step, suits(gpu, shape))
    }

    /// Compiles the kernels of a step, in tiles or block by block.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn with_tiles(gpu: &Gpu, step: ShrinkStep, in_tiles: bool) -> Result<Self, GpuError> {
        let arrangement = step.arrangement();
        let merging = (!in_tiles).then(|| Merging::new(gpu, arrangement));
        Ok(Self {
            kernel: gpu.kernel(step.spec(in_tiles))?,
            arrangement,
            merging: merging.transpose()?,
        })
    }

    /// Allocates the intermediate buffer for pictures of one shape; empty if not needed. All steps can share
    /// it.
    pub fn blocks(&self, gpu: &Gpu, shape: &PictureShape) -> Blocks {
        match self.merging {
            Some(_) => Blocks::new(gpu, shape),
            None => Blocks::none(gpu, shape),
        }
    }

    /// Records the step.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        let arrangement = self.arrangement;
        for part in work.output.shape().all() {
            let mut bindings = vec![
                ("planes", work.planes.part(&part)),
                ("model", work.model.into()),
            ];
            bindings.extend(work.pilot.map(|pilot| ("pilot", pilot.part(&part))));
            let params = work.params(&part);
            let Some(merging) = &self.merging else {
                bindings.push(("merged", work.output.part(&part)));
                let tiles = part.grids(|size, _| tiles(arrangement, size));
                recording.parts(&self.kernel, &bindings, &params, &tiles)?;
                continue;
            };
            let [blocks, weights] = work.blocks.part(&part);
            bindings.extend([("blocks", blocks), ("weights", weights)]);
            let sizes = part.grids(|size, _| arrangement.blocks(size));
            recording.parts(&self.kernel, &bindings, &params, &sizes)?;
            merging.merge(recording, &part, work.blocks, work.output, arrangement)?;
        }
        Ok(())
    }
}
