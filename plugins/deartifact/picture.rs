//! Repairs one stream of pictures: progressive frames, or the fields of one parity.

use super::analysis::{Analysis, Findings};
use super::chroma::Chroma;
use super::classical::Classical;
use super::learned::Learned;
use super::settings::{Preset, Settings};
use super::settle::Settle;
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::network::NetworkPicture;
use crate::picture::carried_motion::CarriedMotion;
use crate::picture::planes::{PictureShape, Planes};
use crate::picture::stream::{Build, PictureFilter, Shape};
use crate::picture::unpack::{Rows, Unpacker};

/// Classical repair or the network.
#[derive(Debug)]
enum Method {
    Classical(Box<Classical>),
    Learned(Box<Learned>, Chroma),
}

/// State of one stream of pictures.
#[derive(Debug)]
pub struct PictureRepairer {
    rows: Rows,
    analysis: Analysis,
    method: Method,
    /// `None` with preset `fast`.
    settle: Option<Settle>,
    input: Planes,
    /// Result of shrinkage or of the network.
    repaired: Planes,
    /// The same after temporal averaging.
    settled: Planes,
}

impl PictureFilter for PictureRepairer {
    type Settings = Settings;

    fn new(gpu: &Gpu, stream: &Shape, rows: Rows, build: Build) -> Result<Self, GpuError> {
        let (layout, preset) = (&stream.layout, build.preset);
        let shape = PictureShape::new(gpu, layout, rows);
        shape.check(gpu)?;
        let code = layout.code_step();
        let method = match preset {
            Preset::Fast | Preset::Balanced => {
                Method::Classical(Box::new(Classical::new(gpu, shape, preset, code)?))
            }
            Preset::Quality | Preset::Neural => {
                let picture = NetworkPicture {
                    luma: shape.luma,
                    chroma: shape.chroma,
                    white: layout.white(),
                };
                Method::Learned(Box::new(Learned::new(gpu, picture)?), Chroma::new(gpu)?)
            }
        };
        let settle = match preset {
            Preset::Fast => None,
            _ => Some(Settle::new(gpu, shape)?),
        };
        Ok(Self {
            rows,
            analysis: Analysis::new(gpu, shape.luma, code)?,
            method,
            settle,
            input: Planes::values(gpu, "input", shape),
            repaired: Planes::values(gpu, "repaired", shape),
            settled: Planes::values(gpu, "settled", shape),
        })
    }

    fn succeed(&mut self, before: Self) {
        self.analysis = before.analysis;
        if self.settle.is_some() && before.settle.is_some() {
            self.settle = before.settle;
        }
    }

    fn reset(&mut self) {
        self.analysis.reset();
        if let Method::Learned(learned, _) = &mut self.method {
            learned.reset();
        }
        if let Some(settle) = &mut self.settle {
            settle.reset();
        }
    }

    fn process(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        (source, target): (&Frame, &Frame),
        settings: &Settings,
    ) -> Result<bool, GpuError> {
        let input = &self.input;
        unpacker.unpack(recording, source, self.rows, input)?;
        self.analysis.record(recording, input.luma(), settings)?;
        let model = self.analysis.model();
        let mut repaired = &self.repaired;
        match &mut self.method {
            Method::Classical(classical) => {
                classical.shrink(recording, model, input, repaired)?;
            }
            Method::Learned(learned, _) => {
                learned.record(recording, &self.analysis, input, repaired, settings)?;
            }
        }
        // Motion attached to the frame stays valid for the next filter even without averaging here.
        let mut motion = source.attached(self.rows.part());
        if let Some(settle) = &mut self.settle
            && let Some(found) = settle.record(
                recording,
                self.analysis.noise(),
                settings,
                (source, self.rows),
                [repaired, &self.settled],
            )?
        {
            motion = Some(found);
            repaired = &self.settled;
        }
        if let Some(motion) = motion {
            target.attach::<CarriedMotion>(self.rows.part(), motion);
        }
        match &self.method {
            Method::Classical(classical) => {
                repaired = classical.finish(recording, model, input, repaired)?;
            }
            Method::Learned(_, chroma) => {
                // Nothing reads the input again.
                chroma.record(recording, model, repaired, input)?;
                repaired.copy_chroma(recording, input);
            }
        }
        unpacker.pack(recording, repaired, None, target, self.rows)?;
        Ok(true)
    }
}

impl PictureRepairer {
    /// The latest results of the analysis; a few frames late.
    pub fn findings(&self) -> Option<Findings> {
        self.analysis.findings()
    }
}
