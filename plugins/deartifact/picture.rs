//! Repairs one stream of pictures: progressive frames, or the fields of one parity.

use super::analysis::{Analysis, Findings};
use super::learned::Learned;
use super::repair::{Manner, Repair};
use super::settings::{Preset, Settings};
use super::shrinkage::{Shrink, Shrinkage};
use crate::gpu::transfer::RawFrame;
use crate::gpu::{FrameLayout, Gpu, GpuError, Recording, StorageBuffer};
use crate::network::NetworkPicture;
use crate::working::plane::Plane;
use crate::working::spatial::Blocks;
use crate::working::unpack::{Rows, Unpacker};

/// Factor on the threshold of chroma: encoders quantize it more finely than luma.
const CHROMA_GAIN: f32 = 0.6;

/// A component before and after.
#[derive(Debug)]
struct Component {
    input: Plane,
    output: Plane,
}

/// Planes for the shrinkage of one component.
#[derive(Debug)]
struct Work {
    /// The input with steps levelled.
    levelled: Plane,
    pilot: Plane,
    /// Result of the last shrinkage.
    shrunk: Plane,
    blocks: Blocks,
}

impl Work {
    fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let values = |label| Plane::values(gpu, label, size);
        Self {
            levelled: values("levelled"),
            pilot: values("pilot"),
            shrunk: values("shrunk"),
            blocks: Blocks::new(gpu, size),
        }
    }
}

/// Repair by the shrinkage of blocks.
#[derive(Debug)]
struct Classical {
    preset: Preset,
    repair: Repair,
    shrinkage: Shrinkage,
    /// One for each component.
    work: Vec<Work>,
    /// One code of the frame in 8-bit code values.
    code: f32,
}

/// How pictures are repaired.
#[derive(Debug)]
enum Method {
    Classical(Classical),
    Learned(Box<Learned>),
}

/// State of one stream of pictures.
#[derive(Debug)]
pub struct PictureRepairer {
    rows: Rows,
    analysis: Analysis,
    method: Method,
    components: Vec<Component>,
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
        let sizes = sizes.get(..count).unwrap_or_default();
        let code = 1.0 / (1u32 << (layout.depth - 8)) as f32;
        let method = match preset {
            Preset::Fast | Preset::Balanced => Method::Classical(Classical {
                preset,
                repair: Repair::new(gpu)?,
                shrinkage: Shrinkage::new(gpu)?,
                work: sizes.iter().map(|size| Work::new(gpu, *size)).collect(),
                code,
            }),
            Preset::Quality => {
                let picture = NetworkPicture {
                    luma: size,
                    chroma: layout.has_chroma().then_some(chroma),
                    white: ((1u32 << layout.depth) - 1) as f32 * code,
                };
                Method::Learned(Box::new(Learned::new(gpu, picture)?))
            }
        };
        let component = |size: &(u32, u32)| Component {
            input: Plane::values(gpu, "input", *size),
            output: Plane::values(gpu, "output", *size),
        };
        Ok(Self {
            rows,
            analysis: Analysis::new(gpu, size, code)?,
            method,
            components: sizes.iter().map(component).collect(),
        })
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.analysis.reset();
        if let Method::Learned(learned) = &mut self.method {
            learned.reset();
        }
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
        let model = self.analysis.model();
        match &mut self.method {
            Method::Classical(classical) => {
                for (index, component) in self.components.iter().enumerate() {
                    classical.repair(recording, model, component, index)?;
                }
            }
            Method::Learned(learned) => {
                let inputs: Vec<_> = self.components.iter().map(|c| &c.input.buffer).collect();
                let outputs: Vec<_> = self.components.iter().map(|c| &c.output.buffer).collect();
                learned.record(recording, model, &inputs, &outputs, settings)?;
            }
        }
        let outputs: Vec<&Plane> = self.components.iter().map(|c| &c.output).collect();
        unpacker.pack(recording, &outputs, target, self.rows)
    }
}

impl Classical {
    fn repair(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        Component { input, output }: &Component,
        index: usize,
    ) -> Result<(), GpuError> {
        let Some(work) = self.work.get(index) else {
            return Ok(());
        };
        let is_luma = index == 0;
        let gain = if is_luma { 1.0 } else { CHROMA_GAIN };
        let Work {
            levelled,
            pilot,
            shrunk,
            blocks,
        } = work;
        // The model's grid is that of luma.
        let plane = if is_luma { levelled } else { input };
        if is_luma {
            self.repair.level(recording, model, input, levelled)?;
        }
        let onto = |output| Shrink {
            model,
            gain,
            plane,
            blocks,
            output,
        };
        match self.preset {
            Preset::Fast => self.shrinkage.once(recording, onto(shrunk))?,
            Preset::Balanced | Preset::Quality => {
                self.shrinkage.first(recording, onto(pilot))?;
                self.shrinkage.second(recording, onto(shrunk), pilot)?;
            }
        }
        let manner = Manner {
            model,
            gain,
            code: self.code,
        };
        self.repair
            .finish(recording, manner, [input, shrunk, output])
    }
}
