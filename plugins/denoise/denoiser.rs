//! Frames in, frames out: progressive ones whole, interlaced ones field by field.

use std::sync::Arc;

use super::picture::PictureDenoiser;
use super::settings::{Preset, Settings};
use super::unpack::{Rows, Unpacker};
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};

/// How the rows of a frame came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scan {
    /// All rows at one time.
    #[default]
    Progressive,
    /// Two fields, each denoised by itself.
    Interlaced,
}

/// What the denoiser knows of the stream, a few frames old.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Statistics {
    /// Estimated standard deviation of Y, U and V in 8-bit code values; `None` before the first
    /// estimate came back.
    pub sigma: Option<[f32; 3]>,
    /// Scene cuts since the start.
    pub scene_cuts: u64,
}

/// Denoises one stream of frames.
#[derive(Debug)]
pub struct Denoiser {
    gpu: Arc<Gpu>,
    layout: FrameLayout,
    preset: Preset,
    lookahead: u32,
    rate: f64,
    scan: Scan,
    unpacker: Unpacker,
    /// One for progressive frames, two for fields.
    pictures: Vec<PictureDenoiser>,
}

impl Denoiser {
    /// Compiles kernels and allocates for one layout. With `lookahead` frames, output comes that
    /// many calls later.
    ///
    /// # Errors
    /// As [`Gpu::kernel`] and [`Gpu::check_size`].
    pub fn new(
        gpu: &Arc<Gpu>,
        layout: &FrameLayout,
        preset: Preset,
        lookahead: u32,
    ) -> Result<Self, GpuError> {
        gpu.check_size(layout.width, layout.height)?;
        let mut denoiser = Self {
            gpu: gpu.clone(),
            layout: *layout,
            preset,
            lookahead,
            rate: 0.0,
            scan: Scan::Progressive,
            unpacker: Unpacker::new(gpu, layout)?,
            pictures: Vec::new(),
        };
        denoiser.allocate(Scan::Progressive)?;
        Ok(denoiser)
    }

    /// Frames a second, on which the pace of the noise estimate depends; 0 where it is not known.
    pub fn set_frame_rate(&mut self, rate: f64) {
        self.rate = rate;
        for picture in &mut self.pictures {
            picture.set_frame_rate(rate);
        }
    }

    fn allocate(&mut self, scan: Scan) -> Result<(), GpuError> {
        let rows: &[Rows] = match scan {
            Scan::Progressive => &[Rows::ALL],
            // A frame of one row has no bottom field.
            Scan::Interlaced if self.layout.chroma_size().1 < 2 => &[Rows::ALL],
            Scan::Interlaced => &[Rows::TOP, Rows::BOTTOM],
        };
        let (gpu, layout) = (self.gpu.clone(), self.layout);
        let picture =
            |rows: &Rows| PictureDenoiser::new(&gpu, &layout, *rows, self.preset, self.lookahead);
        self.pictures = rows.iter().map(picture).collect::<Result<_, _>>()?;
        self.scan = scan;
        self.set_frame_rate(self.rate);
        self.gpu.check()
    }

    /// Forgets the past: after a flush, a seek or a discontinuity. Held frames are dropped.
    pub fn reset(&mut self) {
        self.pictures.iter_mut().for_each(PictureDenoiser::reset);
    }

    /// Records the work of one frame. True where `output` holds a finished frame, the oldest
    /// pending one; false while `lookahead` still fills.
    ///
    /// A change of `scan` starts afresh; while frames are held it waits until they are given out.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        settings: &Settings,
        scan: Scan,
    ) -> Result<bool, GpuError> {
        let held = self.pictures.iter().any(|picture| picture.pending() > 0);
        if scan != self.scan && !held {
            self.allocate(scan)?;
        }
        let mut given = true;
        for picture in &mut self.pictures {
            given &= picture.process(recording, &self.unpacker, input, output, settings)?;
        }
        Ok(given)
    }

    /// Gives the oldest frame that is held for `lookahead`. False when none is left.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn drain(
        &mut self,
        recording: &mut Recording<'_>,
        output: &Frame,
    ) -> Result<bool, GpuError> {
        let mut given = true;
        for picture in &mut self.pictures {
            given &= picture.drain(recording, &self.unpacker, output)?;
        }
        Ok(given)
    }

    /// Latest statistics; of interlaced video, those of the top field.
    pub fn statistics(&self) -> Statistics {
        self.pictures
            .first()
            .map(|picture| Statistics {
                sigma: picture.sigma(),
                scene_cuts: picture.scene_cuts(),
            })
            .unwrap_or_default()
    }
}
