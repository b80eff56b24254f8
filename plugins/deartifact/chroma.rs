//! Repair of chroma by the edges of luma, the last step of all presets.
//!
//! Chroma is coded more coarsely than luma, and where it is subsampled in blocks of twice the size. What other
//! steps leave of these blocks, and of colours that bleed across edges, luma shows not to be there.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::planes::{Parts, Planes};
use crate::{kernel, params};

params! {
    /// Parameters of `chroma.wgsl`.
    pub struct ChromaParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Right shift from luma to chroma columns.
        pub shift_x: u32,
        /// Right shift from luma to chroma rows.
        pub shift_y: u32,
    }
}

/// Averages chroma where luma is alike.
pub const CHROMA: KernelSpec = kernel!("deartifact/chroma", ChromaParams);

/// The kernel.
#[derive(Debug)]
pub struct Chroma {
    kernel: Arc<Kernel>,
}

impl Chroma {
    /// Compiles the kernel.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: gpu.kernel(&CHROMA)?,
        })
    }

    /// Records the repair of the chroma of `picture` into that of `guided`, whose luma stays. `model` is the
    /// damage model.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        picture: &Planes,
        guided: &Planes,
    ) -> Result<(), GpuError> {
        let (shift_x, shift_y) = picture.shape().shifts;
        for part in picture.shape().parts(1..3) {
            let bindings = [
                ("planes", picture.part(&part)),
                ("luma", picture.component(0)),
                ("model", model.into()),
                ("guided", guided.part(&part)),
            ];
            let params = ChromaParams {
                parts: part.params(),
                shift_x,
                shift_y,
            };
            recording.parts(&self.kernel, &bindings, &params, &part.quads())?;
        }
        Ok(())
    }
}
