//! The passes before and after [`super::shrinkage`]: deblocking, limits and debanding.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::planes::{Parts, Planes};
use crate::{kernel, params};

params! {
    /// Parameters of `repair.wgsl`.
    pub struct RepairParams {
        /// Components of the dispatch.
        pub parts: Parts,
    }
}

params! {
    /// Parameters of `finish.wgsl`.
    pub struct FinishParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// One code of the frame in 8-bit code values.
        pub code: f32,
    }
}

/// Deblocks: levels steps at the block grid.
pub const REPAIR: KernelSpec = kernel!("deartifact/repair", RepairParams);
/// Limits the repair of luma to what the quantizer explains and to the range of surrounding pixels, and
/// smooths bands.
pub const FINISH: KernelSpec = kernel!("deartifact/finish", FinishParams);

/// The kernels of both passes.
#[derive(Debug)]
pub struct Repair {
    repair: Arc<Kernel>,
    finish: Arc<Kernel>,
}

/// Parameters of a picture's repair.
#[derive(Debug, Clone, Copy)]
pub struct PictureRepair<'a> {
    /// The damage model.
    pub model: &'a StorageBuffer,
    /// One code of the frame in 8-bit code values.
    pub code: f32,
}

impl Repair {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            repair: gpu.kernel(&REPAIR)?,
            finish: gpu.kernel(&FINISH)?,
        })
    }

    /// Levels steps of luma at the grid of the model; copies chroma.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn level(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        input: &Planes,
        levelled: &Planes,
    ) -> Result<(), GpuError> {
        for part in input.shape().all() {
            let bindings = [
                ("planes", input.part(&part)),
                ("model", model.into()),
                ("levelled", levelled.part(&part)),
            ];
            let params = RepairParams {
                parts: part.params(),
            };
            recording.parts(&self.repair, &bindings, &params, &part.quads())?;
        }
        Ok(())
    }

    /// Makes the luma of the finished picture from `source` and the result of shrinkage.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn finish(
        &self,
        recording: &mut Recording<'_>,
        repair: PictureRepair<'_>,
        [source, repaired, finished]: [&Planes; 3],
    ) -> Result<(), GpuError> {
        for part in source.shape().parts(0..1) {
            let bindings = [
                ("source", source.part(&part)),
                ("repaired", repaired.part(&part)),
                ("model", repair.model.into()),
                ("finished", finished.part(&part)),
            ];
            let params = FinishParams {
                parts: part.params(),
                code: repair.code,
            };
            recording.parts(&self.finish, &bindings, &params, &part.quads())?;
        }
        Ok(())
    }
}
