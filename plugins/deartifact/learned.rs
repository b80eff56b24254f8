//! Repair by the trained network.
//!
//! The network itself tells how much of its correction a picture as a whole is worth: next to
//! nothing on clean pictures, all of it on damaged ones; the analysis has a say in it. That share is kept steady over time, so
//! that the repair does not pump between kinds of coded frames.

use std::sync::Arc;

use super::WEIGHTS;
use super::analysis::Analysis;
use super::settings::Settings;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::network::{Network, NetworkPicture, WeightsFile};
use crate::picture::planes::Planes;
use crate::{kernel, params};

params! {
    /// Parameters of `correction_share.wgsl`.
    pub struct CorrectionShareParams {
        /// Quantizer that the operator knows; negative to go by the gate.
        pub quantizer: f32,
        /// 1 to forget earlier pictures.
        pub first: u32,
    }
}

/// From the network's gate to the share of its correction that is used.
pub const CORRECTION_SHARE: KernelSpec =
    kernel!("deartifact/correction_share", CorrectionShareParams);

/// The network for one stream of pictures.
#[derive(Debug)]
pub struct Learned {
    correction_share: Arc<Kernel>,
    network: Network,
    /// For luma and for chroma; from picture to picture.
    share: StorageBuffer,
    /// In place of a gate where the network has none.
    open: StorageBuffer,
    fresh: bool,
}

impl Learned {
    /// Compiles the kernels and allocates.
    ///
    /// # Errors
    /// As [`Gpu::kernel`]; [`GpuError::Shader`] where the weights inside the plugin are broken.
    pub fn new(gpu: &Gpu, picture: NetworkPicture) -> Result<Self, GpuError> {
        let weights = WeightsFile::parse(WEIGHTS).map_err(|error| GpuError::Shader {
            name: "weights/deartifact.bin".to_owned(),
            reason: error.to_string(),
        })?;
        let open = StorageBuffer::new(gpu, "open gate", 32);
        gpu.queue()
            .write_buffer(open.buffer(), 0, bytemuck::cast_slice(&[1f32; 8]));
        Ok(Self {
            correction_share: gpu.kernel(&CORRECTION_SHARE)?,
            network: Network::new(gpu, &weights, picture)?,
            share: StorageBuffer::new(gpu, "correction share", 8),
            open,
            fresh: true,
        })
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.fresh = true;
    }

    /// Records the repair of a picture into `repaired`.
    /// `analysis` knows the damage.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        analysis: &Analysis,
        input: &Planes,
        repaired: &Planes,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        self.network
            .find(recording, input, Some(analysis.origin()))?;
        let gate = self.network.gate().unwrap_or(&self.open);
        recording.pass(
            &self.correction_share,
            &[
                ("gate", gate.into()),
                ("model", analysis.model().into()),
                ("share", (&self.share).into()),
            ],
            &CorrectionShareParams {
                quantizer: settings.quantizer,
                first: u32::from(self.fresh),
            },
            (1, 1),
        )?;
        self.fresh = false;
        let share = (&self.share, settings.strength);
        self.network.apply(recording, input, share, repaired)
    }
}
