//! Repairs one stream of pictures: progressive frames, or the fields of one parity.

use super::analysis::{Analysis, Findings};
use super::classical::Classical;
use super::learned::Learned;
use super::settings::{Preset, Settings};
use super::settle::Settle;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};
use crate::network::NetworkPicture;
use crate::working::plane::Plane;
use crate::working::unpack::{Rows, Unpacker};

/// Planes of one component.
#[derive(Debug)]
struct Component {
    input: Plane,
    /// After shrinkage or the network.
    repaired: Plane,
    /// The same, averaged along the motion.
    settled: Plane,
}

impl Component {
    fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let values = |label| Plane::values(gpu, label, size);
        Self {
            input: values("input"),
            repaired: values("repaired"),
            settled: values("settled"),
        }
    }
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
    /// `None` with preset fast.
    settle: Option<Settle>,
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
            Preset::Fast | Preset::Balanced => {
                Method::Classical(Classical::new(gpu, sizes, preset, code)?)
            }
            Preset::Quality => {
                let picture = NetworkPicture {
                    luma: size,
                    chroma: layout.has_chroma().then_some(chroma),
                    white: ((1u32 << layout.depth) - 1) as f32 * code,
                };
                Method::Learned(Box::new(Learned::new(gpu, picture)?))
            }
        };
        let settle = match preset {
            Preset::Fast => None,
            _ => Some(Settle::new(gpu, sizes, layout.subsampling.shifts())?),
        };
        Ok(Self {
            rows,
            analysis: Analysis::new(gpu, size, code)?,
            method,
            settle,
            components: sizes
                .iter()
                .map(|size| Component::new(gpu, *size))
                .collect(),
        })
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.analysis.reset();
        if let Method::Learned(learned) = &mut self.method {
            learned.reset();
        }
        if let Some(settle) = &mut self.settle {
            settle.reset();
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
        source: &Frame,
        target: &Frame,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        for (index, component) in self.components.iter().enumerate() {
            unpacker.unpack(recording, source, self.rows, index, &component.input)?;
        }
        if let Some(luma) = self.components.first() {
            self.analysis.record(recording, &luma.input, settings)?;
        }
        let model = self.analysis.model();
        let planes = |of: fn(&Component) -> &Plane| -> Vec<&Plane> {
            self.components.iter().map(of).collect()
        };
        let inputs = planes(|c| &c.input);
        let mut repaired = planes(|c| &c.repaired);
        match &mut self.method {
            Method::Classical(classical) => {
                classical.shrink(recording, model, &inputs, &repaired)?;
            }
            Method::Learned(learned) => {
                learned.record(recording, model, &inputs, &repaired, settings)?;
            }
        }
        if let Some(settle) = &mut self.settle {
            let settled = planes(|c| &c.settled);
            if settle.record(recording, model, settings, &repaired, &settled)? {
                repaired = settled;
            }
        }
        if let Method::Classical(classical) = &self.method {
            repaired = classical.finish(recording, model, &inputs, &repaired)?;
        }
        unpacker.pack(recording, &repaired, target, self.rows)
    }
}
