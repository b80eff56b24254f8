//! Repair without a network: deblocking, shrinkage of DCT blocks, and debanding.

use super::repair::{PictureRepair, Repair};
use super::settings::Preset;
use super::shrinkage::{Shrink, Shrinkage};
use crate::gpu::{Gpu, GpuError, Recording, StorageBuffer};
use crate::picture::planes::{PictureShape, Planes};
use crate::picture::spatial_blocks::Blocks;

/// Factors on the threshold of luma and chroma. Encoders quantize chroma more finely.
const GAINS: [f32; 2] = [1.0, 0.6];

/// Repair of one stream of pictures with the presets `fast` and `balanced`.
#[derive(Debug)]
pub struct Classical {
    preset: Preset,
    repair: Repair,
    shrinkage: Shrinkage,
    /// The input after deblocking.
    levelled: Planes,
    pilot: Planes,
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
        let shrinkage = Shrinkage::new(gpu)?;
        Ok(Self {
            preset,
            repair: Repair::new(gpu)?,
            levelled: values("levelled"),
            pilot: values("pilot"),
            finished: values("finished"),
            blocks: shrinkage.blocks(gpu, &shape),
            shrinkage,
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
            blocks: &self.blocks,
            output,
        };
        match self.preset {
            Preset::Fast => self.shrinkage.once(recording, onto(repaired)),
            Preset::Balanced | Preset::Quality => {
                self.shrinkage.first(recording, onto(&self.pilot))?;
                self.shrinkage
                    .second(recording, onto(repaired), &self.pilot)
            }
        }
    }

    /// Limits the difference between `repaired` and `input`, and smooths bands. Returns the finished
    /// picture.
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
            gains: GAINS,
            code: self.code,
        };
        self.repair
            .finish(recording, repair, [input, repaired, &self.finished])?;
        Ok(&self.finished)
    }
}
