//! The passes before and after [`super::shrinkage`].

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::working::plane::Plane;
use crate::{kernel, params};

params! {
    /// Parameters of `repair.wgsl`.
    pub struct RepairParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
    }
}

params! {
    /// Parameters of `finish.wgsl`.
    pub struct FinishParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// Factor on the threshold.
        pub gain: f32,
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

/// How one component is repaired.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// What is known of the damage.
    pub model: &'a StorageBuffer,
    /// Factor on the threshold.
    pub gain: f32,
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
            repair: gpu.kernel(&REPAIR, None)?,
            finish: gpu.kernel(&FINISH, None)?,
        })
    }

    /// Levels the steps at the grid of the model.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn level(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        plane: &Plane,
        levelled: &Plane,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.repair,
            &[
                ("plane", (&plane.buffer).into()),
                ("model", model.into()),
                ("levelled", (&levelled.buffer).into()),
            ],
            &RepairParams {
                width: plane.width,
                height: plane.height,
            },
            plane.quads(),
        )
    }

    /// From `source` and what shrinkage made of it to the finished plane.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn finish(
        &self,
        recording: &mut Recording<'_>,
        manner: Manner<'_>,
        [source, repaired, finished]: [&Plane; 3],
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.finish,
            &[
                ("source", (&source.buffer).into()),
                ("repaired", (&repaired.buffer).into()),
                ("model", manner.model.into()),
                ("finished", (&finished.buffer).into()),
            ],
            &FinishParams {
                width: source.width,
                height: source.height,
                gain: manner.gain,
                code: manner.code,
            },
            source.quads(),
        )
    }
}
