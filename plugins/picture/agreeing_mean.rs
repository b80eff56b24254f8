//! Last spatial step: values move towards the mean of the noisy values around them that agree with them.

use std::sync::Arc;

use super::planes::{Parts, Planes};
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params, shader_constant};

params! {
    /// Parameters of `agreeing_mean.wgsl`.
    pub struct AgreeingMeanParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Weight of the mean in luma, where noise is white.
        pub luma_share: f32,
        /// The same in chroma.
        pub chroma_share: f32,
    }
}

/// Moves values towards the mean of what agrees around them.
pub const AGREEING_MEAN: KernelSpec = kernel!("picture/agreeing_mean", AgreeingMeanParams);

/// Rows of an invocation.
const ROWS: u32 = shader_constant!("picture/agreeing_mean", "ROWS");

/// The pass.
#[derive(Debug)]
pub struct AgreeingMean(Arc<Kernel>);

impl AgreeingMean {
    /// Compiles the kernel.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self(gpu.kernel(&AGREEING_MEAN)?))
    }

    /// Moves the values of `shrunk`, which was made from `state`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        [state, shrunk]: [&Planes; 2],
        noise: &StorageBuffer,
        [luma_share, chroma_share]: [f32; 2],
    ) -> Result<(), GpuError> {
        for part in shrunk.shape().all() {
            let bindings = [
                ("state", state.part(&part)),
                ("shrunk", shrunk.part(&part)),
                ("noise", noise.into()),
            ];
            let params = AgreeingMeanParams {
                parts: part.params(),
                luma_share,
                chroma_share,
            };
            let grid = part.grids(|(width, height), _| (width.div_ceil(4), height.div_ceil(ROWS)));
            recording.parts(&self.0, &bindings, &params, &grid)?;
        }
        Ok(())
    }
}
