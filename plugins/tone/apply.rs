//! Applies what a picture needs.

use std::sync::Arc;

use super::levels::{Encoding, Levels, Siting};
use super::measure::ToneModel;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::planes::{Parts, Planes};
use crate::{kernel, params};

params! {
    /// Parameters of `apply.wgsl`.
    pub struct ApplyParams {
        /// Components of the picture.
        pub parts: Parts,
        /// What samples mean.
        pub levels: Levels,
        /// Where chroma is.
        pub siting: Siting,
    }
}

/// Corrects a picture.
pub const APPLY: KernelSpec = kernel!(
    "tone/apply",
    ApplyParams,
    [Parts, Levels, Siting, ToneModel]
);

/// The kernel.
#[derive(Debug)]
pub struct Apply {
    kernel: Arc<Kernel>,
}

impl Apply {
    /// Compiles the kernel.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: gpu.kernel(&APPLY)?,
        })
    }

    /// Records the correction of `picture` into `corrected`, as `model` says.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        encoding: Encoding,
        [picture, corrected]: [&Planes; 2],
    ) -> Result<(), GpuError> {
        let part = picture.shape().whole();
        let bindings = [
            ("planes", picture.part(&part)),
            ("model", model.into()),
            ("corrected", corrected.part(&part)),
        ];
        let params = ApplyParams {
            parts: part.params(),
            levels: encoding.levels,
            siting: encoding.siting,
        };
        recording.parts(&self.kernel, &bindings, &params, &part.quads())
    }
}
