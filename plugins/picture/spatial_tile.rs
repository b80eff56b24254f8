//! Shrinkage of overlapped 8x8 DCT blocks for GPUs: blocks are merged in the workgroup that made them, in
//! the same dispatch, and never go through memory.
//!
//! Software works faster on whole blocks one after the other, and without shared memory: see
//! [`spatial`](super::spatial), which chooses.

use std::ops::Range;
use std::sync::Arc;

use super::planes::{Parts, Planes};
use super::spatial::{Merge, Threshold};
use super::spatial_blocks::block_count;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording};
use crate::{kernel, params};

params! {
    /// Parameters of `dct_threshold_tile.wgsl`.
    pub struct DctThresholdTileParams {
        /// The components.
        pub parts: Parts,
        /// 1 where the blocks of luma lie in a quincunx.
        pub luma_quincunx: u32,
        /// 1 where those of chroma do.
        pub chroma_quincunx: u32,
        /// Factor on the noise's standard deviation in luma.
        pub luma_threshold: f32,
        /// The same in chroma.
        pub chroma_threshold: f32,
    }
}

params! {
    /// Parameters of `dct_wiener_tile.wgsl`.
    pub struct DctWienerTileParams {
        /// The components.
        pub parts: Parts,
        /// Columns by which the lattice is shifted.
        pub offset_x: u32,
        /// Rows by which the lattice is shifted.
        pub offset_y: u32,
        /// Share of the pilot that stays.
        pub keep: f32,
    }
}

/// Hard threshold.
pub const DCT_THRESHOLD_TILE: KernelSpec =
    kernel!("picture/dct_threshold_tile", DctThresholdTileParams);
/// Wiener weights from a pilot.
pub const DCT_WIENER_TILE: KernelSpec = kernel!("picture/dct_wiener_tile", DctWienerTileParams);

/// Lanes of a workgroup, which makes a tile: `LANES` in `shared/block_tile.wgsl`.
const LANES: u32 = 256;
/// Cells of 4x4 pixels across a tile: `TILE_CELLS` there.
const TILE_CELLS: u32 = 7;

/// Bytes of a workgroup's memory that a tile takes at most: WebGPU promises 16 KiB, GPUs have 32 and more.
const TILE_BYTES: u32 = 31_104;

/// True where steps are best taken in tiles: on GPUs that have room for them.
pub fn suits(gpu: &Gpu) -> bool {
    let room = gpu.device().limits().max_compute_workgroup_storage_size;
    !gpu.is_software() && room >= TILE_BYTES
}

/// Invocations across and down for the tiles of a component whose blocks lie in a lattice shifted by
/// `offset`.
pub fn lattice_tiles(size: (u32, u32), offset: (u32, u32)) -> (u32, u32) {
    // A cell has blocks on all sides.
    let (across, down) = block_count(size, offset);
    (
        (across - 1).div_ceil(TILE_CELLS) * LANES,
        (down - 1).div_ceil(TILE_CELLS),
    )
}

/// The same for blocks in a quincunx, whose tiles are twice as high.
pub fn quincunx_tiles((width, height): (u32, u32)) -> (u32, u32) {
    (
        width.div_ceil(4).div_ceil(TILE_CELLS) * LANES,
        height.div_ceil(4).div_ceil(2 * TILE_CELLS),
    )
}

/// Kernels of the spatial steps.
#[derive(Debug)]
pub struct TileSteps {
    threshold: Arc<Kernel>,
    wiener: Arc<Kernel>,
}

impl TileSteps {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            threshold: gpu.kernel(&DCT_THRESHOLD_TILE)?,
            wiener: gpu.kernel(&DCT_WIENER_TILE)?,
        })
    }

    /// Drops the coefficients below so many deviations of the noise, in the given components.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn threshold(
        &self,
        recording: &mut Recording<'_>,
        components: Range<usize>,
        [state, output]: [&Planes; 2],
        threshold: Threshold,
    ) -> Result<(), GpuError> {
        let [luma_quincunx, chroma_quincunx] = threshold.quincunx;
        for part in output.shape().parts(components) {
            let bindings = [("state", state.part(&part)), ("merged", output.part(&part))];
            let params = DctThresholdTileParams {
                parts: part.params(),
                luma_quincunx: u32::from(luma_quincunx),
                chroma_quincunx: u32::from(chroma_quincunx),
                luma_threshold: threshold.deviations[0],
                chroma_threshold: threshold.deviations[1],
            };
            let is_quincunx = |component| match component {
                0 => luma_quincunx,
                _ => chroma_quincunx,
            };
            let tiles = |size, component: usize| match is_quincunx(component) {
                true => quincunx_tiles(size),
                false => lattice_tiles(size, (0, 0)),
            };
            recording.parts(&self.threshold, &bindings, &params, &part.grids(tiles))?;
        }
        Ok(())
    }

    /// Weighs coefficients by how much of them `pilot`, which is not `output`, says is signal, on blocks
    /// that lie and are merged with it as `merge` says.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn wiener(
        &self,
        recording: &mut Recording<'_>,
        [state, pilot, output]: [&Planes; 3],
        merge: Merge,
    ) -> Result<(), GpuError> {
        for part in output.shape().all() {
            let bindings = [
                ("state", state.part(&part)),
                ("pilot", pilot.part(&part)),
                ("merged", output.part(&part)),
            ];
            let params = DctWienerTileParams {
                parts: part.params(),
                offset_x: merge.offset.0,
                offset_y: merge.offset.1,
                keep: merge.keep,
            };
            let tiles = part.grids(|size, _| lattice_tiles(size, merge.offset));
            recording.parts(&self.wiener, &bindings, &params, &tiles)?;
        }
        Ok(())
    }
}
