//! Second, finer block motion: at full size, matching denoised pictures.

use std::sync::Arc;

use super::guide::FullGuide;
use super::motion::{MOTION_REFINE, MotionRefineParams, VectorField, zero_bonus};
use crate::gpu::{Gpu, GpuError, Image, Kernel, Recording, StorageBuffer};

/// Side of a block in luma pixels.
const BLOCK: u32 = 8;
/// log2 of the ratio between the block sizes of the first motion and of this one.
const SHIFT: u32 = 1;
/// Share of the noise that is left in a picture after the first spatial step.
const PILOT_NOISE: f32 = 0.5;

/// Motion vectors of 8x8 blocks.
#[derive(Debug)]
pub struct FineMotion {
    refine: Arc<Kernel>,
    size: (u32, u32),
    vectors: Image,
}

impl FineMotion {
    /// Compiles the kernel and allocates vectors for pictures of `size` in luma pixels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Result<Self, GpuError> {
        let blocks = (size.0.div_ceil(BLOCK), size.1.div_ceil(BLOCK));
        Ok(Self {
            refine: gpu.kernel(&MOTION_REFINE)?,
            size,
            vectors: Image::new(gpu, "vectors", wgpu::TextureFormat::Rgba32Float, blocks),
        })
    }

    /// Vectors of the latest estimate.
    pub fn field(&self) -> VectorField<'_> {
        VectorField {
            vectors: &self.vectors,
            block: BLOCK,
        }
    }

    /// Refines `rough`, vectors found at half size, between two guides of full size.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn refine(
        &self,
        recording: &mut Recording<'_>,
        rough: VectorField<'_>,
        current: &FullGuide,
        reference: &FullGuide,
        noise: &StorageBuffer,
    ) -> Result<(), GpuError> {
        let (width, height) = self.size;
        let (blocks_x, blocks_y) = self.vectors.size();
        recording.filled(
            &self.refine,
            &[
                ("current", current.image().into()),
                ("reference", reference.image().into()),
                ("vectors", rough.vectors.into()),
                ("noise", noise.into()),
                ("refined", (&self.vectors).into()),
            ],
            &MotionRefineParams {
                width,
                height,
                blocks_x,
                blocks_y,
                block: BLOCK as i32,
                quarters: 4.0,
                shift: SHIFT,
                bonus: zero_bonus(PILOT_NOISE, 1.0),
            },
            (blocks_x, blocks_y),
        )
    }
}
