//! Arrangements of overlapping blocks, and the passes that merge blocks into a picture.

use std::sync::Arc;

use super::planes::{Part, Parts, Planes};
use super::spatial::Merge;
use super::spatial_blocks::Blocks;
use crate::gpu::kernel::Switches;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording};
use crate::{kernel, params};

params! {
    /// Parameters of `block_merge.wgsl`.
    pub struct BlockMergeParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Shift of the lattice in columns.
        pub offset_x: u32,
        /// Shift of the lattice in rows.
        pub offset_y: u32,
        /// Weight of the buffer's previous contents, for the variant [`AVERAGED`].
        pub keep: f32,
    }
}

params! {
    /// Parameters of `quincunx_merge.wgsl`.
    pub struct QuincunxMergeParams {
        /// Components of the dispatch.
        pub parts: Parts,
    }
}

/// Averages the overlapping blocks of a lattice.
pub const BLOCK_MERGE: KernelSpec = kernel!("picture/block_merge", BlockMergeParams);
/// Variant of [`BLOCK_MERGE`] that averages the result with the output's previous contents.
pub const AVERAGED: Switches = &[("AVERAGED", true)];
/// Averages the overlapping blocks of a quincunx.
pub const QUINCUNX_MERGE: KernelSpec = kernel!("picture/quincunx_merge", QuincunxMergeParams);

/// Arrangement of the overlapping blocks of a picture.
#[derive(Debug, Clone, Copy)]
pub enum Arrangement {
    /// Two blocks cover each pixel.
    Quincunx,
    /// Four blocks cover each pixel.
    Lattice(Merge),
}

impl Arrangement {
    /// Columns and rows of blocks that cover a plane. They also cover the columns that pad a row to whole
    /// quads, because those are merged too.
    pub fn blocks(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self {
            Self::Quincunx => (width.div_ceil(4) + 1, (height + 4).div_ceil(8)),
            Self::Lattice(Merge { offset, .. }) => {
                let count = |side: u32, offset: u32| (side - 1 + offset) / 4 + 2;
                (
                    count(width.next_multiple_of(4), offset.0),
                    count(height, offset.1),
                )
            }
        }
    }

    /// Columns and rows of cells of 4x4 pixels that are merged.
    pub fn cells(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self {
            Self::Quincunx => (width.div_ceil(4), height.div_ceil(4)),
            // One cell less than there are blocks, since a cell has blocks on all sides.
            Self::Lattice(_) => {
                let (across, down) = self.blocks((width, height));
                (across - 1, down - 1)
            }
        }
    }
}

/// The pass that merges blocks of one arrangement.
#[derive(Debug)]
pub struct Merging(Arc<Kernel>);

impl Merging {
    /// Compiles the kernel for an arrangement; one for a lattice serves all shifts.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, arrangement: Arrangement) -> Result<Self, GpuError> {
        let spec = match arrangement {
            Arrangement::Quincunx => &QUINCUNX_MERGE,
            Arrangement::Lattice(_) => &BLOCK_MERGE,
        };
        Ok(Self(gpu.kernel(spec)?))
    }

    /// Compiles the kernel for a lattice whose result is averaged with the output's previous contents.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn averaged(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self(gpu.variant(&BLOCK_MERGE, AVERAGED)?))
    }

    /// Merges blocks into pixel values.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn merge(
        &self,
        recording: &mut Recording<'_>,
        part: &Part,
        blocks: &Blocks,
        output: &Planes,
        arrangement: Arrangement,
    ) -> Result<(), GpuError> {
        let [samples, weights] = blocks.part(part);
        let bindings = [
            ("blocks", samples),
            ("weights", weights),
            ("merged", output.part(part)),
        ];
        let cells = part.grids(|size, _| arrangement.cells(size));
        let parts = part.params();
        match arrangement {
            Arrangement::Quincunx => {
                let params = QuincunxMergeParams { parts };
                recording.parts(&self.0, &bindings, &params, &cells)
            }
            Arrangement::Lattice(merge) => {
                let params = BlockMergeParams {
                    parts,
                    offset_x: merge.offset.0,
                    offset_y: merge.offset.1,
                    keep: merge.keep,
                };
                recording.parts(&self.0, &bindings, &params, &cells)
            }
        }
    }
}
