//! Kalman update of the averaged noisy picture and its variance, along the motion.

use std::sync::Arc;

use super::motion::VectorField;
use super::planes::{Part, Parts, PictureShape, Planes};
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params, storage};

params! {
    /// Parameters of `temporal.wgsl`, `temporal_fuse.wgsl` and their variants for GPUs.
    pub struct KalmanParams {
        /// The components.
        pub parts: Parts,
        /// Width of the vector field.
        pub blocks_x: u32,
        /// Height of the vector field.
        pub blocks_y: u32,
        /// Blocks to a tile of luma.
        pub tile_blocks: f32,
        /// Pixels of chroma to a luma pixel of motion, horizontally.
        pub chroma_scale_x: f32,
        /// Pixels of chroma to a luma pixel of motion, vertically.
        pub chroma_scale_y: f32,
        /// Part of the expected squared innovation that passes as noise.
        pub tolerance: f32,
        /// The same for the squared mean innovation.
        pub mean_tolerance: f32,
        /// 1 forgets the past.
        pub restart: u32,
    }
}

storage! {
    /// What the noise estimator knows, in 8-bit code values: `NoiseModel` in `shared/noise_model.wgsl`.
    pub struct NoiseModel {
        /// Estimated standard deviation of Y at mean luma, without the operator's factors.
        pub sigma_y: f32,
        /// The same of U.
        pub sigma_u: f32,
        /// The same of V.
        pub sigma_v: f32,
        /// Variance of Y at mean luma for filters, times the operator's factors.
        pub mean_y: f32,
        /// The same of U.
        pub mean_u: f32,
        /// The same of V.
        pub mean_v: f32,
        /// 1 where the noise of U follows luma as the noise of luma does.
        pub shaped_u: u32,
        /// The same of V.
        pub shaped_v: u32,
        /// Variances of Y for filters, for luma 8, 24, .. 248.
        pub curve_y: [f32; 16],
        /// The same of U.
        pub curve_u: [f32; 16],
        /// The same of V.
        pub curve_v: [f32; 16],
        /// Estimated standard deviations of luma, without the operator's factors.
        pub sigmas: [f32; 16],
        /// Smoothed spatial deviation.
        pub detail: f32,
        /// Frames measured since the last jump.
        pub frames: u32,
        /// Those that had one before them.
        pub pairs: u32,
        /// Frames held back as doubtful duplicates.
        pub held: u32,
        /// Of Y, U and V: sites of nothing but noise, averaged over pictures.
        pub white_sites: [f32; 3],
        /// Their variances.
        pub white_variances: [f32; 3],
    }
}

/// Bytes of the noise model.
pub const NOISE_BYTES: u64 = size_of::<NoiseModel>() as u64;

/// Corrects a state with a new picture.
pub const TEMPORAL: KernelSpec = kernel!("picture/temporal", KalmanParams);
/// Corrects a state with another one.
pub const TEMPORAL_FUSE: KernelSpec = kernel!("picture/temporal_fuse", KalmanParams);
/// [`TEMPORAL`] with a lane to each row of a tile, for GPUs.
pub const TEMPORAL_LANES: KernelSpec = kernel!("picture/temporal_lanes", KalmanParams);
/// [`TEMPORAL_FUSE`] with a lane to each row of a tile, for GPUs.
pub const TEMPORAL_FUSE_LANES: KernelSpec = kernel!("picture/temporal_fuse_lanes", KalmanParams);

/// Squared innovation up to this much of its expectation passes as noise.
const TOLERANCE: f32 = 1.4;
/// Squared mean innovation up to this much of its expectation passes as noise.
const MEAN_TOLERANCE: f32 = 5.0;
/// The same two for fusing, whose measurement is cleaner.
const FUSE_TOLERANCE: f32 = 1.3;
/// As above.
const FUSE_MEAN_TOLERANCE: f32 = 4.0;
/// Side of a tile, in pixels.
const TILE: u32 = 8;

/// What an update goes by besides the picture.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Where each block is in the picture of the past state.
    pub motion: VectorField<'a>,
    /// The noise model.
    pub noise: &'a StorageBuffer,
    /// 1 in its first word makes the update forget the past.
    pub scene: &'a StorageBuffer,
    /// Forget the past.
    pub restart: bool,
}

/// State before and after an update.
#[derive(Debug, Clone, Copy)]
pub struct States<'a> {
    /// Values and deviations of the picture before.
    pub past: &'a Planes,
    /// Those of this picture.
    pub next: &'a Planes,
}

/// The temporal filter, for pictures of any subsampling.
#[derive(Debug)]
pub struct Temporal {
    update: Arc<Kernel>,
    fuse: Arc<Kernel>,
    /// Invocations to a tile.
    lanes: u32,
}

impl Temporal {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Self::with_lanes(gpu, !gpu.is_software())
    }

    /// The same, with a lane to each row of a tile, or an invocation to a whole one.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn with_lanes(gpu: &Gpu, lanes: bool) -> Result<Self, GpuError> {
        let (update, fuse, lanes) = match lanes {
            true => (&TEMPORAL_LANES, &TEMPORAL_FUSE_LANES, TILE),
            false => (&TEMPORAL, &TEMPORAL_FUSE, 1),
        };
        Ok(Self {
            update: gpu.kernel(update)?,
            fuse: gpu.kernel(fuse)?,
            lanes,
        })
    }

    /// Invocations across and down for a component.
    fn tiles(&self, (width, height): (u32, u32)) -> (u32, u32) {
        (width.div_ceil(TILE) * self.lanes, height.div_ceil(TILE))
    }

    /// Corrects states with a picture, on whose luma its noise depends.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn update(
        &self,
        recording: &mut Recording<'_>,
        context: Context<'_>,
        part: &Part,
        picture: &Planes,
        states: States<'_>,
    ) -> Result<(), GpuError> {
        let bindings = [
            ("planes", picture.part(part)),
            ("past", states.past.part(part)),
            ("vectors", context.motion.vectors.into()),
            ("state", states.next.part(part)),
            ("luma", picture.component(0)),
            ("noise", context.noise.into()),
            ("scene", context.scene.into()),
        ];
        let params = kalman_params(context, part, picture.shape());
        let tiles = part.grids(|size, _| self.tiles(size));
        recording.parts(&self.update, &bindings, &params, &tiles)
    }

    /// Joins `states.past`, recursed backwards from the future, with the states `forward`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn fuse(
        &self,
        recording: &mut Recording<'_>,
        context: Context<'_>,
        part: &Part,
        forward: &Planes,
        states: States<'_>,
    ) -> Result<(), GpuError> {
        let bindings = [
            ("forward", forward.part(part)),
            ("past", states.past.part(part)),
            ("vectors", context.motion.vectors.into()),
            ("state", states.next.part(part)),
        ];
        let params = KalmanParams {
            tolerance: FUSE_TOLERANCE,
            mean_tolerance: FUSE_MEAN_TOLERANCE,
            ..kalman_params(context, part, forward.shape())
        };
        let tiles = part.grids(|size, _| self.tiles(size));
        recording.parts(&self.fuse, &bindings, &params, &tiles)
    }
}

fn kalman_params(context: Context<'_>, part: &Part, shape: &PictureShape) -> KalmanParams {
    let (blocks_x, blocks_y) = context.motion.vectors.size();
    let (shift_x, shift_y) = shape.shifts;
    KalmanParams {
        parts: part.params(),
        blocks_x,
        blocks_y,
        tile_blocks: TILE as f32 / context.motion.block as f32,
        chroma_scale_x: 1.0 / (1 << shift_x) as f32,
        chroma_scale_y: 1.0 / (1 << shift_y) as f32,
        tolerance: TOLERANCE,
        mean_tolerance: MEAN_TOLERANCE,
        restart: u32::from(context.restart),
    }
}
