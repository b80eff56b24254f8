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

/// The kernels of all three steps.
#[derive(Debug)]
pub struct Shrinkage {
    once: Arc<Kernel>,
    first: Arc<Kernel>,
    second: Arc<Kernel>,
    /// `None` in tiles, which merge their own blocks.
    merging: Option<[Merging; 2]>,
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
    /// Chooses an implementation for the device and compiles its kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Self::with_tiles(gpu, suits(gpu))
    }

    /// As [`Shrinkage::new`], with a given implementation.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn with_tiles(gpu: &Gpu, tiles: bool) -> Result<Self, GpuError> {
        let [once, first, second] = match tiles {
            true => [&SHRINK_ONCE_TILE, &SHRINK_FIRST_TILE, &SHRINK_SECOND_TILE],
            false => [&SHRINK_ONCE, &SHRINK_FIRST, &SHRINK_SECOND],
        };
        Ok(Self {
            once: gpu.kernel(once)?,
            first: gpu.kernel(first)?,
            second: gpu.kernel(second)?,
            merging: match tiles {
                true => None,
                false => Some([
                    Merging::new(gpu, Arrangement::Quincunx)?,
                    Merging::new(gpu, Arrangement::Lattice(Merge::PLAIN))?,
                ]),
            },
        })
    }

    /// Allocates the intermediate buffer for pictures of one shape; empty if not needed.
    pub fn blocks(&self, gpu: &Gpu, shape: &PictureShape) -> Blocks {
        match self.merging {
            Some(_) => Blocks::new(gpu, shape),
            None => Blocks::none(gpu, shape),
        }
    }

    /// Shrinks each coefficient by its own energy, with two blocks over each pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn once(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        self.shrink(recording, &self.once, work, None, Arrangement::Quincunx)
    }

    /// Shrinks each coefficient by its own energy, more strongly than [`Shrinkage::once`], with four blocks
    /// over each pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn first(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        let lattice = Arrangement::Lattice(Merge::PLAIN);
        self.shrink(recording, &self.first, work, None, lattice)
    }

    /// Shrinks each coefficient by the energy that it has in `pilot`, with four blocks over each pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn second(
        &self,
        recording: &mut Recording<'_>,
        work: Shrink<'_>,
        pilot: &Planes,
    ) -> Result<(), GpuError> {
        let lattice = Arrangement::Lattice(Merge::SHIFTED);
        self.shrink(recording, &self.second, work, Some(pilot), lattice)
    }

    fn shrink(
        &self,
        recording: &mut Recording<'_>,
        kernel: &Arc<Kernel>,
        work: Shrink<'_>,
        pilot: Option<&Planes>,
        arrangement: Arrangement,
    ) -> Result<(), GpuError> {
        for part in work.output.shape().all() {
            let mut bindings = vec![
                ("planes", work.planes.part(&part)),
                ("model", work.model.into()),
            ];
            bindings.extend(pilot.map(|pilot| ("pilot", pilot.part(&part))));
            let params = work.params(&part);
            let Some(merging) = &self.merging else {
                bindings.push(("merged", work.output.part(&part)));
                let tiles = part.grids(|size, _| tiles(arrangement, size));
                recording.parts(kernel, &bindings, &params, &tiles)?;
                continue;
            };
            let [blocks, weights] = work.blocks.part(&part);
            bindings.extend([("blocks", blocks), ("weights", weights)]);
            let sizes = part.grids(|size, _| arrangement.blocks(size));
            recording.parts(kernel, &bindings, &params, &sizes)?;
            let [quincunx, lattice] = merging;
            let merging = match arrangement {
                Arrangement::Quincunx => quincunx,
                Arrangement::Lattice(_) => lattice,
            };
            merging.merge(recording, &part, work.blocks, work.output, arrangement)?;
        }
        Ok(())
    }
}
