//! Kalman update of the averaged picture and its variance, along the motion.

use std::sync::Arc;

use super::motion::VectorField;
use super::planes::{Part, Parts, PictureShape, Planes};
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params, shader_constant, storage};

params! {
    /// Parameters of `temporal.wgsl`, `temporal_fuse.wgsl` and their GPU variants.
    pub struct KalmanParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Width of the vector field in blocks.
        pub blocks_x: u32,
        /// Height of the vector field in blocks.
        pub blocks_y: u32,
        /// Blocks of the vector field across a tile of luma.
        pub tile_blocks: f32,
        /// Chroma pixels in a luma pixel of motion, horizontally.
        pub chroma_scale_x: f32,
        /// Chroma pixels in a luma pixel of motion, vertically.
        pub chroma_scale_y: f32,
        /// Squared innovation that still counts as noise, as a multiple of its expectation.
        pub tolerance: f32,
        /// The same for the square of a tile's mean innovation.
        pub mean_tolerance: f32,
        /// 1 to forget the past.
        pub restart: u32,
    }
}

storage! {
    /// State of the noise estimator, in 8-bit code values: `NoiseModel` in `shared/noise_model.wgsl`.
    pub struct NoiseModel {
        /// Estimated standard deviation of Y at mean luma, without the user's strength factors.
        pub sigma_y: f32,
        /// The same for U.
        pub sigma_u: f32,
        /// The same for V.
        pub sigma_v: f32,
        /// Variance of Y at mean luma as filters use it, strength factors included.
        pub mean_y: f32,
        /// The same for U.
        pub mean_u: f32,
        /// The same for V.
        pub mean_v: f32,
        /// 1 if the noise of U depends on luma by the same curve as that of Y.
        pub shaped_u: u32,
        /// The same for V.
        pub shaped_v: u32,
        /// Variance of Y as filters use it, at luma 8, 24, .. 248.
        pub curve_y: [f32; 16],
        /// The same for U.
        pub curve_u: [f32; 16],
        /// The same for V.
        pub curve_v: [f32; 16],
        /// Estimated standard deviation of Y at luma 8, 24, .. 248, without strength factors.
        pub sigmas: [f32; 16],
        /// Smoothed spatial deviation of the picture.
        pub detail: f32,
        /// Frames measured since the noise last jumped.
        pub frames: u32,
        /// Of these, frames with a frame before them to compare with.
        pub pairs: u32,
        /// Frames in a row that were ignored as possible duplicates of their predecessor.
        pub held: u32,
        /// For Y, U and V: number of sites that contain nothing but noise, averaged over pictures.
        pub white_sites: [f32; 3],
        /// Variance of the noise at those sites.
        pub white_variances: [f32; 3],
        /// Least variances of Y, U and V that filters use.
        pub floors: [f32; 3],
        /// 1 if the map of the noise applies.
        pub mapped: u32,
        /// 1 if the latest picture changed the model.
        pub taken: u32,
        /// For Y, U and V: variance of coarse noise.
        pub coarse_variances: [f32; 3],
        /// How sure this is.
        pub coarse_proofs: [f32; 3],
        /// Its correlation from one sample to the next.
        pub correlations_across: [f32; 3],
        /// The same from one row to the next.
        pub correlations_down: [f32; 3],
        /// Variance of details relative to white noise.
        pub detail_shares: [f32; 3],
        /// Variance of the mean of 3x3 samples relative to white noise.
        pub mean_scales: [f32; 3],
        /// Tolerance for the mean square of 5x5 samples relative to white noise.
        pub square_scales: [f32; 3],
        /// Factors on the variance of a DCT coefficient of Y: for frequencies across, then down.
        pub shape_y: [f32; 16],
        /// The same for U.
        pub shape_u: [f32; 16],
        /// The same for V.
        pub shape_v: [f32; 16],
    }
}

/// Size of the noise model in bytes.
pub const NOISE_BYTES: u64 = size_of::<NoiseModel>() as u64;

/// Updates a state with a new picture.
pub const TEMPORAL: KernelSpec = kernel!("picture/temporal", KalmanParams);
/// Joins a state with another state.
pub const TEMPORAL_FUSE: KernelSpec = kernel!("picture/temporal_fuse", KalmanParams);
/// [`TEMPORAL`] with one invocation for each row of a tile, for GPUs.
pub const TEMPORAL_LANES: KernelSpec = kernel!("picture/temporal_lanes", KalmanParams);
/// [`TEMPORAL_FUSE`] with one invocation for each row of a tile, for GPUs.
pub const TEMPORAL_FUSE_LANES: KernelSpec = kernel!("picture/temporal_fuse_lanes", KalmanParams);

/// Squared innovation that still counts as noise, as a multiple of its expectation.
const TOLERANCE: f32 = 1.4;
/// The same for the square of a tile's mean innovation.
const MEAN_TOLERANCE: f32 = 5.0;
/// [`TOLERANCE`] for fusing, where the measurement is cleaner.
const FUSE_TOLERANCE: f32 = 1.3;
/// [`MEAN_TOLERANCE`] for fusing.
const FUSE_MEAN_TOLERANCE: f32 = 4.0;
/// Side of a tile in pixels.
const TILE: u32 = shader_constant!("picture/shared/kalman_lanes", "GROUP");

/// Inputs of an update besides the picture.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Motion from this picture to that of the past state.
    pub motion: VectorField<'a>,
    /// The noise model.
    pub noise: &'a StorageBuffer,
    /// Where the noise is, if the model says that this applies: see `denoise/noise_map.wgsl`.
    pub map: Option<&'a StorageBuffer>,
    /// If word 0 is 1, the update forgets the past.
    pub scene: &'a StorageBuffer,
    /// True to forget the past.
    pub restart: bool,
}

/// Input and output state of an update.
#[derive(Debug, Clone, Copy)]
pub struct States<'a> {
    /// Values and deviations of the previous picture.
    pub past: &'a Planes,
    /// Values and deviations of this picture.
    pub next: &'a Planes,
}

/// The temporal filter, for any subsampling.
#[derive(Debug)]
pub struct Temporal {
    update: Arc<Kernel>,
    fuse: Arc<Kernel>,
    /// Invocations for each tile.
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

    /// As [`Temporal::new`]; `lanes` chooses an invocation for each row of a tile instead of one for all.
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

    /// Grid of invocations for a component.
    fn tiles(&self, (width, height): (u32, u32)) -> (u32, u32) {
        (width.div_ceil(TILE) * self.lanes, height.div_ceil(TILE))
    }

    /// Updates states with a picture. The noise of a pixel depends on the picture's luma.
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
            // Not read without a map.
            ("noise_map", context.map.unwrap_or(context.noise).into()),
            ("scene", context.scene.into()),
        ];
        let params = kalman_params(context, part, picture.shape());
        let tiles = part.grids(|size, _| self.tiles(size));
        recording.parts(&self.update, &bindings, &params, &tiles)
    }

    /// Joins `states.past`, which was updated backwards from future pictures, with the states `forward`.
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
