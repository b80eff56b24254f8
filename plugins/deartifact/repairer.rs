//! Repair of a stream: takes frames and outputs repaired ones.

use std::sync::Arc;

use super::analysis::Findings;
use super::picture::PictureRepairer;
use super::settings::{Preset, Settings};
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::picture::scene_cut::Activity;
use crate::picture::stream::{Build, PictureStream, Shape};

/// Repairs one stream of frames.
#[derive(Debug)]
pub struct Repairer {
    pictures: PictureStream<PictureRepairer>,
}

/// Build settings of a preset, without lookahead.
fn build(preset: Preset) -> Build {
    Build {
        preset,
        lookahead: 0,
    }
}

impl Repairer {
    /// Compiles kernels and allocates buffers.
    ///
    /// # Errors
    /// As [`PictureStream::new`].
    pub fn new(gpu: &Arc<Gpu>, shape: &Shape, preset: Preset) -> Result<Self, GpuError> {
        let pictures = PictureStream::new(gpu, shape, build(preset))?;
        Ok(Self { pictures })
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        self.pictures.gpu()
    }

    /// The preset in use.
    pub fn preset(&self) -> Preset {
        self.pictures.build().preset
    }

    /// As [`PictureStream::adopt`].
    pub fn adopt(&mut self, gpu: &Arc<Gpu>, shape: &Shape, preset: Preset) -> bool {
        self.pictures.adopt(gpu, shape, build(preset))
    }

    /// Changes the preset and forgets all earlier frames. Returns true if it differs from the one in use;
    /// otherwise nothing happens.
    ///
    /// # Errors
    /// As [`PictureStream::rebuild`].
    pub fn set_preset(&mut self, preset: Preset) -> Result<bool, GpuError> {
        self.pictures.rebuild(build(preset))
    }

    /// Forgets all earlier frames.
    pub fn reset(&mut self) {
        self.pictures.reset();
    }

    /// The latest results of the analysis; those of the top field for interlaced video.
    pub fn findings(&self) -> Option<Findings> {
        let top = self.pictures.filters().first();
        top.and_then(PictureRepairer::findings)
    }

    /// As [`PictureRepairer::activity`], for the top field of interlaced video.
    pub fn activity(&self) -> Option<Activity> {
        let top = self.pictures.filters().first();
        top.and_then(PictureRepairer::activity)
    }

    /// Records the work of one frame, as [`PictureStream::process`] does.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        frames: (&Frame, &Frame),
        bottom: bool,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        let settings = settings.chosen(self.pictures.shape().hdr);
        let process = PictureStream::process;
        process(&mut self.pictures, recording, frames, bottom, &settings)?;
        Ok(())
    }
}
