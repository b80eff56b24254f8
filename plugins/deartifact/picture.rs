//! Repairs one stream of pictures: progressive frames, or the fields of one parity.

use super::analysis::{Analysis, Findings};
use super::repair::{LONE_THRESHOLD, Manner, PILOT_THRESHOLD, Repair};
use super::settings::{Preset, Settings};
use crate::gpu::transfer::RawFrame;
use crate::gpu::{FrameLayout, Gpu, GpuError, Recording};
use crate::working::plane::Plane;
use crate::working::spatial::{Blocks, Merge, Spatial, Step};
use crate::working::unpack::{Rows, Unpacker};

/// Factor on the threshold of chroma: encoders quantize it more finely than luma.
const CHROMA_GAIN: f32 = 0.6;

/// Planes of one component.
#[derive(Debug)]
struct Component {
    input: Plane,
    state: Plane,
    pilot: Plane,
    /// Result of the last spatial step.
    shrunk: Plane,
    output: Plane,
    blocks: Blocks,
}

impl Component {
    fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let values = |label| Plane::values(gpu, label, size);
        Self {
            input: values("input"),
            state: Plane::state(gpu, "state", size),
            pilot: values("pilot"),
            shrunk: values("shrunk"),
            output: values("output"),
            blocks: Blocks::new(gpu, size),
        }
    }

    fn step<'a>(&'a self, output: &'a Plane) -> Step<'a> {
        Step {
            blocks: &self.blocks,
            state: &self.state,
            output,
        }
    }
}

/// State of one stream of pictures.
#[derive(Debug)]
pub struct PictureRepairer {
    rows: Rows,
    preset: Preset,
    analysis: Analysis,
    repair: Repair,
    spatial: Spatial,
    components: Vec<Component>,
    /// One code of the frame in 8-bit code values.
    code: f32,
}

impl PictureRepairer {
    /// Compiles kernels and allocates for the given rows of a layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Gpu,
        layout: &FrameLayout,
        rows: Rows,
        preset: Preset,
    ) -> Result<Self, GpuError> {
        let size = (layout.width, rows.count(layout.height).max(1));
        let chroma = layout.chroma_size();
        let chroma = (chroma.0, rows.count(chroma.1).max(1));
        let sizes = [size, chroma, chroma];
        let count = if layout.has_chroma() { 3 } else { 1 };
        let code = 1.0 / (1u32 << (layout.depth - 8)) as f32;
        let components = sizes.iter().take(count);
        Ok(Self {
            rows,
            preset,
            analysis: Analysis::new(gpu, size, code)?,
            repair: Repair::new(gpu)?,
            spatial: Spatial::new(gpu)?,
            components: components.map(|size| Component::new(gpu, *size)).collect(),
            code,
        })
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.analysis.reset();
    }

    /// Latest findings.
    pub fn findings(&self) -> Option<Findings> {
        self.analysis.findings()
    }

    /// Repairs one picture.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        source: &RawFrame,
        target: &RawFrame,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        for (index, component) in self.components.iter().enumerate() {
            unpacker.unpack(recording, source, self.rows, index, &component.input)?;
        }
        if let Some(luma) = self.components.first() {
            self.analysis.record(recording, &luma.input, settings)?;
        }
        for (index, component) in self.components.iter().enumerate() {
            self.repair_component(recording, component, index == 0)?;
        }
        let outputs: Vec<&Plane> = self.components.iter().map(|c| &c.output).collect();
        unpacker.pack(recording, &outputs, target, self.rows)
    }

    fn repair_component(
        &self,
        recording: &mut Recording<'_>,
        component: &Component,
        is_luma: bool,
    ) -> Result<(), GpuError> {
        let manner = Manner {
            model: self.analysis.model(),
            gain: if is_luma { 1.0 } else { CHROMA_GAIN },
            level_steps: is_luma,
            code: self.code,
        };
        let Component {
            input,
            state,
            pilot,
            shrunk,
            output,
            ..
        } = component;
        self.repair.level(recording, manner, input, state)?;
        let spatial = &self.spatial;
        let to_shrunk = component.step(shrunk);
        match self.preset {
            Preset::Fast => spatial.threshold_quincunx(recording, to_shrunk, LONE_THRESHOLD)?,
            Preset::Balanced => {
                spatial.threshold(recording, component.step(pilot), PILOT_THRESHOLD)?;
                spatial.wiener(recording, to_shrunk, pilot, Merge::SHIFTED)?;
            }
        }
        self.repair
            .finish(recording, manner, [input, shrunk, output])
    }
}
