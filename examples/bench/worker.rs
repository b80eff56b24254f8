//! A filter with what stands around it in an element: upload, submission, download.

use crate::passes::{Dispatches, dispatches};
use crate::pictures::{Size, bytes, host_planes, layout, planes};
use gstwgpu::deartifact::{self, Repairer};
use gstwgpu::denoise::{self, Build, Denoiser, Shape};
use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::transfer::{Download, Downloader, Uploader};
use gstwgpu::gpu::{Frame, Gpu, GpuError, Recording, Submission};
use std::sync::Arc;

/// Which filter to measure.
#[derive(Debug, Clone, Copy)]
pub enum Variant {
    /// Noise reduction with so many frames of lookahead.
    Denoise(denoise::Preset, u32),
    /// Repair of compression damage.
    Repair(deartifact::Preset),
}

impl Variant {
    /// As in a launch line.
    pub fn name(&self) -> String {
        match self {
            Self::Denoise(preset, 0) => crate::options::preset_name(*preset).to_owned(),
            Self::Denoise(preset, frames) => {
                format!(
                    "{} lookahead={frames}",
                    crate::options::preset_name(*preset)
                )
            }
            Self::Repair(preset) => preset.name().to_owned(),
        }
    }

    /// Frames that come out later than they go in.
    pub fn lookahead(&self) -> usize {
        match self {
            Self::Denoise(_, frames) => *frames as usize,
            Self::Repair(_) => 0,
        }
    }
}

#[derive(Debug)]
enum Filter {
    Denoiser(Box<Denoiser>),
    Repairer(Box<Repairer>),
}

impl Filter {
    fn new(gpu: &Arc<Gpu>, size: Size, variant: Variant) -> Result<Self, GpuError> {
        let shape = Shape {
            rate: 25.0,
            ..Shape::progressive(layout(size))
        };
        Ok(match variant {
            Variant::Denoise(preset, lookahead) => {
                let denoiser = Denoiser::new(gpu, &shape, Build { preset, lookahead })?;
                Self::Denoiser(Box::new(denoiser))
            }
            Variant::Repair(preset) => {
                Self::Repairer(Box::new(Repairer::new(gpu, &shape, preset)?))
            }
        })
    }

    /// False while lookahead fills.
    fn process(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
    ) -> Result<bool, GpuError> {
        match self {
            Self::Denoiser(denoiser) => {
                let settings = denoise::Settings::default();
                denoiser.process(recording, (input, output), false, &settings)
            }
            Self::Repairer(repairer) => {
                let settings = deartifact::Settings::default();
                repairer.process(recording, (input, output), false, &settings)?;
                Ok(true)
            }
        }
    }
}

/// A submitted frame.
#[derive(Debug)]
pub struct Pending {
    download: Download,
    submission: Submission,
    /// What was recorded for it.
    pub dispatches: Dispatches,
}

/// Filters pictures of one size.
#[derive(Debug)]
pub struct Worker {
    gpu: Arc<Gpu>,
    size: Size,
    filter: Filter,
    recorder: Recorder,
    uploader: Uploader,
    downloader: Downloader,
    input: Frame,
    output: Frame,
}

impl Worker {
    /// Compiles and allocates; `timed` to measure each pass.
    pub fn new(
        gpu: &Arc<Gpu>,
        size: Size,
        variant: Variant,
        timed: bool,
    ) -> Result<Self, GpuError> {
        let layout = layout(size);
        let mut recorder = Recorder::new(gpu);
        if timed {
            recorder.enable_timing(1);
        }
        Ok(Self {
            gpu: gpu.clone(),
            size,
            filter: Filter::new(gpu, size, variant)?,
            recorder,
            uploader: Uploader::new(gpu, &layout)?,
            downloader: Downloader::new(gpu, &layout)?,
            input: Frame::new(gpu, layout)?,
            output: Frame::new(gpu, layout)?,
        })
    }

    /// Room for a picture.
    pub fn room(&self) -> Vec<u8> {
        vec![0; bytes(self.size)]
    }

    /// Submits a picture. `None` while lookahead fills.
    pub fn submit(&mut self, picture: &[u8]) -> Result<Option<Pending>, GpuError> {
        let staged = self.uploader.stage(&host_planes(picture, self.size))?;
        let mut recording = self.recorder.begin();
        recording.upload(staged, &self.input)?;
        let (input, output) = (&self.input, &self.output);
        let ready = self.filter.process(&mut recording, input, output)?;
        if !ready {
            recording.submit()?;
            return Ok(None);
        }
        let download = self.downloader.prepare();
        recording.download(&download, output)?;
        Ok(Some(Pending {
            dispatches: dispatches(&recording),
            download,
            submission: recording.submit()?,
        }))
    }

    /// Waits for a submitted picture and copies it to `target`.
    pub fn finish(&self, pending: Pending, target: &mut [u8]) -> Result<(), GpuError> {
        let picture = pending.download.wait(&pending.submission)?;
        let mut rest = target;
        for (index, (width, height)) in planes(self.size).into_iter().enumerate() {
            let (plane, after) = rest.split_at_mut(width * height);
            picture.copy_plane(index, plane, width)?;
            rest = after;
        }
        Ok(())
    }

    /// Submits a picture and waits for what comes out.
    pub fn step(&mut self, picture: &[u8], target: &mut [u8]) -> Result<Dispatches, GpuError> {
        let Some(mut pending) = self.submit(picture)? else {
            return Ok(Vec::new());
        };
        let dispatches = std::mem::take(&mut pending.dispatches);
        self.finish(pending, target)?;
        Ok(dispatches)
    }

    /// Stops measuring passes. The next frame binds its resources anew.
    pub fn stop_timing(&mut self) {
        self.recorder = Recorder::new(&self.gpu);
    }

    /// GPU milliseconds of each pass of the last frame, in order.
    pub fn timings(&self) -> Vec<(&'static str, f64)> {
        self.recorder.timings()
    }
}
