//! The order of passes of one frame, and the state between frames.

use std::sync::Arc;

use super::guide::{Guide, GuideMaker};
use super::motion::{BLOCK, Motion};
use super::settings::{Preset, Settings};
use super::spatial::Spatial;
use super::temporal::{TEMPORAL, TemporalParams};
use super::unpack::{Planes, Rows};
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Image, Kernel, Recording};

/// Denoises one stream of pictures.
#[derive(Debug)]
pub struct Denoiser {
    planes: Planes,
    maker: GuideMaker,
    motion: Motion,
    temporal: Arc<Kernel>,
    spatial: Spatial,
    size: (u32, u32),
    luma: Image,
    chroma: Image,
    states: [Image; 2],
    pilot: Image,
    output: Image,
    current: Guide,
    reference: Guide,
    frames: u64,
}

impl Denoiser {
    /// Compiles kernels and allocates for one layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`] and [`Gpu::check_size`].
    pub fn new(gpu: &Arc<Gpu>, layout: &FrameLayout) -> Result<Self, GpuError> {
        let size = (layout.width, layout.height);
        gpu.check_size(size.0, size.1)?;
        let image = |label, format, size| Image::new(gpu, label, format, size);
        use wgpu::TextureFormat::{R32Float, Rg32Float};
        Ok(Self {
            planes: Planes::new(gpu, layout)?,
            maker: GuideMaker::new(gpu)?,
            motion: Motion::new(gpu, size)?,
            temporal: gpu.kernel(&TEMPORAL, None)?,
            spatial: Spatial::new(gpu, size)?,
            size,
            luma: image("luma", R32Float, size),
            chroma: image("chroma", Rg32Float, layout.chroma_size()),
            states: [
                image("state", Rg32Float, size),
                image("state", Rg32Float, size),
            ],
            pilot: image("pilot", R32Float, size),
            output: image("output", R32Float, size),
            current: Guide::new(gpu, size),
            reference: Guide::new(gpu, size),
            frames: 0,
        })
    }

    /// Records the work of one frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        self.planes
            .unpack(recording, input, Rows::ALL, &self.luma, &self.chroma)?;
        let first = self.frames == 0;
        let sigma = settings.sigma;
        let past = (self.frames % 2) as usize;
        let passes = if settings.preset == Preset::Fast {
            1
        } else {
            2
        };
        if first {
            self.update(recording, past, sigma, true)?;
        } else {
            self.maker.fill(recording, &self.luma, &self.current)?;
            self.motion
                .estimate(recording, &self.current, &self.reference, sigma)?;
            self.update(recording, past, sigma, false)?;
            if passes == 2 {
                let state = &self.states[1 - past];
                self.spatial.threshold(recording, state, &self.pilot)?;
                self.maker.fill(recording, &self.pilot, &self.current)?;
                self.motion
                    .estimate(recording, &self.current, &self.reference, 0.3 * sigma)?;
                self.update(recording, past, sigma, false)?;
            }
        }
        let state = &self.states[1 - past];
        if passes == 2 {
            self.spatial.threshold(recording, state, &self.pilot)?;
            self.spatial
                .wiener(recording, state, &self.pilot, &self.output)?;
        } else {
            self.spatial.threshold(recording, state, &self.output)?;
        }
        self.maker.fill(recording, &self.output, &self.reference)?;
        self.frames += 1;
        self.planes
            .pack(recording, &self.output, &self.chroma, output, Rows::ALL)
    }

    fn update(
        &self,
        recording: &mut Recording<'_>,
        past: usize,
        sigma: f32,
        restart: bool,
    ) -> Result<(), GpuError> {
        let (blocks_x, blocks_y) = self.motion.vectors().size();
        recording.pass(
            &self.temporal,
            &[
                ("picture", (&self.luma).into()),
                ("past", (&self.states[past]).into()),
                ("vectors", self.motion.vectors().into()),
                ("state", (&self.states[1 - past]).into()),
            ],
            &TemporalParams {
                width: self.size.0,
                height: self.size.1,
                blocks_x,
                blocks_y,
                block_width: BLOCK,
                block_height: BLOCK,
                scale_x: 1.0,
                scale_y: 1.0,
                variance: sigma * sigma,
                restart: u32::from(restart),
            },
            self.size,
        )
    }
}
