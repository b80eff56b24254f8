//! A denoiser with what stands around it in an element: upload, submission, download.

use crate::pictures::{Size, bytes, host_planes, layout, planes};
use gstwgpu::denoise::{Denoiser, Preset, Scan, Settings};
use gstwgpu::gpu::recording::Recorder;
use gstwgpu::gpu::transfer::{Download, Downloader, Uploader};
use gstwgpu::gpu::{Frame, Gpu, GpuError, Submission};
use std::sync::Arc;

/// Which denoiser to measure.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// The preset.
    pub preset: Preset,
    /// Frames of lookahead.
    pub lookahead: u32,
}

impl Variant {
    /// As in a launch line.
    pub fn name(&self) -> String {
        let preset = crate::options::preset_name(self.preset);
        match self.lookahead {
            0 => preset.to_owned(),
            frames => format!("{preset} lookahead={frames}"),
        }
    }
}

/// A name and the bytes of all resources bound, for each dispatch of a frame.
pub type Dispatches = Vec<(&'static str, u64)>;

/// A submitted frame.
#[derive(Debug)]
pub struct Pending {
    download: Download,
    submission: Submission,
    /// What was recorded for it.
    pub dispatches: Dispatches,
}

/// Denoises pictures of one size.
#[derive(Debug)]
pub struct Worker {
    gpu: Arc<Gpu>,
    size: Size,
    denoiser: Denoiser,
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
        let mut denoiser = Denoiser::new(gpu, &layout, variant.preset, variant.lookahead)?;
        denoiser.set_frame_rate(25.0);
        Ok(Self {
            gpu: gpu.clone(),
            size,
            denoiser,
            recorder,
            uploader: Uploader::new(gpu, &layout),
            downloader: Downloader::new(gpu, &layout),
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
        recording.upload(staged, &self.input);
        let (input, output) = (&self.input, &self.output);
        let settings = Settings::default();
        let ready =
            self.denoiser
                .process(&mut recording, input, output, &settings, Scan::Progressive)?;
        if !ready {
            recording.submit()?;
            return Ok(None);
        }
        let download = self.downloader.prepare();
        recording.download(&download, output);
        let dispatches = recording.passes().map(|p| (p.kernel.name(), p.bytes));
        Ok(Some(Pending {
            dispatches: dispatches.collect(),
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
