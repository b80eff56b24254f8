//! Kalman update of the averaged noisy picture and its variance, along the motion.

use std::sync::Arc;

use super::motion::VectorField;
use super::plane::Plane;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params};

params! {
    /// Parameters of `temporal.wgsl` and `temporal_fuse.wgsl`.
    pub struct KalmanParams {
        /// Width of the plane.
        pub width: u32,
        /// Height of the plane.
        pub height: u32,
        /// Width of the vector field.
        pub blocks_x: u32,
        /// Height of the vector field.
        pub blocks_y: u32,
        /// Blocks to a tile, horizontally.
        pub tile_blocks_x: f32,
        /// Blocks to a tile, vertically.
        pub tile_blocks_y: f32,
        /// Plane pixels to a luma pixel of motion, horizontally.
        pub scale_x: f32,
        /// Plane pixels to a luma pixel of motion, vertically.
        pub scale_y: f32,
        /// Part of the expected squared innovation that passes as noise.
        pub tolerance: f32,
        /// The same for the squared mean innovation.
        pub mean_tolerance: f32,
        /// 1 forgets the past.
        pub restart: u32,
        /// 0 for Y, 1 for U, 2 for V.
        pub component: u32,
        /// Width of luma.
        pub luma_width: u32,
        /// Height of luma.
        pub luma_height: u32,
    }
}

/// Bytes of `NoiseModel` in `shared/noise_model.wgsl`; a test compares them.
pub const NOISE_BYTES: u64 = 328;

/// Corrects a state with a new picture.
pub const TEMPORAL: KernelSpec = kernel!("working/temporal", KalmanParams);
/// Corrects a state with another one.
pub const TEMPORAL_FUSE: KernelSpec = kernel!("working/temporal_fuse", KalmanParams);

/// Squared innovation up to this much of its expectation passes as noise.
const TOLERANCE: f32 = 1.4;
/// Squared mean innovation up to this much of its expectation passes as noise.
const MEAN_TOLERANCE: f32 = 5.0;
/// The same two for fusing, whose measurement is cleaner.
const FUSE_TOLERANCE: f32 = 1.3;
/// As above.
const FUSE_MEAN_TOLERANCE: f32 = 4.0;
/// Side of the tile an invocation makes, in pixels.
const TILE: u32 = 8;

/// What all components of a picture share in an update.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Where each block is in the picture of the past state.
    pub motion: VectorField<'a>,
    /// Luma of the new picture, on which its noise depends.
    pub luma: &'a Plane,
    /// The noise model.
    pub noise: &'a StorageBuffer,
    /// 1 in its first word makes the update forget the past.
    pub scene: &'a StorageBuffer,
    /// Forget the past.
    pub restart: bool,
}

/// A component: 0 for Y, 1 for U, 2 for V, and its subsampling as shifts.
#[derive(Debug, Clone, Copy)]
pub struct Sampling {
    /// Which component.
    pub component: usize,
    /// Horizontal and vertical shift from luma.
    pub shifts: (u32, u32),
}

/// State before and after an update.
#[derive(Debug, Clone, Copy)]
pub struct States<'a> {
    /// Values and deviations of the picture before.
    pub past: &'a Plane,
    /// Those of this picture.
    pub next: &'a Plane,
}

/// The temporal filter, for planes of any subsampling.
#[derive(Debug)]
pub struct Temporal {
    update: Arc<Kernel>,
    fuse: Arc<Kernel>,
}

impl Temporal {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            update: gpu.kernel(&TEMPORAL, None)?,
            fuse: gpu.kernel(&TEMPORAL_FUSE, None)?,
        })
    }

    /// Corrects a state with the picture `plane`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn update(
        &self,
        recording: &mut Recording<'_>,
        context: Context<'_>,
        sampling: Sampling,
        plane: &Plane,
        states: States<'_>,
    ) -> Result<(), GpuError> {
        recording.filled(
            &self.update,
            &[
                ("plane", (&plane.buffer).into()),
                ("past", (&states.past.buffer).into()),
                ("vectors", context.motion.vectors.into()),
                ("state", (&states.next.buffer).into()),
                ("luma", (&context.luma.buffer).into()),
                ("noise", context.noise.into()),
                ("scene", context.scene.into()),
            ],
            &kalman_params(context, sampling, plane),
            plane.tiles(TILE),
        )
    }

    /// Joins `states.past`, recursed backwards from the future, with the state `forward`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn fuse(
        &self,
        recording: &mut Recording<'_>,
        context: Context<'_>,
        sampling: Sampling,
        forward: &Plane,
        states: States<'_>,
    ) -> Result<(), GpuError> {
        recording.filled(
            &self.fuse,
            &[
                ("forward", (&forward.buffer).into()),
                ("past", (&states.past.buffer).into()),
                ("vectors", context.motion.vectors.into()),
                ("state", (&states.next.buffer).into()),
            ],
            &KalmanParams {
                tolerance: FUSE_TOLERANCE,
                mean_tolerance: FUSE_MEAN_TOLERANCE,
                ..kalman_params(context, sampling, forward)
            },
            forward.tiles(TILE),
        )
    }
}

fn kalman_params(context: Context<'_>, sampling: Sampling, plane: &Plane) -> KalmanParams {
    let (blocks_x, blocks_y) = context.motion.vectors.size();
    let (shift_x, shift_y) = sampling.shifts;
    KalmanParams {
        width: plane.width,
        height: plane.height,
        blocks_x,
        blocks_y,
        tile_blocks_x: (TILE << shift_x) as f32 / context.motion.block as f32,
        tile_blocks_y: (TILE << shift_y) as f32 / context.motion.block as f32,
        scale_x: 1.0 / (1 << shift_x) as f32,
        scale_y: 1.0 / (1 << shift_y) as f32,
        tolerance: TOLERANCE,
        mean_tolerance: MEAN_TOLERANCE,
        restart: u32::from(context.restart),
        component: sampling.component as u32,
        luma_width: context.luma.width,
        luma_height: context.luma.height,
    }
}
