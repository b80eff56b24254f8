//! Repair without a network: steps are levelled, blocks shrunk, and bands smoothed.

use super::repair::{Manner, Repair};
use super::settings::Preset;
use super::shrinkage::{Shrink, Shrinkage};
use crate::gpu::{Gpu, GpuError, Recording, StorageBuffer};
use crate::working::plane::Plane;
use crate::working::spatial::Blocks;

/// Factor on the threshold of chroma: encoders quantize it more finely than luma.
const CHROMA_GAIN: f32 = 0.6;

/// Planes of one component.
#[derive(Debug)]
struct Work {
    /// The input with steps levelled.
    levelled: Plane,
    pilot: Plane,
    finished: Plane,
    blocks: Blocks,
}

impl Work {
    fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let values = |label| Plane::values(gpu, label, size);
        Self {
            levelled: values("levelled"),
            pilot: values("pilot"),
            finished: values("finished"),
            blocks: Blocks::new(gpu, size),
        }
    }
}

/// The presets fast and balanced, for one stream of pictures.
#[derive(Debug)]
pub struct Classical {
    preset: Preset,
    repair: Repair,
    shrinkage: Shrinkage,
    /// One for each component.
    work: Vec<Work>,
    /// One code of the frame in 8-bit code values.
    code: f32,
}

impl Classical {
    /// Compiles kernels and allocates for components of `sizes`, luma first. `code` is one code of the
    /// frame in 8-bit code values.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Gpu,
        sizes: &[(u32, u32)],
        preset: Preset,
        code: f32,
    ) -> Result<Self, GpuError> {
        Ok(Self {
            preset,
            repair: Repair::new(gpu)?,
            shrinkage: Shrinkage::new(gpu)?,
            work: sizes.iter().map(|size| Work::new(gpu, *size)).collect(),
            code,
        })
    }

    /// Levels and shrinks the components `inputs` into `repaired`, by what `model` tells of the damage.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn shrink(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        inputs: &[&Plane],
        repaired: &[&Plane],
    ) -> Result<(), GpuError> {
        let planes = inputs.iter().zip(repaired);
        for (index, (work, (input, repaired))) in self.work.iter().zip(planes).enumerate() {
            // The model's grid is that of luma.
            let plane = if index == 0 { &work.levelled } else { input };
            if index == 0 {
                self.repair.level(recording, model, input, plane)?;
            }
            let onto = |output| Shrink {
                model,
                gain: gain(index),
                plane,
                blocks: &work.blocks,
                output,
            };
            match self.preset {
                Preset::Fast => self.shrinkage.once(recording, onto(repaired))?,
                Preset::Balanced | Preset::Quality => {
                    self.shrinkage.first(recording, onto(&work.pilot))?;
                    self.shrinkage
                        .second(recording, onto(repaired), &work.pilot)?;
                }
            }
        }
        Ok(())
    }

    /// Keeps `repaired` near the components `inputs` and smooths bands. Gives the finished components.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn finish(
        &self,
        recording: &mut Recording<'_>,
        model: &StorageBuffer,
        inputs: &[&Plane],
        repaired: &[&Plane],
    ) -> Result<Vec<&Plane>, GpuError> {
        let planes = inputs.iter().zip(repaired);
        for (index, (work, (input, repaired))) in self.work.iter().zip(planes).enumerate() {
            let manner = Manner {
                model,
                gain: gain(index),
                code: self.code,
            };
            self.repair
                .finish(recording, manner, [input, repaired, &work.finished])?;
        }
        Ok(self.work.iter().map(|work| &work.finished).collect())
    }
}

/// Factor on the threshold of a component.
fn gain(component: usize) -> f32 {
    if component == 0 { 1.0 } else { CHROMA_GAIN }
}
