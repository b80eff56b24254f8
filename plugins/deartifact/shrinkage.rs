//! Shrinkage of overlapped DCT blocks by trained curves: in tiles on GPUs, else block by block with a merge
//! after it.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::planes::{Part, Parts, PictureShape, Planes};
use crate::picture::spatial::Merge;
use crate::picture::spatial_blocks::{Blocks, Merging, block_count, quincunx_count};
use crate::picture::spatial_tile::{lattice_tiles, quincunx_tiles, suits};
use crate::{kernel, params};

params! {
    /// Parameters of `shrink_once.wgsl`, `shrink_first.wgsl`, `shrink_second.wgsl`, and of the three in tiles.
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

/// The three in tiles, for GPUs: see [`spatial_tile`](crate::picture::spatial_tile).
pub const SHRINK_ONCE_TILE: KernelSpec = kernel!("deartifact/shrink_once_tile", ShrinkParams);
/// The pilot of preset `balanced`.
pub const SHRINK_FIRST_TILE: KernelSpec = kernel!("deartifact/shrink_first_tile", ShrinkParams);
/// What the pilot is for.
pub const SHRINK_SECOND_TILE: KernelSpec = kernel!("deartifact/shrink_second_tile", ShrinkParams);

/// The kernels.
#[derive(Debug)]
pub struct Shrinkage {
    once: Arc<Kernel>,
    first: Arc<Kernel>,
    second: Arc<Kernel>,
    /// `None` where they work in tiles, which merge their blocks themselves.
    merging: Option<Merging>,
}

/// How the blocks of a shrinkage lie.
#[derive(Debug, Clone, Copy)]
enum Lie {
    Quincunx,
    Lattice(Merge),
}

impl Lie {
    /// Invocations of a kernel that makes blocks.
    fn blocks(self, size: (u32, u32)) -> (u32, u32) {
        match self {
            Self::Quincunx => quincunx_count(size),
            Self::Lattice(merge) => block_count(size, merge.offset),
        }
    }

    /// Invocations of a kernel that makes tiles.
    fn tiles(self, size: (u32, u32)) -> (u32, u32) {
        match self {
            Self::Quincunx => quincunx_tiles(size),
            Self::Lattice(merge) => lattice_tiles(size, merge.offset),
        }
    }
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
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Self::with_tiles(gpu, suits(gpu))
    }

    /// The same, in tiles or block by block.
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
            merging: (!tiles).then(|| Merging::new(gpu)).transpose()?,
        })
    }

    /// Room for the blocks of pictures of one shape, as far as any is needed.
    pub fn blocks(&self, gpu: &Gpu, shape: &PictureShape) -> Blocks {
        match self.merging {
            Some(_) => Blocks::new(gpu, shape),
            None => Blocks::none(gpu, shape),
        }
    }

    /// Shrinks each coefficient by its own energy, in blocks of which two cover a pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn once(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        self.shrink(recording, &self.once, work, None, Lie::Quincunx)
    }

    /// The same, more strongly, in blocks of which four cover a pixel.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn first(&self, recording: &mut Recording<'_>, work: Shrink<'_>) -> Result<(), GpuError> {
        let lie = Lie::Lattice(Merge::PLAIN);
        self.shrink(recording, &self.first, work, None, lie)
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
        let lie = Lie::Lattice(Merge::SHIFTED);
        self.shrink(recording, &self.second, work, Some(pilot), lie)
    }

    fn shrink(
        &self,
        recording: &mut Recording<'_>,
        kernel: &Arc<Kernel>,
        work: Shrink<'_>,
        pilot: Option<&Planes>,
        lie: Lie,
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
                let tiles = part.grids(|size, _| lie.tiles(size));
                recording.parts(kernel, &bindings, &params, &tiles)?;
                continue;
            };
            let [blocks, weights] = work.blocks.part(&part);
            bindings.extend([("blocks", blocks), ("weights", weights)]);
            let sizes = part.grids(|size, _| lie.blocks(size));
            recording.parts(kernel, &bindings, &params, &sizes)?;
            match lie {
                Lie::Quincunx => {
                    merging.quincunx(recording, &part, work.blocks, work.output)?;
                }
                Lie::Lattice(merge) => {
                    merging.lattice(recording, &part, work.blocks, work.output, merge)?;
                }
            }
        }
        Ok(())
    }
}
