//! Spatial denoising by shrinkage of overlapping 8x8 DCT blocks: in tiles on GPUs, else block by block with
//! a merge pass.

use std::ops::Range;

use super::block_merge::Arrangement;
use super::planes::{PictureShape, Planes};
use super::spatial_blocks::{BlockSteps, Blocks};
use super::spatial_tile::{self, TileSteps};
use crate::gpu::{Gpu, GpuError, Recording, StorageBuffer};

/// Buffers of one spatial step.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Intermediate buffer for blocks.
    pub blocks: &'a Blocks,
    /// Input: values and deviations.
    pub state: &'a Planes,
    /// Output: values.
    pub output: &'a Planes,
    /// The noise model, for the spectrum of the noise.
    pub noise: &'a StorageBuffer,
}

/// Threshold of the first step; each pair is for luma and chroma.
#[derive(Debug, Clone, Copy)]
pub struct Threshold {
    /// Factor on the standard deviation of the noise, below which coefficients count as small: of those, only the
    /// share stays by which their energy exceeds that of noise.
    pub deviations: [f32; 2],
    /// Exponents of that share: 1 for the least error, less where a later step averages what noise it lets through.
    pub powers: [f32; 2],
    /// Places blocks in a quincunx, with two blocks over each pixel instead of four: half the cost, 0.5 dB
    /// less.
    pub quincunx: [bool; 2],
}

impl Threshold {
    /// Arrangement of the blocks of a component.
    pub(super) fn arrangement(&self, component: usize) -> Arrangement {
        let [luma, chroma] = self.quincunx;
        match if component == 0 { luma } else { chroma } {
            true => Arrangement::Quincunx,
            false => Arrangement::Lattice(Merge::PLAIN),
        }
    }
}

/// Lattice of a step's blocks, and how its result is combined with the pilot.
#[derive(Debug, Clone, Copy)]
pub struct Merge {
    /// Shift of the lattice in columns and rows, 0 or 2 each. A shift other than the pilot's gives better
    /// results.
    pub offset: (u32, u32),
    /// Weight of the pilot in the output, 0..1.
    pub keep: f32,
}

impl Merge {
    /// The unshifted lattice, which the first step uses.
    pub const PLAIN: Self = Self::replacing((0, 0));
    /// The lattice farthest from [`Merge::PLAIN`].
    pub const SHIFTED: Self = Self::replacing((2, 2));

    const fn replacing(offset: (u32, u32)) -> Self {
        Self { offset, keep: 0.0 }
    }

    /// A shifted lattice whose result is averaged with the mean of `others` earlier ones.
    pub const fn averaged(offset: (u32, u32), others: u32) -> Self {
        Self {
            offset,
            keep: others as f32 / (others + 1) as f32,
        }
    }
}

/// The spatial steps, in the implementation that suits the device.
#[derive(Debug)]
pub enum Spatial {
    /// Block by block.
    Blocks(BlockSteps),
    /// In tiles.
    Tiles(TileSteps),
}

impl Spatial {
    /// Chooses an implementation for the device and for pictures of one shape, and compiles its kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, shape: &PictureShape) -> Result<Self, GpuError> {
        Self::with_tiles(gpu, spatial_tile::suits(gpu, shape))
    }

    /// As [`Spatial::new`], with a given implementation.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn with_tiles(gpu: &Gpu, tiles: bool) -> Result<Self, GpuError> {
        Ok(match tiles {
            true => Self::Tiles(TileSteps::new(gpu)?),
            false => Self::Blocks(BlockSteps::new(gpu)?),
        })
    }

    /// Allocates the intermediate buffer for pictures of one shape; empty if not needed.
    pub fn blocks(&self, gpu: &Gpu, shape: &PictureShape) -> Blocks {
        match self {
            Self::Tiles(_) => Blocks::none(gpu, shape),
            Self::Blocks(_) => Blocks::new(gpu, shape),
        }
    }

    /// True if a step's output may be the same buffer as its pilot.
    pub fn works_in_place(&self) -> bool {
        matches!(self, Self::Blocks(_))
    }

    /// First step: takes noise from coefficients below a threshold, in the given components.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn threshold(
        &self,
        recording: &mut Recording<'_>,
        components: Range<usize>,
        step: Step<'_>,
        threshold: Threshold,
    ) -> Result<(), GpuError> {
        match self {
            Self::Blocks(steps) => steps.threshold(recording, components, step, threshold),
            Self::Tiles(steps) => {
                let planes = [step.state, step.output];
                steps.threshold(recording, components, planes, step.noise, threshold)
            }
        }
    }

    /// Second step: weights each coefficient by signal / (signal + noise), with the signal taken from
    /// `pilot`, in the given components. `merge` gives the lattice and the weight of `pilot` in the output. The output may be `pilot`
    /// if [`Spatial::works_in_place`], and must be then if `pilot` has a weight.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn wiener(
        &self,
        recording: &mut Recording<'_>,
        components: Range<usize>,
        step: Step<'_>,
        pilot: &Planes,
        merge: Merge,
    ) -> Result<(), GpuError> {
        match self {
            Self::Blocks(steps) => steps.wiener(recording, components, step, pilot, merge),
            Self::Tiles(steps) => {
                let planes = [step.state, pilot, step.output];
                steps.wiener(recording, components, planes, step.noise, merge)
            }
        }
    }
}
