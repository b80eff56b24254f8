//! Writes poses from the host into a buffer on the GPU.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::trackoverlay::pose::{POSE_BYTES, Pose};
use crate::{kernel, params};

params! {
    /// Parameters of `trail/pose_set.wgsl`: a [`Pose`] without its unused zeros. The two letters are row and
    /// column: x, y or w.
    pub struct PoseSetParams {
        /// Row x of the homography from the plane to the frame.
        pub to_frame_xx: f32,
        /// As `to_frame_xx`.
        pub to_frame_xy: f32,
        /// As `to_frame_xx`.
        pub to_frame_xw: f32,
        /// Row y.
        pub to_frame_yx: f32,
        /// As `to_frame_yx`.
        pub to_frame_yy: f32,
        /// As `to_frame_yx`.
        pub to_frame_yw: f32,
        /// Row w.
        pub to_frame_wx: f32,
        /// As `to_frame_wx`.
        pub to_frame_wy: f32,
        /// As `to_frame_wx`.
        pub to_frame_ww: f32,
        /// Row x of its inverse, from the frame to the plane.
        pub to_plane_xx: f32,
        /// As `to_plane_xx`.
        pub to_plane_xy: f32,
        /// As `to_plane_xx`.
        pub to_plane_xw: f32,
        /// Row y.
        pub to_plane_yx: f32,
        /// As `to_plane_yx`.
        pub to_plane_yy: f32,
        /// As `to_plane_yx`.
        pub to_plane_yw: f32,
        /// Row w.
        pub to_plane_wx: f32,
        /// As `to_plane_wx`.
        pub to_plane_wy: f32,
        /// As `to_plane_wx`.
        pub to_plane_ww: f32,
        /// As in [`Pose`].
        pub gain: f32,
        /// As in [`Pose`].
        pub bias: f32,
        /// As in [`Pose`].
        pub confidence: f32,
        /// As in [`Pose`].
        pub visibility: f32,
        /// As in [`Pose`].
        pub state: f32,
        /// As in [`Pose`].
        pub frame_low: f32,
        /// As in [`Pose`].
        pub frame_high: f32,
        /// As in [`Pose`].
        pub inliers: f32,
        /// Bounding box in [`Pose`]: left.
        pub x0: f32,
        /// Bounding box: top.
        pub y0: f32,
        /// Bounding box: right.
        pub x1: f32,
        /// Bounding box: bottom.
        pub y1: f32,
    }
}

/// Writes a pose into a buffer.
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

/// A pose on the GPU that the host sets for each frame.
#[derive(Debug)]
pub struct KnownPose {
    kernel: Arc<Kernel>,
    buffer: StorageBuffer,
}

impl KnownPose {
    /// Compiles the kernel and allocates the buffer, which is zero at first.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: gpu.kernel(&POSE_SET)?,
            buffer: StorageBuffer::new(gpu, "pose", POSE_BYTES),
        })
    }

    /// The buffer, for compositing.
    pub fn buffer(&self) -> &StorageBuffer {
        &self.buffer
    }

    /// Records writing `pose` into the buffer, without motion blur.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn set(&self, recording: &mut Recording<'_>, pose: &Pose) -> Result<(), GpuError> {
        let bindings = [("pose", (&self.buffer).into())];
        recording.pass(&self.kernel, &bindings, &PoseSetParams::from(pose), (1, 1))
    }
}
