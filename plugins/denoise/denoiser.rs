//! Denoising of a stream: takes frames and outputs denoised ones.

use std::sync::Arc;

use super::grain::sites::SiteReader;
use super::picture::PictureDenoiser;
use super::settings::Settings;
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::picture::scene_cut::Activity;
use crate::picture::stream::{Build, PictureStream, Shape};

/// Measurements of a stream; a few frames late.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Statistics {
    /// Estimated standard deviation of the noise in Y, U and V, in 8-bit code values; `None` before the
    /// first estimate has arrived.
    pub sigma: Option<[f32; 3]>,
    /// Scene cuts since the start.
    pub scene_cuts: u64,
    /// How far the latest picture moved, and how much of it is new.
    pub activity: Option<Activity>,
}

/// Denoises one stream of frames.
#[derive(Debug)]
pub struct Denoiser {
    pictures: PictureStream<PictureDenoiser>,
    /// Scene cuts counted before the last rebuild.
    earlier_cuts: u64,
    /// Reads back what is taken away, if that is wanted.
    grain: Option<SiteReader>,
    reads_grain: bool,
}

impl Denoiser {
    /// Compiles kernels and allocates buffers. With a lookahead of n, output is n calls late.
    ///
    /// # Errors
    /// As [`PictureStream::new`].
    pub fn new(gpu: &Arc<Gpu>, shape: &Shape, build: Build) -> Result<Self, GpuError> {
        Ok(Self {
            pictures: PictureStream::new(gpu, shape, build)?,
            earlier_cuts: 0,
            grain: None,
            reads_grain: false,
        })
    }

    /// Has places of each picture read back from now on, or not. Costs a small pass.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn read_grain(&mut self, gpu: &Arc<Gpu>, reads: bool) -> Result<(), GpuError> {
        self.reads_grain = reads;
        let latest = self.pictures.latest().filter(|_| reads);
        let shape = latest.map(PictureDenoiser::shape);
        self.grain = match shape {
            Some(shape) => SiteReader::new(gpu, shape)?,
            None => None,
        };
        Ok(())
    }

    /// What was read back of the pictures, if that is wanted and they are large enough.
    pub fn grain(&mut self) -> Option<&mut SiteReader> {
        self.grain.as_mut()
    }

    /// Records the reading of places of the latest picture.
    fn record_grain(&mut self, recording: &mut Recording<'_>) -> Result<(), GpuError> {
        let Some(latest) = self.pictures.latest().filter(|_| self.reads_grain) else {
            return Ok(());
        };
        // Whole frames may have become fields.
        let is_other = |reader: &SiteReader| reader.shape() != latest.shape();
        if self.grain.as_ref().is_some_and(is_other) {
            self.grain = SiteReader::new(recording.gpu(), latest.shape())?;
        }
        match (&mut self.grain, latest.latest()) {
            (Some(reader), Some(given)) => reader.record(recording, given),
            _ => Ok(()),
        }
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        self.pictures.gpu()
    }

    /// The settings that it was made with.
    pub fn build(&self) -> Build {
        self.pictures.build()
    }

    /// As [`PictureStream::adopt`].
    pub fn adopt(&mut self, gpu: &Arc<Gpu>, shape: &Shape, build: Build) -> bool {
        let cuts = self.statistics().scene_cuts;
        let adopted = self.pictures.adopt(gpu, shape, build);
        if adopted {
            // Filters that were replaced count anew.
            self.earlier_cuts += cuts.saturating_sub(self.statistics().scene_cuts);
        }
        adopted
    }

    /// As [`PictureStream::rebuild`].
    ///
    /// # Errors
    /// As [`PictureStream::rebuild`].
    pub fn rebuild(&mut self, build: Build) -> Result<bool, GpuError> {
        let cuts = self.statistics().scene_cuts;
        let rebuilt = self.pictures.rebuild(build)?;
        if rebuilt {
            self.earlier_cuts = cuts;
        }
        Ok(rebuilt)
    }

    /// As [`PictureStream::reset`].
    pub fn reset(&mut self) {
        self.pictures.reset();
    }

    /// As [`PictureStream::process`].
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        frames: (&Frame, &Frame),
        bottom: bool,
        settings: &Settings,
    ) -> Result<bool, GpuError> {
        let given = self.pictures.process(recording, frames, bottom, settings)?;
        if given {
            self.record_grain(recording)?;
        }
        Ok(given)
    }

    /// As [`PictureStream::drain`].
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn drain(
        &mut self,
        recording: &mut Recording<'_>,
        output: &Frame,
    ) -> Result<bool, GpuError> {
        let given = self.pictures.drain(recording, output)?;
        if given {
            self.record_grain(recording)?;
        }
        Ok(given)
    }

    /// The latest measurements. For interlaced video, sigma is that of the top field.
    pub fn statistics(&self) -> Statistics {
        let filters = || self.pictures.filters().iter();
        // Both fields see a cut, which counts once.
        let cuts = filters().map(PictureDenoiser::scene_cuts).max();
        Statistics {
            sigma: filters().find_map(PictureDenoiser::sigma),
            scene_cuts: self.earlier_cuts + cuts.unwrap_or(0),
            activity: filters().find_map(PictureDenoiser::activity),
        }
    }
}
