//! Repairs one stream of pictures: progressive frames, or the fields of one parity.

use std::sync::Arc;

use super::analysis::{Analysis, Findings};
use super::chroma::Chroma;
use super::classical::Classical;
use super::learned::Learned;
use super::settings::{Preset, Settings};
use super::settle::{Settle, Sought};
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::network::{NetworkPicture, Past};
use crate::picture::carried_motion::CarriedMotion;
use crate::picture::planes::{PictureShape, Planes};
use crate::picture::scene_cut::Activity;
use crate::picture::stream::{Build, PictureFilter, Shape};
use crate::picture::unpack::{Rows, Unpacker};

/// Classical repair or the network.
#[derive(Debug)]
enum Method {
    Classical(Box<Classical>),
    Learned(Box<Learned>, Chroma),
}

impl Method {
    /// Records the repair of `input` into `repaired`.
    fn repair(
        &mut self,
        recording: &mut Recording<'_>,
        analysis: &Analysis,
        past: Option<Past<'_>>,
        [input, repaired]: [&Planes; 2],
        settings: &Settings,
    ) -> Result<(), GpuError> {
        match self {
            Self::Classical(classical) => {
                classical.shrink(recording, analysis.model(), input, repaired)
            }
            Self::Learned(learned, _) => {
                learned.record(recording, analysis, past, [input, repaired], settings)
            }
        }
    }
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
            self.settled = before.settled;
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
        let motion = self.repair(recording, source, settings)?;
        // Motion attached to the frame stays valid for the next filter even without averaging here.
        let is_settled = motion.is_some();
        if let Some(motion) = motion.or_else(|| source.attached(self.rows.part())) {
            target.attach::<CarriedMotion>(self.rows.part(), motion);
        }
        let model = self.analysis.model();
        let mut repaired = match is_settled {
            true => &self.settled,
            false => &self.repaired,
        };
        let input = &self.input;
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
    /// Repairs `input`, and averages the result along the motion, which is returned; `None` without averaging.
    fn repair(
        &mut self,
        recording: &mut Recording<'_>,
        source: &Frame,
        settings: &Settings,
    ) -> Result<Option<Arc<CarriedMotion>>, GpuError> {
        let pictures = [&self.input, &self.repaired];
        let is_repaired = match &self.method {
            Method::Classical(_) => true,
            Method::Learned(learned, _) => !learned.reads_past(),
        };
        if is_repaired {
            self.method
                .repair(recording, &self.analysis, None, pictures, settings)?;
        }
        let noise = self.analysis.noise();
        let sought = Sought {
            picture: if is_repaired {
                pictures[1]
            } else {
                pictures[0]
            },
            is_repaired,
            settled: &self.settled,
        };
        let place = (source, self.rows);
        let is_averaged = match &mut self.settle {
            Some(settle) => settle.seek(recording, noise, settings, place, sought)?,
            None => false,
        };
        if !is_repaired {
            let settle = self.settle.as_ref().filter(|_| is_averaged);
            let past = settle.map(|settle| settle.past(&self.settled));
            self.method
                .repair(recording, &self.analysis, past, pictures, settings)?;
        }
        match &mut self.settle {
            Some(settle) if is_averaged => {
                let planes = [&self.repaired, &self.settled];
                settle.average(recording, noise, planes).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The latest results of the analysis; a few frames late.
    pub fn findings(&self) -> Option<Findings> {
        self.analysis.findings()
    }

    /// Motion and complexity of the latest picture; a few frames late. `None` where the preset follows no motion.
    pub fn activity(&self) -> Option<Activity> {
        self.settle.as_ref().and_then(Settle::activity)
    }
}
