//! Shrinkage of overlapped 8x8 DCT blocks: in tiles on GPUs, else block by block with a merge after it.

use std::ops::Range;

use super::planes::{PictureShape, Planes};
use super::spatial_blocks::{BlockSteps, Blocks};
use super::spatial_tile::{self, TileSteps};
use crate::gpu::{Gpu, GpuError, Recording};

/// What a step works on.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Room for the blocks.
    pub blocks: &'a Blocks,
    /// Values and deviations.
    pub state: &'a Planes,
    /// Values.
    pub output: &'a Planes,
}

/// How a first step drops coefficients: for luma and for chroma.
#[derive(Debug, Clone, Copy)]
pub struct Threshold {
    /// Factors on the noise's standard deviation.
    pub deviations: [f32; 2],
    /// Blocks lie in a quincunx, where each pixel lies in two instead of four: half the cost, 0.5 dB less.
    pub quincunx: [bool; 2],
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

/// The spatial steps, as the device takes them best.
#[derive(Debug)]
pub enum Spatial {
    /// Block by block.
    Blocks(BlockSteps),
    /// In tiles.
    Tiles(TileSteps),
}

impl Spatial {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Self::with_tiles(gpu, spatial_tile::suits(gpu))
    }

    /// The same, in tiles or block by block.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn with_tiles(gpu: &Gpu, tiles: bool) -> Result<Self, GpuError> {
        Ok(match tiles {
            true => Self::Tiles(TileSteps::new(gpu)?),
            false => Self::Blocks(BlockSteps::new(gpu)?),
        })
    }

    /// Room for the blocks of pictures of one shape, as far as steps need any.
    pub fn blocks(&self, gpu: &Gpu, shape: &PictureShape) -> Blocks {
        match self {
            Self::Tiles(_) => Blocks::none(gpu, shape),
            Self::Blocks(_) => Blocks::new(gpu, shape),
        }
    }

    /// True where a step may write what it reads as its pilot.
    pub fn works_in_place(&self) -> bool {
        matches!(self, Self::Blocks(_))
    }

    /// Drops the coefficients below so many deviations of the noise, in the given components.
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
                steps.threshold(recording, components, planes, threshold)
            }
        }
    }

    /// Weighs coefficients by how much of them `pilot` says is signal, on blocks that lie and are
    /// merged as `merge` says. `pilot` is what results are averaged with; it may be the step's output where
    /// [`Spatial::works_in_place`], and must be where they are averaged so.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn wiener(
        &self,
        recording: &mut Recording<'_>,
        step: Step<'_>,
        pilot: &Planes,
        merge: Merge,
    ) -> Result<(), GpuError> {
        match self {
            Self::Blocks(steps) => steps.wiener(recording, step, pilot, merge),
            Self::Tiles(steps) => {
                let planes = [step.state, pilot, step.output];
                steps.wiener(recording, planes, merge)
            }
        }
    }
}
