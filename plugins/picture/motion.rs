//! Hierarchical block matching between two guides.

use std::sync::Arc;

use super::carried_motion::Held;
use super::guide::{Guide, LEVELS, level_size};
use super::scene_cut::SceneCut;
use crate::gpu::{Binding, Gpu, GpuError, Image, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params, shader_constant};

/// Side of a block in luma pixels. Half of it gains 0.01 dB and costs four times as much.
const BLOCK: u32 = 16;
/// Side of a block in pixels of its guide level.
const LEVEL_BLOCK: u32 = BLOCK / 2;
/// Pixels in a matching window, to scale the zero vector's bonus.
pub const WINDOW_PIXELS: f32 = (WINDOW * WINDOW) as f32;
const WINDOW: u32 = shader_constant!("picture/shared/matching", "WINDOW");
/// Search radius at each level in its pixels, finest level first.
const RADIUS: [i32; LEVELS] = [1, 2, 4];
/// Bonus of the zero vector for each pixel of the window, in sigmas of the noise: without it, noise makes
/// still blocks move.
const ZERO_BONUS: f32 = 0.04;

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
        /// Side of a block in pixels of the level.
        pub block: i32,
        /// Width of the next coarser level in blocks; 0 at the coarsest.
        pub coarse_x: u32,
        /// Height of the next coarser level in blocks; 0 at the coarsest.
        pub coarse_y: u32,
        /// Search radius in pixels of the level, in each direction.
        pub radius: i32,
        /// 1 to find quarter pixels by a parabola.
        pub fraction: u32,
        /// Factor on the vectors that are written.
        pub scale: f32,
        /// Bonus of the zero vector for a whole window, in sigmas of the noise.
        pub bonus: f32,
    }
}

params! {
    /// Parameters of `motion_refine.wgsl`.
    pub struct MotionRefineParams {
        /// Width of the finest level in pixels.
        pub width: u32,
        /// Height of the finest level in pixels.
        pub height: u32,
        /// Width of the vector field in blocks.
        pub blocks_x: u32,
        /// Height of the vector field in blocks.
        pub blocks_y: u32,
        /// Side of a block in pixels of the level.
        pub block: i32,
        /// Quarter pixels of the level in a luma pixel.
        pub quarters: f32,
        /// log2 of the ratio between the block size of the input vectors and that of the output.
        pub shift: u32,
        /// Bonus of the zero vector for a whole window, in sigmas of the noise.
        pub bonus: f32,
    }
}

/// Refines vectors by matching at bilinearly interpolated positions.
pub const MOTION_REFINE: KernelSpec = kernel!("picture/motion_refine", MotionRefineParams);
/// As [`MOTION_REFINE`], and detects scene cuts.
pub const MOTION_REFINE_SCENE: KernelSpec =
    kernel!("picture/motion_refine_scene", MotionRefineParams);
/// Matches one level, one invocation for each block.
pub const MOTION_SEARCH: KernelSpec = kernel!("picture/motion_search", MotionSearchParams);
/// As [`MOTION_SEARCH`], one workgroup for each block, for GPUs.
pub const MOTION_SEARCH_LANES: KernelSpec =
    kernel!("picture/motion_search_lanes", MotionSearchParams);

/// Invocations in a workgroup of [`MOTION_SEARCH_LANES`].
const LANES: u32 = shader_constant!("picture/motion_search_lanes", "GROUP");

/// Bonus of the zero vector for a whole window, in sigmas of the noise: for pictures at 1 / `reduction` of
/// full size, in which `noise_part` of the noise is left.
pub fn zero_bonus(noise_part: f32, reduction: f32) -> f32 {
    ZERO_BONUS * noise_part * WINDOW_PIXELS / reduction
}

fn bonus(noise_part: f32, level: usize) -> f32 {
    zero_bonus(noise_part, (2 << level) as f32)
}

/// A vector for each block, as the temporal filter reads it.
#[derive(Debug, Clone, Copy)]
pub struct VectorField<'a> {
    /// For each block: the vector in luma pixels (x, y), the mean absolute difference of the match (z), and
    /// the change of brightness along it (w).
    pub vectors: &'a Image,
    /// Side of a block in luma pixels.
    pub block: u32,
}

/// Estimates the motion from a picture to its reference.
#[derive(Debug)]
pub struct Motion {
    search: Arc<Kernel>,
    /// Invocations for each block.
    lanes: u32,
    /// `None` if quarter pixels come from a parabola through the costs alone.
    refine: Option<Arc<Kernel>>,
    /// Result: vectors of the refinement, or of the finest level without one.
    found: Held<Image>,
    size: (u32, u32),
    /// Vectors of each level, finest first. The finest is unused unless it is refined.
    levels: Vec<Image>,
}

fn vector_image(gpu: &Gpu, size: (u32, u32), level: usize) -> Image {
    let (width, height) = level_size(size, level);
    let blocks = (width.div_ceil(LEVEL_BLOCK), height.div_ceil(LEVEL_BLOCK));
    Image::new(gpu, "vectors", wgpu::TextureFormat::Rgba32Float, blocks)
}

impl Motion {
    /// Compiles the kernels and allocates vectors for pictures of `size` in luma pixels. With `refine`,
    /// quarter pixels are found by bilinear matching, else by a parabola alone.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, size: (u32, u32), refine: bool) -> Result<Self, GpuError> {
        Self::with_lanes(gpu, size, refine, !gpu.is_software())
    }

    /// As [`Motion::new`], with a refinement that also detects scene cuts: each estimate then needs a
    /// [`SceneCut`].
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn with_scenes(gpu: &Gpu, size: (u32, u32), refine: bool) -> Result<Self, GpuError> {
        let refine = match refine {
            true => Some(gpu.kernel(&MOTION_REFINE_SCENE)?),
            false => None,
        };
        Ok(Self {
            refine,
            ..Self::new(gpu, size, false)?
        })
    }

    /// As [`Motion::new`]; `lanes` chooses a workgroup for each block instead of one invocation.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn with_lanes(
        gpu: &Gpu,
        size: (u32, u32),
        refine: bool,
        lanes: bool,
    ) -> Result<Self, GpuError> {
        let (search, lanes) = match lanes {
            true => (&MOTION_SEARCH_LANES, LANES),
            false => (&MOTION_SEARCH, 1),
        };
        let vectors = |level| vector_image(gpu, size, level);
        Ok(Self {
            search: gpu.kernel(search)?,
            lanes,
            refine: match refine {
                true => Some(gpu.kernel(&MOTION_REFINE)?),
                false => None,
            },
            found: Held::new(vectors(0)),
            size,
            // One more than there are levels: the search at the coarsest binds it as its coarser level.
            levels: (0..=LEVELS).map(vectors).collect(),
        })
    }

    /// Vectors of the latest estimate.
    pub fn field(&self) -> VectorField<'_> {
        VectorField {
            vectors: self.found.latest(),
            block: BLOCK,
        }
    }

    /// Vectors of the latest estimate, shared.
    pub fn latest(&self) -> &Arc<Image> {
        self.found.latest()
    }

    /// Call before [`Motion::estimate`]: later vectors go to another texture if others still hold the
    /// latest.
    pub fn renew(&mut self, gpu: &Gpu) {
        let size = self.size;
        self.found.renew(|| vector_image(gpu, size, 0));
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "callers use levels up to LEVELS, of which there is one more"
    )]
    fn level(&self, level: usize) -> &Image {
        match (level, &self.refine) {
            (0, None) => self.found.latest(),
            _ => &self.levels[level],
        }
    }

    /// Finds each block of `current` in `reference`. `noise` is the noise model of the current picture, and
    /// `noise_part` the share of its noise that is left in the guide (1 if it was made from a noisy
    /// picture). `scene_cut` receives the result of scene detection.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn estimate(
        &self,
        recording: &mut Recording<'_>,
        current: &Guide,
        reference: &Guide,
        noise: &StorageBuffer,
        noise_part: f32,
        scene_cut: Option<&SceneCut>,
    ) -> Result<(), GpuError> {
        for (level, radius) in RADIUS.into_iter().enumerate().rev() {
            let (width, height) = level_size(self.size, level);
            let (blocks_x, blocks_y) = self.level(level).size();
            let coarsest = level + 1 == LEVELS;
            let (coarse_x, coarse_y) = match coarsest {
                true => (0, 0),
                false => self.level(level + 1).size(),
            };
            recording.filled(
                &self.search,
                &[
                    ("current", current.level(level).into()),
                    ("reference", reference.level(level).into()),
                    ("coarse", self.level(level + 1).into()),
                    ("noise", noise.into()),
                    ("vectors", self.level(level).into()),
                ],
                &MotionSearchParams {
                    width,
                    height,
                    blocks_x,
                    blocks_y,
                    block: LEVEL_BLOCK as i32,
                    coarse_x,
                    coarse_y,
                    radius,
                    fraction: u32::from(level == 0 && self.refine.is_none()),
                    // Level 0 has half the size of luma.
                    scale: if level == 0 { 2.0 } else { 1.0 },
                    bonus: bonus(noise_part, level),
                },
                (blocks_x * self.lanes, blocks_y),
            )?;
        }
        let guides = [current, reference];
        match (&self.refine, scene_cut) {
            (Some(kernel), _) => {
                let judged = scene_cut.map(SceneCut::bindings);
                let judged = judged.into_iter().flatten().collect();
                self.refine(recording, kernel, guides, noise, noise_part, judged)
            }
            (None, Some(scene_cut)) => scene_cut.detect(recording, self.field(), noise),
            (None, None) => Ok(()),
        }
    }

    fn refine<'a>(
        &'a self,
        recording: &mut Recording<'_>,
        kernel: &Arc<Kernel>,
        [current, reference]: [&'a Guide; 2],
        noise: &'a StorageBuffer,
        noise_part: f32,
        mut bindings: Vec<(&'static str, Binding<'a>)>,
    ) -> Result<(), GpuError> {
        let (width, height) = level_size(self.size, 0);
        let refined = self.found.latest();
        let (blocks_x, blocks_y) = refined.size();
        bindings.extend([
            ("current", Binding::from(current.level(0))),
            ("reference", reference.level(0).into()),
            ("vectors", self.level(0).into()),
            ("noise", noise.into()),
            ("refined", refined.as_ref().into()),
        ]);
        recording.filled(
            kernel,
            &bindings,
            &MotionRefineParams {
                width,
                height,
                blocks_x,
                blocks_y,
                block: LEVEL_BLOCK as i32,
                quarters: 2.0,
                shift: 0,
                bonus: bonus(noise_part, 0),
            },
            (blocks_x, blocks_y),
        )
    }
}
