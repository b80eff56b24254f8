//! Guides: 8-bit versions of a picture for block matching, 16 pixels in a texel.

use std::sync::Arc;

use super::plane::Plane;
use crate::gpu::{Gpu, GpuError, Image, Kernel, KernelSpec, Recording};
use crate::{kernel, params, shader_constant};

/// Levels of a pyramid. The first has half the picture's size, each next one half the size before.
///
/// No level has the full size: that costs four times as much and measured worse, because vectors of smaller
/// windows are noisier.
pub const LEVELS: usize = 3;
/// Pixels of repeated edge left of a row: `GUIDE_LEFT` of the shader.
pub const LEFT: u32 = shader_constant!("picture/shared/guide", "GUIDE_LEFT");
/// Pixels of repeated edge right of a row: `GUIDE_RIGHT`.
pub const RIGHT: u32 = shader_constant!("picture/shared/guide", "GUIDE_RIGHT");

params! {
    /// Parameters of `guide_pyramid.wgsl`.
    pub struct GuidePyramidParams {
        /// Width of the plane in pixels.
        pub width: u32,
        /// Height of the plane in pixels.
        pub height: u32,
    }
}

params! {
    /// Parameters of `guide_full.wgsl`.
    pub struct GuideFullParams {
        /// Width of the plane in pixels.
        pub width: u32,
        /// Height of the plane in pixels.
        pub height: u32,
    }
}

/// Size of a workgroup's tile: texels of the coarsest level across, rows of the finest level down.
const TILE: (u32, u32) = (2, 8);

/// Fills all levels of a pyramid from a plane.
pub const GUIDE_PYRAMID: KernelSpec = kernel!("picture/guide_pyramid", GuidePyramidParams);
/// Rounds a plane to 8 bits at its full size.
pub const GUIDE_FULL: KernelSpec = kernel!("picture/guide_full", GuideFullParams);

/// Size of a level of a picture in pixels; level 0 has half the picture's size.
pub fn level_size((width, height): (u32, u32), level: usize) -> (u32, u32) {
    let side = |side: u32| side.div_ceil(2 << level);
    (side(width), side(height))
}

/// One pyramid.
#[derive(Debug)]
pub struct Guide {
    levels: [Image; LEVELS],
}

impl Guide {
    /// Allocates a pyramid for pictures of `size`.
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let level = |level| guide_image(gpu, level_size(size, level));
        Self {
            levels: std::array::from_fn(level),
        }
    }

    /// The texture of a level.
    #[expect(
        clippy::indexing_slicing,
        reason = "callers use levels below LEVELS, as the constructor does"
    )]
    pub fn level(&self, level: usize) -> &Image {
        &self.levels[level]
    }
}

/// A guide of full size, for the second motion refinement.
#[derive(Debug)]
pub struct FullGuide(Image);

impl FullGuide {
    /// Allocates a guide for pictures of `size`.
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        Self(guide_image(gpu, size))
    }

    /// The texture.
    pub fn image(&self) -> &Image {
        &self.0
    }
}

fn guide_image(gpu: &Gpu, (width, height): (u32, u32)) -> Image {
    let texels = ((LEFT + width + RIGHT).div_ceil(16), height);
    Image::new(gpu, "guide", wgpu::TextureFormat::Rgba32Uint, texels)
}

/// The kernels that fill guides.
#[derive(Debug)]
pub struct GuideMaker {
    full: Arc<Kernel>,
    pyramid: Arc<Kernel>,
}

impl GuideMaker {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            full: gpu.kernel(&GUIDE_FULL)?,
            pyramid: gpu.kernel(&GUIDE_PYRAMID)?,
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
        let (columns, _) = guide.level(LEVELS - 1).size();
        let (_, rows) = guide.level(0).size();
        recording.dispatch(
            &self.pyramid,
            &[
                ("plane", (&plane.buffer).into()),
                ("first", guide.level(0).into()),
                ("second", guide.level(1).into()),
                ("third", guide.level(2).into()),
            ],
            bytemuck::bytes_of(&GuidePyramidParams {
                width: plane.width,
                height: plane.height,
            }),
            [columns.div_ceil(TILE.0), rows.div_ceil(TILE.1), 1],
        )
    }
}
