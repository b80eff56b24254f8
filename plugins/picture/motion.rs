//! Hierarchical block matching between two guides.

use std::sync::Arc;

use super::carried_motion::Held;
use super::guide::{Guide, LEVELS, level_size};
use super::scene_cut::SceneCut;
use crate::gpu::{Binding, Gpu, GpuError, Image, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params};

/// Side of a block in pixels of luma. Half of it gains 0.01 dB and costs four times as much.
const BLOCK: u32 = 16;
/// Side of a block in pixels of a guide's level.
const LEVEL_BLOCK: u32 = BLOCK / 2;
/// Pixels of a matching window, for the zero vector's advantage.
pub const WINDOW_PIXELS: f32 = 144.0;
/// Search radius of each level, finest first.
const RADIUS: [i32; LEVELS] = [1, 2, 4];
/// The zero vector's advantage for each pixel, in units of sigma.
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
        /// Width of the coarser level in blocks; 0 at the coarsest.
        pub coarse_x: u32,
        /// Height of the coarser level in blocks; 0 at the coarsest.
        pub coarse_y: u32,
        /// Pixels searched to each side.
        pub radius: i32,
        /// 1 to find quarters of a pixel.
        pub fraction: u32,
        /// Factor on the vectors written.
        pub scale: f32,
        /// Advantage of the zero vector over the window, in deviations of the noise.
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
        /// Width in blocks.
        pub blocks_x: u32,
        /// Height in blocks.
        pub blocks_y: u32,
        /// Side of a block in pixels of the level.
        pub block: i32,
        /// Quarters of the level's pixels to a pixel of luma.
        pub quarters: f32,
        /// Blocks to a block of the vectors to refine, as a shift.
        pub shift: u32,
        /// Advantage of the zero vector over the window, in deviations of the noise.
        pub bonus: f32,
    }
}

/// Refines by bilinear matching.
pub const MOTION_REFINE: KernelSpec = kernel!("picture/motion_refine", MotionRefineParams);
/// The same, and judges the scene.
pub const MOTION_REFINE_SCENE: KernelSpec =
    kernel!("picture/motion_refine_scene", MotionRefineParams);
/// Matches one level.
pub const MOTION_SEARCH: KernelSpec = kernel!("picture/motion_search", MotionSearchParams);
/// The same with a workgroup to a block, for GPUs.
pub const MOTION_SEARCH_LANES: KernelSpec =
    kernel!("picture/motion_search_lanes", MotionSearchParams);

/// Lanes of a workgroup of [`MOTION_SEARCH_LANES`].
const LANES: u32 = 32;

/// The zero vector's advantage over a window, in deviations of the noise, for pictures at
/// 1 / `reduction` of their size that have `noise_part` of their noise.
pub fn zero_bonus(noise_part: f32, reduction: f32) -> f32 {
    ZERO_BONUS * noise_part * WINDOW_PIXELS / reduction
}

fn bonus(noise_part: f32, level: usize) -> f32 {
    zero_bonus(noise_part, (2 << level) as f32)
}

/// Block motion as the temporal filter reads it.
#[derive(Debug, Clone, Copy)]
pub struct VectorField<'a> {
    /// For each block a vector in luma pixels, the mean absolute difference of the match, and the
    /// change of brightness along it.
    pub vectors: &'a Image,
    /// Side of a block in pixels of luma.
    pub block: u32,
}

/// Vectors from a picture to its reference: for each block the vector in luma pixels, the mean
/// absolute difference of the match, and the change of brightness along it.
#[derive(Debug)]
pub struct Motion {
    search: Arc<Kernel>,
    /// Invocations to a block.
    lanes: u32,
    /// `None` where a parabola through the costs is enough.
    refine: Option<Arc<Kernel>>,
    /// The last step's vectors: of refinement, or of the finest level.
    found: Held<Image>,
    size: (u32, u32),
    /// Those of the levels, finest first; the finest only where it is refined.
    levels: Vec<Image>,
}

fn vector_image(gpu: &Gpu, size: (u32, u32), level: usize) -> Image {
    let (width, height) = level_size(size, level);
    let blocks = (width.div_ceil(LEVEL_BLOCK), height.div_ceil(LEVEL_BLOCK));
    Image::new(gpu, "vectors", wgpu::TextureFormat::Rgba32Float, blocks)
}

impl Motion {
    /// Compiles the kernel and allocates vectors for pictures of `size`, refined by
    /// bilinear matching or by a parabola alone.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, size: (u32, u32), refine: bool) -> Result<Self, GpuError> {
        Self::with_lanes(gpu, size, refine, !gpu.is_software())
    }

    /// The same, whose refinement judges the scene as well: each estimate is given a judge.
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

    /// As [`Motion::new`], searched by lanes of a workgroup to each block, or by an invocation to each.
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
            // One more than there are levels: the coarsest reads it as its own coarser one.
            levels: (0..=LEVELS).map(vectors).collect(),
        })
    }

    /// The vectors of the last estimate.
    pub fn field(&self) -> VectorField<'_> {
        VectorField {
            vectors: self.found.latest(),
            block: BLOCK,
        }
    }

    /// Its vectors, to hold on to.
    pub fn latest(&self) -> &Arc<Image> {
        self.found.latest()
    }

    /// Before [`Motion::estimate`]: leaves the last vectors to those who hold them still.
    pub fn renew(&mut self, gpu: &Gpu) {
        let size = self.size;
        self.found.renew(|| vector_image(gpu, size, 0));
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "there is one more than LEVELS, by which callers count"
    )]
    fn level(&self, level: usize) -> &Image {
        match (level, &self.refine) {
            (0, None) => self.found.latest(),
            _ => &self.levels[level],
        }
    }

    /// Finds where each block of `current` is in `reference`. `noise` is the model of the current
    /// picture's noise and `noise_part` how much of it the guide still has (1 for a noisy one). `scene_cut`
    /// judges the scene by the vectors.
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
                    // The finest level is at half the size of luma.
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
