//! Repair without a network: deblocking, shrinkage of DCT blocks, and debanding.

use super::chroma::Chroma;
use super::repair::{PictureRepair, Repair};
use super::settings::Preset;
use super::shrinkage::{Shrink, ShrinkStep, Shrinkage};
use crate::gpu::{Gpu, GpuError, Recording, StorageBuffer};
use crate::picture::planes::{PictureShape, Planes};
use crate::picture::spatial_blocks::Blocks;

/// Factors on the threshold of luma and chroma. Encoders quantize chroma more finely.
const GAINS: [f32; 2] = [1.0, 0.6];

/// Shrinkage of blocks, with the kernels and planes that a preset needs.
#[derive(Debug)]
enum Steps {
    /// Preset `fast`.
    Once(Shrinkage),
    /// Preset `balanced`.
    Twice {
        first: Shrinkage,
        second: Shrinkage,
        pilot: Box<Planes>,
    },
}

impl Steps {
    fn new(gpu: &Gpu, shape: PictureShape, preset: Preset) -> Result<Self, GpuError> {
        Ok(match preset {
            Preset::Fast => Self::Once(Shrinkage::new(gpu, ShrinkStep::Once, &shape)?),
            Preset::Balanced | Preset::Quality | Preset::Neural => Self::Twice {
                first: Shrinkage::new(gpu, ShrinkStep::First, &shape)?,
                second: Shrinkage::new(gpu, ShrinkStep::Second, &shape)?,
                pilot: Box::new(Planes::values(gpu, "pilot", shape)),
            },
        })
    }

    fn blocks(&self, gpu: &Gpu, shape: &PictureShape) -> Blocks {
        match self {
            Self::Once(step) | Self::Twice { first: step, .. } => step.blocks(gpu, shape),
        }
    }
}

/// Repair of one stream of pictures with the presets `fast` and `balanced`.
#[derive(Debug)]
pub struct Classical {
    repair: Repair,
    chroma: Chroma,
    steps: Steps,
    /// The input after deblocking.
    levelled: Planes,
    finished: Planes,
    blocks: Blocks,
    /// One code of the frame in 8-bit code values.
    code: f32,
}

impl Classical {
    /// Compiles kernels and allocates buffers for pictures of one shape. `code` is one code of the frame in
    /// 8-bit code values.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Gpu,
        shape: PictureShape,
        preset: Preset,
        code: f32,
    ) -> Result<Self, GpuError> {
        let values = |label| Planes::values(gpu, label, shape);
        let steps = Steps::new(gpu, shape, preset)?;
        Ok(Self {
            repair: Repair::new(gpu)?,
            chroma: Chroma::new(gpu)?,
            levelled: values("levelled"),
            finished: values("finished"),
            blocks: steps.blocks(gpu, &shape),
            steps,
            code,
        })
    }

    /// Deblocks and shrinks `input` into `repaired`, by the damage in `model`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn shrink(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        input: &Planes,
        repaired: &Planes,
    ) -> Result<(), GpuError> {
        self.repair.level(recording, model, input, &self.levelled)?;
        let onto = |output| Shrink {
            model,
            gains: GAINS,
            planes: &self.levelled,
            pilot: None,
            blocks: &self.blocks,
            output,
        };
        match &self.steps {
            Steps::Once(step) => step.record(recording, onto(repaired)),
            Steps::Twice {
                first,
                second,
                pilot,
            } => {
                first.record(recording, onto(pilot))?;
                let work = Shrink {
                    pilot: Some(pilot),
                    ..onto(repaired)
                };
                second.record(recording, work)
            }
        }
    }

    /// Limits the difference between `repaired` and `input`, smooths bands, and repairs chroma by luma.
    /// Returns the finished picture.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn finish(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        input: &Planes,
        repaired: &Planes,
    ) -> Result<&Planes, GpuError> {
        let repair = PictureRepair {
            model,
            code: self.code,
        };
        self.repair
            .finish(recording, repair, [input, repaired, &self.finished])?;
        self.chroma
            .record(recording, model, repaired, &self.finished)?;
        Ok(&self.finished)
    }
}
