//! Poses that the host knows, brought to the GPU.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::trackoverlay::pose::{POSE_BYTES, Pose};
use crate::{kernel, params};

params! {
    /// Parameters of `trail/pose_set.wgsl`: a [`Pose`] without its zeros. Rows are x, y, w; columns too.
    pub struct PoseSetParams {
        /// Rows of the homography from the plane to the frame.
        pub to_frame_xx: f32,
        /// The same.
        pub to_frame_xy: f32,
        /// The same.
        pub to_frame_xw: f32,
        /// The same.
        pub to_frame_yx: f32,
        /// The same.
        pub to_frame_yy: f32,
        /// The same.
        pub to_frame_yw: f32,
        /// The same.
        pub to_frame_wx: f32,
        /// The same.
        pub to_frame_wy: f32,
        /// The same.
        pub to_frame_ww: f32,
        /// Rows of its inverse.
        pub to_plane_xx: f32,
        /// The same.
        pub to_plane_xy: f32,
        /// The same.
        pub to_plane_xw: f32,
        /// The same.
        pub to_plane_yx: f32,
        /// The same.
        pub to_plane_yy: f32,
        /// The same.
        pub to_plane_yw: f32,
        /// The same.
        pub to_plane_wx: f32,
        /// The same.
        pub to_plane_wy: f32,
        /// The same.
        pub to_plane_ww: f32,
        /// As in the pose.
        pub gain: f32,
        /// As in the pose.
        pub bias: f32,
        /// As in the pose.
        pub confidence: f32,
        /// As in the pose.
        pub visibility: f32,
        /// As in the pose.
        pub state: f32,
        /// As in the pose.
        pub frame_low: f32,
        /// As in the pose.
        pub frame_high: f32,
        /// As in the pose.
        pub inliers: f32,
        /// The box of the pose.
        pub x0: f32,
        /// The same.
        pub y0: f32,
        /// The same.
        pub x1: f32,
        /// The same.
        pub y1: f32,
    }
}

/// Writes a pose.
pub const POSE_SET: KernelSpec = kernel!("trackoverlay/trail/pose_set", PoseSetParams);

impl From<&Pose> for PoseSetParams {
    fn from(pose: &Pose) -> Self {
        let [fx, fy, fw] = pose.to_frame;
        let [px, py, pw] = pose.to_plane;
        let [x0, y0, x1, y1] = pose.bounds;
        Self {
            to_frame_xx: fx[0],
            to_frame_xy: fx[1],
            to_frame_xw: fx[2],
            to_frame_yx: fy[0],
            to_frame_yy: fy[1],
            to_frame_yw: fy[2],
            to_frame_wx: fw[0],
            to_frame_wy: fw[1],
            to_frame_ww: fw[2],
            to_plane_xx: px[0],
            to_plane_xy: px[1],
            to_plane_xw: px[2],
            to_plane_yx: py[0],
            to_plane_yy: py[1],
            to_plane_yw: py[2],
            to_plane_wx: pw[0],
            to_plane_wy: pw[1],
            to_plane_ww: pw[2],
            gain: pose.gain,
            bias: pose.bias,
            confidence: pose.confidence,
            visibility: pose.visibility,
            state: pose.state,
            frame_low: pose.frame_low,
            frame_high: pose.frame_high,
            inliers: pose.inliers,
            x0,
            y0,
            x1,
            y1,
        }
    }
}

/// A pose on the GPU that the host sets, frame by frame.
#[derive(Debug)]
pub struct KnownPose {
    kernel: Arc<Kernel>,
    buffer: StorageBuffer,
}

impl KnownPose {
    /// Compiles and allocates; all zero at first.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: gpu.kernel(&POSE_SET)?,
            buffer: StorageBuffer::new(gpu, "pose", POSE_BYTES),
        })
    }

    /// The buffer, as compositing reads it.
    pub fn buffer(&self) -> &StorageBuffer {
        &self.buffer
    }

    /// Records what makes `pose` the one in the buffer, without a way or a blur.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn set(&self, recording: &mut Recording<'_>, pose: &Pose) -> Result<(), GpuError> {
        let bindings = [("pose", (&self.buffer).into())];
        recording.pass(&self.kernel, &bindings, &PoseSetParams::from(pose), (1, 1))
    }
}
