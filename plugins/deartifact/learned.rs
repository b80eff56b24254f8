//! Repair by the trained network.
//!
//! The network also estimates how much of its correction the whole picture needs: almost none on clean
//! pictures, all of it on damaged ones; the analysis limits that share. It is smoothed over time, so that
//! the repair does not pump between I, P and B frames.

use std::sync::Arc;

use super::WEIGHTS;
use super::analysis::Analysis;
use super::settings::Settings;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::network::{Network, NetworkPicture, Past, WeightsFile};
use crate::picture::planes::Planes;
use crate::{kernel, params};

params! {
    /// Parameters of `correction_share.wgsl`.
    pub struct CorrectionShareParams {
        /// The user's quantizer; negative to use the network's gate.
        pub quantizer: f32,
        /// 1 to forget earlier pictures.
        pub first: u32,
    }
}

/// Computes the share of the network's correction that is applied from the network's gate.
pub const CORRECTION_SHARE: KernelSpec =
    kernel!("deartifact/correction_share", CorrectionShareParams);

/// The network for one stream of pictures.
#[derive(Debug)]
pub struct Learned {
    correction_share: Arc<Kernel>,
    network: Network,
    /// Shares for luma and chroma, kept from picture to picture.
    share: StorageBuffer,
    /// Replaces the gate if the network has none: full correction.
    open: StorageBuffer,
    fresh: bool,
}

impl Learned {
    /// Compiles the kernels and allocates buffers.
    ///
    /// # Errors
    /// As [`Gpu::kernel`]; [`GpuError::Shader`] if the built-in weights are invalid.
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

    /// True if the network reads the last output, so that motion must be known before the repair.
    pub fn reads_past(&self) -> bool {
        self.network.reads_past()
    }

    /// Records the repair of a picture into `repaired`. `analysis` provides the damage model; `past` is the last
    /// output, for a network that reads it.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        analysis: &Analysis,
        past: Option<Past<'_>>,
        [input, repaired]: [&Planes; 2],
        settings: &Settings,
    ) -> Result<(), GpuError> {
        self.network
            .find(recording, input, past, Some(analysis.origin()))?;
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
