//! Guides: 8-bit pyramids for block matching, 16 pixels to a texel.

use std::sync::Arc;

use super::plane::Plane;
use crate::gpu::{Gpu, GpuError, Image, Kernel, KernelSpec, Recording};
use crate::{kernel, params};

/// Levels of a pyramid, the first at half the picture's size, each half the one before.
///
/// Matching at full size costs four times as much and measured worse: vectors of smaller windows
/// are noisier.
pub const LEVELS: usize = 3;
/// Pixels of repeated edge on each side; the shader's `GUIDE_PAD`, which a test compares.
pub const PAD: u32 = 32;

params! {
    /// Parameters of `guide_pack.wgsl`.
    pub struct GuidePackParams {
        /// Width of the plane.
        pub plane_width: u32,
        /// Height of the plane.
        pub plane_height: u32,
        /// Width of this level.
        pub width: u32,
        /// Height of this level.
        pub height: u32,
    }
}

params! {
    /// Parameters of `guide_full.wgsl`.
    pub struct GuideFullParams {
        /// Width of the plane.
        pub width: u32,
        /// Height of the plane.
        pub height: u32,
    }
}

params! {
    /// Parameters of `guide_halve.wgsl`.
    pub struct GuideHalveParams {
        /// Width of the finer level.
        pub fine_width: u32,
        /// Height of the finer level.
        pub fine_height: u32,
        /// Width of this level.
        pub width: u32,
        /// Height of this level.
        pub height: u32,
    }
}

/// Rounds a picture to the finest level.
pub const GUIDE_PACK: KernelSpec = kernel!("working/guide_pack", GuidePackParams);
/// Rounds a plane at its full size.
pub const GUIDE_FULL: KernelSpec = kernel!("working/guide_full", GuideFullParams);
/// Makes a coarser level from a finer one.
pub const GUIDE_HALVE: KernelSpec = kernel!("working/guide_halve", GuideHalveParams);

/// Size of level `level` of a picture: half the picture's for level 0.
pub fn level_size((width, height): (u32, u32), level: usize) -> (u32, u32) {
    let side = |side: u32| side.div_ceil(2 << level);
    (side(width), side(height))
}

/// One pyramid.
#[derive(Debug)]
pub struct Guide {
    size: (u32, u32),
    levels: Vec<Image>,
}

impl Guide {
    /// Allocates a pyramid for pictures of `size`.
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let level = |level| guide_image(gpu, level_size(size, level));
        Self {
            size,
            levels: (0..LEVELS).map(level).collect(),
        }
    }

    /// The image of a level.
    pub fn level(&self, level: usize) -> &Image {
        &self.levels[level]
    }
}

/// A guide at full size, for the last refinement of vectors.
#[derive(Debug)]
pub struct FullGuide(Image);

impl FullGuide {
    /// Allocates a guide for pictures of `size`.
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        Self(guide_image(gpu, size))
    }

    /// The image.
    pub fn image(&self) -> &Image {
        &self.0
    }
}

fn guide_image(gpu: &Gpu, (width, height): (u32, u32)) -> Image {
    let texels = ((width + 2 * PAD).div_ceil(16), height);
    Image::new(gpu, "guide", wgpu::TextureFormat::Rgba32Uint, texels)
}

/// The kernels that fill guides.
#[derive(Debug)]
pub struct GuideMaker {
    full: Arc<Kernel>,
    pack: Arc<Kernel>,
    halve: Arc<Kernel>,
}

impl GuideMaker {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            full: gpu.kernel(&GUIDE_FULL)?,
            pack: gpu.kernel(&GUIDE_PACK)?,
            halve: gpu.kernel(&GUIDE_HALVE)?,
        })
    }

    /// Fills a guide of full size from a plane of values.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn fill_full(
        &self,
        recording: &mut Recording<'_>,
        plane: &Plane,
        guide: &FullGuide,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.full,
            &[
                ("plane", (&plane.buffer).into()),
                ("guide", guide.image().into()),
            ],
            &GuideFullParams {
                width: plane.width,
                height: plane.height,
            },
            guide.image().size(),
        )
    }

    /// Fills all levels from a plane of values.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn fill(
        &self,
        recording: &mut Recording<'_>,
        plane: &Plane,
        guide: &Guide,
    ) -> Result<(), GpuError> {
        let (width, height) = level_size(guide.size, 0);
        recording.pass(
            &self.pack,
            &[
                ("plane", (&plane.buffer).into()),
                ("guide", guide.level(0).into()),
            ],
            &GuidePackParams {
                plane_width: plane.width,
                plane_height: plane.height,
                width,
                height,
            },
            guide.level(0).size(),
        )?;
        for level in 1..LEVELS {
            let (fine_width, fine_height) = level_size(guide.size, level - 1);
            let (width, height) = level_size(guide.size, level);
            recording.pass(
                &self.halve,
                &[
                    ("fine", guide.level(level - 1).into()),
                    ("guide", guide.level(level).into()),
                ],
                &GuideHalveParams {
                    fine_width,
                    fine_height,
                    width,
                    height,
                },
                guide.level(level).size(),
            )?;
        }
        Ok(())
    }
}
