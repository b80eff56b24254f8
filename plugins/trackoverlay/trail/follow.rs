//! Places the source by a track from a file.

use super::fade::Fade;
use super::import::Track;
use super::journal::Seen;
use super::pose_set::KnownPose;
use crate::gpu::{Gpu, GpuError, Recording, StorageBuffer};
use crate::trackoverlay::pose::{Pose, TrackState};
use crate::trackoverlay::quad::Quad;
use crate::trackoverlay::settings::Settings;

/// A track, and the current frame's pose on the GPU.
#[derive(Debug)]
pub struct Follow {
    track: Track,
    pose: KnownPose,
    fade: Fade,
    latest: Option<Quad>,
    size: (u32, u32),
}

impl Follow {
    /// `size` is the size of a buffer in pixels: of a field, if buffers are fields.
    ///
    /// # Errors
    /// As [`KnownPose::new`].
    pub fn new(gpu: &Gpu, track: Track, size: (u32, u32)) -> Result<Self, GpuError> {
        Ok(Self {
            track,
            pose: KnownPose::new(gpu)?,
            fade: Fade::default(),
            latest: None,
            size,
        })
    }

    /// Buffer with the pose of the latest recorded frame.
    pub fn pose(&self) -> &StorageBuffer {
        self.pose.buffer()
    }

    /// Records the pose of a frame `seconds` after the last one, and returns it.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        seen: &Seen,
        seconds: f32,
        settings: &Settings,
    ) -> Result<Pose, GpuError> {
        let point = self.track.at(seen.frame, seen.pts).copied();
        let quad = point.and_then(|point| point.quad);
        self.latest = quad.or(self.latest);
        let visibility = self.fade.step(quad.is_some(), seconds, settings);
        // While it holds or fades out, it stays at its last position.
        let shown = self.latest.map(|quad| seen.lines.from_picture(&quad));
        let mut pose = match shown {
            Some(quad) => Pose::known(&quad, seen.frame, self.size),
            None => Pose::nothing(TrackState::Lost, seen.frame),
        };
        let sure = point.is_some_and(|point| point.sure);
        pose.state = match (quad, sure) {
            (None, _) => TrackState::Lost,
            (_, true) => TrackState::Tracking,
            (_, false) => TrackState::Degraded,
        }
        .number();
        pose.confidence = point.map_or(0.0, |point| point.confidence as f32);
        pose.visibility = visibility;
        self.pose.set(recording, &pose)?;
        Ok(pose)
    }
}
