//! The denoisers of one stream: one, or one for each of two fields that come in turn.

use std::sync::Arc;

use super::denoiser::{Denoiser, Scan, Statistics};
use super::settings::{Preset, Settings};
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};

/// What a denoiser must be built anew for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// Trade between quality and GPU time.
    pub preset: Preset,
    /// Frames of delay; fields where each buffer is one.
    pub lookahead: u32,
}

/// All state between the frames of one stream.
#[derive(Debug)]
pub struct Denoisers {
    gpu: Arc<Gpu>,
    layout: FrameLayout,
    build: Build,
    /// One, or two where buffers are top and bottom fields in turn.
    denoisers: Vec<Denoiser>,
    /// Which one the next frame goes to.
    turn: usize,
    /// Frames in that have not come out.
    held: usize,
    /// Scene cuts that earlier denoisers of this stream have seen.
    earlier_cuts: u64,
}

impl Denoisers {
    /// Compiles and allocates; `alternate` where each frame is one field, in turn.
    ///
    /// # Errors
    /// As [`Denoiser::new`].
    pub fn new(
        gpu: &Arc<Gpu>,
        layout: &FrameLayout,
        alternate: bool,
        build: Build,
    ) -> Result<Self, GpuError> {
        let count = if alternate { 2 } else { 1 };
        Ok(Self {
            gpu: gpu.clone(),
            layout: *layout,
            build,
            denoisers: make(gpu, layout, count, build)?,
            turn: 0,
            held: 0,
            earlier_cuts: 0,
        })
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// How they are built.
    pub fn build(&self) -> Build {
        self.build
    }

    /// Makes them new where `build` differs. No frame may be held.
    ///
    /// # Errors
    /// As [`Denoiser::new`].
    pub fn rebuild(&mut self, build: Build) -> Result<bool, GpuError> {
        if build == self.build {
            return Ok(false);
        }
        let cuts = self.statistics().scene_cuts;
        self.denoisers = make(&self.gpu, &self.layout, self.denoisers.len(), build)?;
        self.gpu.save_pipelines();
        self.earlier_cuts = cuts;
        self.build = build;
        self.turn = 0;
        self.held = 0;
        Ok(true)
    }

    /// As [`Denoiser::process`].
    ///
    /// # Errors
    /// As [`Denoiser::process`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        settings: &Settings,
        scan: Scan,
    ) -> Result<bool, GpuError> {
        let turn = self.turn;
        self.turn = (turn + 1) % self.denoisers.len();
        let done = self.denoisers[turn].process(recording, input, output, settings, scan)?;
        self.held += usize::from(!done);
        Ok(done)
    }

    /// As [`Denoiser::drain`].
    ///
    /// # Errors
    /// As [`Denoiser::drain`].
    pub fn drain(
        &mut self,
        recording: &mut Recording<'_>,
        output: &Frame,
    ) -> Result<bool, GpuError> {
        let oldest = (self.turn + self.held) % self.denoisers.len();
        let done = self.denoisers[oldest].drain(recording, output)?;
        self.held -= usize::from(done && self.held > 0);
        Ok(done)
    }

    /// As [`Denoiser::reset`].
    pub fn reset(&mut self) {
        self.denoisers.iter_mut().for_each(Denoiser::reset);
        self.turn = 0;
        self.held = 0;
    }

    /// Noise and scene cuts of the whole stream.
    pub fn statistics(&self) -> Statistics {
        let all = || self.denoisers.iter().map(Denoiser::statistics);
        // A cut is seen by both fields, and counts once.
        let cuts = all().map(|one| one.scene_cuts).max().unwrap_or(0);
        Statistics {
            sigma: all().find_map(|one| one.sigma),
            scene_cuts: self.earlier_cuts + cuts,
        }
    }
}

fn make(
    gpu: &Arc<Gpu>,
    layout: &FrameLayout,
    count: usize,
    build: Build,
) -> Result<Vec<Denoiser>, GpuError> {
    let lookahead = build.lookahead / count as u32;
    let one = || Denoiser::new(gpu, layout, build.preset, lookahead);
    (0..count).map(|_| one()).collect()
}
