//! The passes before and after [`super::shrinkage`].

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::planes::{Parts, Planes};
use crate::{kernel, params};

params! {
    /// Parameters of `repair.wgsl`.
    pub struct RepairParams {
        /// The components.
        pub parts: Parts,
    }
}

params! {
    /// Parameters of `finish.wgsl`.
    pub struct FinishParams {
        /// The components.
        pub parts: Parts,
        /// Factor on the threshold in luma.
        pub luma_gain: f32,
        /// The same in chroma.
        pub chroma_gain: f32,
        /// One code of the frame in 8-bit code values.
        pub code: f32,
    }
}

/// Levels steps.
pub const REPAIR: KernelSpec = kernel!("deartifact/repair", RepairParams);
/// Keeps the repair within bounds, those of the quantizer and of the pixels around, and smooths bands.
pub const FINISH: KernelSpec = kernel!("deartifact/finish", FinishParams);

/// The kernels.
#[derive(Debug)]
pub struct Repair {
    repair: Arc<Kernel>,
    finish: Arc<Kernel>,
}

/// How a picture is repaired.
#[derive(Debug, Clone, Copy)]
pub struct PictureRepair<'a> {
    /// What is known of the damage.
    pub model: &'a StorageBuffer,
    /// Factors on the threshold, in luma and in chroma.
    pub gains: [f32; 2],
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

    /// Levels the steps of luma at the grid of the model; chroma goes on as it is.
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

    /// From `source` and what shrinkage made of it to the finished picture.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn finish(
        &self,
        recording: &mut Recording<'_>,
        repair: PictureRepair<'_>,
        [source, repaired, finished]: [&Planes; 3],
    ) -> Result<(), GpuError> {
        for part in source.shape().all() {
            let bindings = [
                ("source", source.part(&part)),
                ("repaired", repaired.part(&part)),
                ("model", repair.model.into()),
                ("finished", finished.part(&part)),
            ];
            let params = FinishParams {
                parts: part.params(),
                luma_gain: repair.gains[0],
                chroma_gain: repair.gains[1],
                code: repair.code,
            };
            recording.parts(&self.finish, &bindings, &params, &part.quads())?;
        }
        Ok(())
    }
}
