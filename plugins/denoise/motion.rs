//! Hierarchical block matching between two guides.

use std::sync::Arc;

use super::guide::{Guide, LEVELS, level_size};
use crate::gpu::{Gpu, GpuError, Image, Kernel, KernelSpec, Recording};
use crate::{kernel, params};

/// Side of a block in pixels of its level.
pub const BLOCK: u32 = 8;
/// Samples of a matching window: 16 columns of 8 rows.
const WINDOW_SAMPLES: f32 = 128.0;
/// Search radius of each level, finest first.
const RADIUS: [i32; LEVELS] = [1, 1, 2, 4];
/// The zero vector's advantage for each pixel, in units of sigma.
const ZERO_BONUS: f32 = 0.05;

params! {
    /// Parameters of `motion_search.wgsl`.
    pub struct MotionSearchParams {
        /// Width of the level in pixels.
        pub width: u32,
        /// Height of the level in pixels.
        pub height: u32,
        /// Width of the level in blocks.
        pub blocks_x: u32,
        /// Height of the level in blocks.
        pub blocks_y: u32,
        /// Width of the coarser level in blocks; 0 at the coarsest.
        pub coarse_x: u32,
        /// Height of the coarser level in blocks; 0 at the coarsest.
        pub coarse_y: u32,
        /// Pixels searched to each side.
        pub radius: i32,
        /// 1 to find fractions of a pixel.
        pub fraction: u32,
        /// Advantage of the zero vector over the window.
        pub bonus: f32,
    }
}

params! {
    /// Parameters of `motion_smooth.wgsl`.
    pub struct MotionSmoothParams {
        /// Width in blocks.
        pub blocks_x: u32,
        /// Height in blocks.
        pub blocks_y: u32,
    }
}

/// Matches one level.
pub const MOTION_SEARCH: KernelSpec = kernel!("denoise/motion_search", MotionSearchParams);
/// Smooths the finest level's vectors.
pub const MOTION_SMOOTH: KernelSpec = kernel!("denoise/motion_smooth", MotionSmoothParams);

/// Width and height in blocks of a picture.
pub fn block_count((width, height): (u32, u32)) -> (u32, u32) {
    (width.div_ceil(BLOCK), height.div_ceil(BLOCK))
}

/// Vectors from a picture to its reference: two floats a block, in pixels.
#[derive(Debug)]
pub struct Motion {
    search: Arc<Kernel>,
    smooth: Arc<Kernel>,
    size: (u32, u32),
    levels: Vec<Image>,
    smoothed: Image,
}

impl Motion {
    /// Compiles the kernels and allocates vectors for pictures of `size`.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Result<Self, GpuError> {
        let vectors = |level| {
            let blocks = block_count(level_size(size, level));
            Image::new(gpu, "vectors", wgpu::TextureFormat::Rg32Float, blocks)
        };
        Ok(Self {
            search: gpu.kernel(&MOTION_SEARCH, None)?,
            smooth: gpu.kernel(&MOTION_SMOOTH, None)?,
            size,
            // One more than there are levels: the coarsest reads it as its own coarser one.
            levels: (0..=LEVELS).map(vectors).collect(),
            smoothed: vectors(0),
        })
    }

    /// The vectors of the last estimate, in half pixels of luma.
    pub fn vectors(&self) -> &Image {
        &self.smoothed
    }

    /// Finds where each block of `current` was in `reference`. `sigma` is the noise of the
    /// difference, for the advantage of the zero vector.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn estimate(
        &self,
        recording: &mut Recording<'_>,
        current: &Guide,
        reference: &Guide,
        sigma: f32,
    ) -> Result<(), GpuError> {
        for level in (0..LEVELS).rev() {
            let (width, height) = level_size(self.size, level);
            let (blocks_x, blocks_y) = self.levels[level].size();
            let (coarse_x, coarse_y) = match level + 1 < LEVELS {
                true => self.levels[level + 1].size(),
                false => (0, 0),
            };
            recording.pass(
                &self.search,
                &[
                    ("current", current.level(level).into()),
                    ("reference", reference.level(level).into()),
                    ("coarse", (&self.levels[level + 1]).into()),
                    ("vectors", (&self.levels[level]).into()),
                ],
                &MotionSearchParams {
                    width,
                    height,
                    blocks_x,
                    blocks_y,
                    coarse_x,
                    coarse_y,
                    radius: RADIUS[level],
                    fraction: u32::from(level == 0),
                    bonus: ZERO_BONUS * sigma * WINDOW_SAMPLES / (1 << level) as f32,
                },
                (blocks_x, blocks_y),
            )?;
        }
        let (blocks_x, blocks_y) = self.smoothed.size();
        recording.pass(
            &self.smooth,
            &[
                ("vectors", (&self.levels[0]).into()),
                ("smoothed", (&self.smoothed).into()),
            ],
            &MotionSmoothParams { blocks_x, blocks_y },
            (blocks_x, blocks_y),
        )
    }
}
