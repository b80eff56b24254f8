//! Poses of all frames on the CPU: in order and complete, without waiting for the GPU.
//!
//! For the track file, messages, metas and statistics only; nothing that is drawn depends on them.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, ReadbackQueue, Recording, StorageBuffer, Submission};
use crate::trackoverlay::lines::Lines;
use crate::trackoverlay::pose::{POSE_BYTES, Pose, TrackState};
use crate::trackoverlay::quad::Quad;

/// What is known of a frame before its pose has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Number of the frame, from 0.
    pub frame: u32,
    /// Presentation time in nanoseconds.
    pub pts: Option<u64>,
    /// Running time in nanoseconds.
    pub running_time: Option<u64>,
    /// The lines of the picture that it holds.
    pub lines: Lines,
}

/// The result of tracking a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The frame.
    pub seen: Seen,
    /// The tracker's state.
    pub state: TrackState,
    /// Confidence in the quad, 0 to 1.
    pub confidence: f64,
    /// The quad in pixels of the picture; `Some` exactly in the states `Tracking` and `Degraded`.
    pub quad: Option<Quad>,
}

impl Entry {
    /// The frame with its pose. A pose with an impossible quad counts as lost.
    pub fn new(seen: Seen, pose: &Pose) -> Self {
        let quad = pose.quad().map(|quad| seen.lines.to_picture(&quad));
        let state = match (pose.state(), quad) {
            (state, None) if state.has_quad() => TrackState::Lost,
            (state, _) => state,
        };
        let confidence = f64::from(pose.confidence);
        Self {
            seen,
            state,
            confidence: if confidence.is_finite() {
                confidence.clamp(0.0, 1.0)
            } else {
                0.0
            },
            quad,
        }
    }
}

/// Frames whose poses are still in flight.
#[derive(Debug)]
pub struct Journal {
    queue: ReadbackQueue,
    /// With the pose if it is known, so that nothing is read back.
    open: VecDeque<(Seen, Option<Pose>)>,
}

impl Journal {
    /// An empty journal.
    pub fn new(gpu: &Arc<Gpu>) -> Self {
        Self {
            queue: ReadbackQueue::new(gpu, POSE_BYTES),
            open: VecDeque::new(),
        }
    }

    /// Adds a frame whose pose `pose` holds at this point of the recording.
    pub fn record(&mut self, recording: &mut Recording<'_>, pose: &StorageBuffer, seen: Seen) {
        recording.read_back_each(&mut self.queue, pose);
        self.open.push_back((seen, None));
    }

    /// Adds a frame with a known pose.
    pub fn note(&mut self, seen: Seen, pose: Pose) {
        self.open.push_back((seen, Some(pose)));
    }

    /// Notes which submission holds the latest recording.
    pub fn submitted(&mut self, submission: &Submission) {
        self.queue.submitted(submission);
    }

    /// Waits until at most `most` poses are in flight.
    ///
    /// # Errors
    /// As [`ReadbackQueue::wait`].
    pub fn wait(&self, most: usize) -> Result<(), GpuError> {
        self.queue.wait(most)
    }

    /// All frames whose poses are lost with the device, in order.
    pub fn abandon(&mut self) -> Vec<Entry> {
        let lost = |(seen, known): (Seen, Option<Pose>)| {
            let pose = known.unwrap_or_else(|| Pose::nothing(TrackState::Lost, seen.frame));
            Entry::new(seen, &pose)
        };
        self.open.drain(..).map(lost).collect()
    }

    /// The oldest frame that was not taken yet, if its pose has arrived.
    ///
    /// # Errors
    /// As [`ReadbackQueue::pop`].
    pub fn take(&mut self) -> Result<Option<Entry>, GpuError> {
        let Some((seen, known)) = self.open.front().copied() else {
            return Ok(None);
        };
        let pose = match known {
            Some(pose) => Some(pose),
            None => self.queue.pop(bytemuck::pod_read_unaligned)?,
        };
        Ok(pose.map(|pose| {
            self.open.pop_front();
            Entry::new(seen, &pose)
        }))
    }
}
