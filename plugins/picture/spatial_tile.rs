//! Shrinkage of overlapping 8x8 DCT blocks for GPUs: a workgroup merges the blocks it made in the same
//! dispatch, so that they stay in workgroup memory.
//!
//! Software Vulkan is faster with separate passes, without workgroup memory: [`spatial`](super::spatial)
//! chooses.

use std::ops::Range;
use std::sync::Arc;

use super::block_merge::Arrangement;
use super::planes::{Parts, PictureShape, Planes};
use super::spatial::{Merge, Threshold};
use super::spatial_blocks::Blocks;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params, shader_constant};

params! {
    /// Parameters of `dct_threshold_tile.wgsl`.
    pub struct DctThresholdTileParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// 1 for luma blocks in a quincunx.
        pub luma_quincunx: u32,
        /// 1 for chroma blocks in a quincunx.
        pub chroma_quincunx: u32,
        /// Factor on the standard deviation of the noise, for luma.
        pub luma_threshold: f32,
        /// Factor on the standard deviation of the noise, for chroma.
        pub chroma_threshold: f32,
        /// Exponent of the share that is kept of small coefficients of luma.
        pub luma_power: f32,
        /// The same of chroma.
        pub chroma_power: f32,
    }
}

params! {
    /// Parameters of `dct_wiener_tile.wgsl`.
    pub struct DctWienerTileParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Shift of the lattice in columns.
        pub offset_x: u32,
        /// Shift of the lattice in rows.
        pub offset_y: u32,
        /// Weight of the pilot in the output, 0..1.
        pub keep: f32,
    }
}

/// Shrinks blocks by a hard threshold and merges them.
pub const DCT_THRESHOLD_TILE: KernelSpec =
    kernel!("picture/dct_threshold_tile", DctThresholdTileParams);
/// Shrinks blocks by Wiener weights from a pilot and merges them.
pub const DCT_WIENER_TILE: KernelSpec = kernel!("picture/dct_wiener_tile", DctWienerTileParams);

/// Invocations in a workgroup, which processes one tile: `LANES` in `shared/block_tile.wgsl`.
const LANES: u32 = shader_constant!("shared/block_tile", "LANES");
/// Cells of 4x4 pixels across a tile: `TILE_CELLS` in `shared/block_tile.wgsl`.
const TILE_CELLS: u32 = shader_constant!("shared/block_tile", "TILE_CELLS");

/// Workgroup memory that a tile needs at most, in bytes. WebGPU guarantees 16 KiB; GPUs have 32 KiB and
/// more.
const TILE_BYTES: u32 = 31_104;

/// True if the device should use tiles: a GPU, or any device that cannot bind the blocks of pictures of this
/// shape, with enough workgroup memory.
pub fn suits(gpu: &Gpu, shape: &PictureShape) -> bool {
    let room = gpu.device().limits().max_compute_workgroup_storage_size;
    (!gpu.is_software() || !Blocks::fit(gpu, shape)) && room >= TILE_BYTES
}

/// Grid of invocations for the tiles of a component. Those of a quincunx are twice as high.
pub fn tiles(arrangement: Arrangement, size: (u32, u32)) -> (u32, u32) {
    let (across, down) = arrangement.cells(size);
    let rows = match arrangement {
        Arrangement::Quincunx => 2 * TILE_CELLS,
        Arrangement::Lattice(_) => TILE_CELLS,
    };
    (across.div_ceil(TILE_CELLS) * LANES, down.div_ceil(rows))
}

/// The spatial steps, in tiles.
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

    /// As [`Spatial::threshold`](super::spatial::Spatial::threshold).
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn threshold(
        &self,
        recording: &mut Recording<'_>,
        components: Range<usize>,
        [state, output]: [&Planes; 2],
        noise: &StorageBuffer,
        threshold: Threshold,
    ) -> Result<(), GpuError> {
        let [luma_quincunx, chroma_quincunx] = threshold.quincunx;
        for part in output.shape().parts(components) {
            let bindings = [
                ("state", state.part(&part)),
                ("merged", output.part(&part)),
                ("noise", noise.into()),
            ];
            let params = DctThresholdTileParams {
                parts: part.params(),
                luma_quincunx: u32::from(luma_quincunx),
                chroma_quincunx: u32::from(chroma_quincunx),
                luma_threshold: threshold.deviations[0],
                chroma_threshold: threshold.deviations[1],
                luma_power: threshold.powers[0],
                chroma_power: threshold.powers[1],
            };
            let tiles = |size, component| tiles(threshold.arrangement(component), size);
            recording.parts(&self.threshold, &bindings, &params, &part.grids(tiles))?;
        }
        Ok(())
    }

    /// As [`Spatial::wiener`](super::spatial::Spatial::wiener); `pilot` must not be the output.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn wiener(
        &self,
        recording: &mut Recording<'_>,
        components: Range<usize>,
        [state, pilot, output]: [&Planes; 3],
        noise: &StorageBuffer,
        merge: Merge,
    ) -> Result<(), GpuError> {
        for part in output.shape().parts(components) {
            let bindings = [
                ("state", state.part(&part)),
                ("pilot", pilot.part(&part)),
                ("merged", output.part(&part)),
                ("noise", noise.into()),
            ];
            let params = DctWienerTileParams {
                parts: part.params(),
                offset_x: merge.offset.0,
                offset_y: merge.offset.1,
                keep: merge.keep,
            };
            let tiles = part.grids(|size, _| tiles(Arrangement::Lattice(merge), size));
            recording.parts(&self.wiener, &bindings, &params, &tiles)?;
        }
        Ok(())
    }
}
