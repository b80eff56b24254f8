//! Kalman update of the averaged noisy picture and its variance, along the motion.

use std::sync::Arc;

use super::motion::{BLOCK, Motion};
use super::plane::Plane;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording};
use crate::{kernel, params};

params! {
    /// Parameters of `temporal.wgsl`.
    pub struct TemporalParams {
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
        /// Noise variance of a new sample.
        pub variance: f32,
        /// Part of the expected squared innovation that passes as noise.
        pub tolerance: f32,
        /// The same for the squared mean innovation.
        pub mean_tolerance: f32,
    }
}

/// The update.
pub const TEMPORAL: KernelSpec = kernel!("denoise/temporal", TemporalParams);

/// Squared innovation up to this much of its expectation passes as noise.
const TOLERANCE: f32 = 1.3;
/// Squared mean innovation up to this much of its expectation passes as noise.
const MEAN_TOLERANCE: f32 = 4.0;
/// Side of the tile an invocation makes, in pixels.
const TILE: u32 = 8;
/// A tolerance that lets nothing pass: the past is forgotten.
const FORGET: f32 = -1e9;

/// The temporal filter, for planes of any subsampling.
#[derive(Debug)]
pub struct Temporal {
    kernel: Arc<Kernel>,
}

/// State before and after an update.
#[derive(Debug, Clone, Copy)]
pub struct States<'a> {
    /// Values and deviations of the last frame.
    pub past: &'a Plane,
    /// Those of this frame.
    pub next: &'a Plane,
}

impl Temporal {
    /// Compiles the kernel.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: gpu.kernel(&TEMPORAL, None)?,
        })
    }

    /// Updates one component. `shifts` is its subsampling, as [`crate::gpu::Subsampling::shifts`].
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn update(
        &self,
        recording: &mut Recording<'_>,
        plane: &Plane,
        motion: &Motion,
        shifts: (u32, u32),
        states: States<'_>,
        variance: f32,
        forget: bool,
    ) -> Result<(), GpuError> {
        let (blocks_x, blocks_y) = motion.vectors().size();
        recording.pass(
            &self.kernel,
            &[
                ("plane", (&plane.buffer).into()),
                ("past", (&states.past.buffer).into()),
                ("vectors", motion.vectors().into()),
                ("state", (&states.next.buffer).into()),
            ],
            &TemporalParams {
                width: plane.width,
                height: plane.height,
                blocks_x,
                blocks_y,
                tile_blocks_x: (TILE << shifts.0) as f32 / BLOCK as f32,
                tile_blocks_y: (TILE << shifts.1) as f32 / BLOCK as f32,
                scale_x: 1.0 / (1 << shifts.0) as f32,
                scale_y: 1.0 / (1 << shifts.1) as f32,
                variance,
                tolerance: if forget { FORGET } else { TOLERANCE },
                mean_tolerance: MEAN_TOLERANCE,
            },
            plane.tiles(TILE),
        )
    }
}
