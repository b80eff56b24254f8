//! The order of passes of one frame, and the state between frames.

use std::sync::Arc;

use super::guide::{Guide, GuideMaker};
use super::motion::Motion;
use super::plane::Plane;
use super::settings::{Preset, Settings};
use super::spatial::{Blocks, Spatial};
use super::temporal::{States, Temporal};
use super::unpack::{Rows, Unpacker};
use crate::gpu::transfer::RawFrame;
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

/// Buffers of one component: Y, U or V.
#[derive(Debug)]
struct Component {
    shifts: (u32, u32),
    input: Plane,
    states: [Plane; 2],
    pilot: Plane,
    output: Plane,
    blocks: Blocks,
}

impl Component {
    fn new(gpu: &Gpu, size: (u32, u32), shifts: (u32, u32)) -> Self {
        Self {
            shifts,
            input: Plane::values(gpu, "input", size),
            states: [
                Plane::state(gpu, "state", size),
                Plane::state(gpu, "state", size),
            ],
            pilot: Plane::values(gpu, "pilot", size),
            output: Plane::values(gpu, "output", size),
            blocks: Blocks::new(gpu, size, 2),
        }
    }
}

/// Denoises one stream of pictures.
#[derive(Debug)]
pub struct Denoiser {
    unpacker: Unpacker,
    maker: GuideMaker,
    motion: Motion,
    temporal: Temporal,
    spatial: Spatial,
    raw_input: RawFrame,
    raw_output: RawFrame,
    components: Vec<Component>,
    current: Guide,
    reference: Guide,
    frames: u64,
    preset: Preset,
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
        _lookahead: u32,
    ) -> Result<Self, GpuError> {
        let size = (layout.width, layout.height);
        gpu.check_size(size.0, size.1)?;
        let mut components = vec![Component::new(gpu, size, (0, 0))];
        if layout.has_chroma() {
            let chroma = || Component::new(gpu, layout.chroma_size(), layout.subsampling.shifts());
            components.extend([chroma(), chroma()]);
        }
        Ok(Self {
            unpacker: Unpacker::new(gpu, layout)?,
            maker: GuideMaker::new(gpu)?,
            motion: Motion::new(gpu, size, preset != Preset::Fast)?,
            temporal: Temporal::new(gpu)?,
            spatial: Spatial::new(gpu)?,
            raw_input: RawFrame::new(gpu, layout),
            raw_output: RawFrame::new(gpu, layout),
            components,
            current: Guide::new(gpu, size),
            reference: Guide::new(gpu, size),
            frames: 0,
            preset,
        })
    }

    /// Forgets the past: after a flush, a seek or a discontinuity.
    pub fn reset(&mut self) {
        self.frames = 0;
    }

    /// Gives the oldest frame that is held for `lookahead`. False when none is left.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn drain(
        &mut self,
        _recording: &mut Recording<'_>,
        _output: &Frame,
    ) -> Result<bool, GpuError> {
        Ok(false)
    }

    /// Latest statistics.
    pub fn statistics(&self) -> Statistics {
        Statistics::default()
    }

    /// Records the work of one frame. True where `output` holds a finished frame, the oldest
    /// pending one; false while `lookahead` still fills.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        settings: &Settings,
        _scan: Scan,
    ) -> Result<bool, GpuError> {
        recording.read_planes(input, &self.raw_input);
        for (index, component) in self.components.iter().enumerate() {
            self.unpacker.unpack(
                recording,
                &self.raw_input,
                Rows::ALL,
                index,
                &component.input,
            )?;
        }
        let first = self.frames == 0;
        let sigma = settings.sigma;
        let past = (self.frames % 2) as usize;
        let passes = if self.preset == Preset::Fast { 1 } else { 2 };
        let luma = &self.components[0];
        if !first {
            self.maker.fill(recording, &luma.input, &self.current)?;
            self.motion
                .estimate(recording, &self.current, &self.reference, sigma)?;
        }
        for component in &self.components {
            self.update(recording, component, past, sigma, first)?;
            let state = &component.states[1 - past];
            let blocks = &component.blocks;
            if passes == 2 {
                self.spatial
                    .threshold(recording, blocks, state, &component.pilot, 4)?;
                self.spatial.wiener(
                    recording,
                    blocks,
                    state,
                    &component.pilot,
                    &component.output,
                    stride(),
                )?;
            } else {
                self.spatial
                    .threshold(recording, blocks, state, &component.output, 4)?;
            }
        }
        self.maker.fill(recording, &luma.output, &self.reference)?;
        self.frames += 1;
        let outputs: Vec<&Plane> = self.components.iter().map(|c| &c.output).collect();
        self.unpacker
            .pack(recording, &outputs, &self.raw_output, Rows::ALL)?;
        recording.write_planes(&self.raw_output, output);
        Ok(true)
    }

    fn update(
        &self,
        recording: &mut Recording<'_>,
        component: &Component,
        past: usize,
        sigma: f32,
        forget: bool,
    ) -> Result<(), GpuError> {
        let states = States {
            past: &component.states[past],
            next: &component.states[1 - past],
        };
        self.temporal.update(
            recording,
            &component.input,
            &self.motion,
            component.shifts,
            states,
            sigma * sigma,
            forget,
        )
    }
}

fn stride() -> u32 { std::env::var("S").map_or(4, |s| s.parse().unwrap()) }
