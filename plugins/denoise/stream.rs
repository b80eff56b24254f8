//! The denoisers of one stream: one, or one for each of two fields that come in turn.

use std::sync::Arc;

use super::denoiser::{Denoiser, Scan, Statistics};
use super::settings::{Preset, Settings};
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};

/// The stream as far as denoisers care.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Shape of each frame; of each field where they are `alternate`.
    pub layout: FrameLayout,
    /// Whether frames may hold two interleaved fields.
    ///
    /// In mixed streams all frames are taken as interlaced: to change from frame to frame would
    /// lose the past each time, and a progressive frame suffers little.
    pub scan: Scan,
    /// Each frame is one field, top and bottom in turn.
    pub alternate: bool,
    /// Frames a second, each of two fields where there are fields; 0 where unknown.
    pub rate: f64,
}

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
    shape: Shape,
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
    /// Compiles and allocates.
    ///
    /// # Errors
    /// As [`Denoiser::new`].
    pub fn new(gpu: &Arc<Gpu>, shape: &Shape, build: Build) -> Result<Self, GpuError> {
        Ok(Self {
            gpu: gpu.clone(),
            shape: *shape,
            build,
            denoisers: make(gpu, shape, build)?,
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
        self.denoisers = make(&self.gpu, &self.shape, build)?;
        self.gpu.finish_kernels()?;
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
    ) -> Result<bool, GpuError> {
        let (turn, scan) = (self.turn, self.shape.scan);
        self.turn = (turn + 1) % self.denoisers.len();
        let denoiser = self.denoiser(turn);
        let done = denoiser.process(recording, input, output, settings, scan)?;
        self.held += usize::from(!done);
        Ok(done)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a turn is a remainder by the number of denoisers, and there is one at least"
    )]
    fn denoiser(&mut self, turn: usize) -> &mut Denoiser {
        &mut self.denoisers[turn]
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
        let done = self.denoiser(oldest).drain(recording, output)?;
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

fn make(gpu: &Arc<Gpu>, shape: &Shape, build: Build) -> Result<Vec<Denoiser>, GpuError> {
    let count = if shape.alternate { 2 } else { 1 };
    let one = |_| {
        let lookahead = build.lookahead / count;
        let mut denoiser = Denoiser::new(gpu, &shape.layout, build.preset, lookahead)?;
        denoiser.set_frame_rate(shape.rate);
        Ok(denoiser)
    };
    (0..count).map(one).collect()
}
