//! The poses of all frames on the CPU: in order, none left out, and without waiting for them.
//!
//! The picture path never reads what comes out here. It is for the track file, messages, metas
//! and statistics.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, ReadbackQueue, Recording, StorageBuffer, Submission};
use crate::trackoverlay::lines::Lines;
use crate::trackoverlay::pose::{POSE_BYTES, Pose, TrackState};
use crate::trackoverlay::quad::Quad;

/// What is known of a frame before its pose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Its number, from 0.
    pub frame: u32,
    /// Presentation time in nanoseconds.
    pub pts: Option<u64>,
    /// Running time in nanoseconds.
    pub running_time: Option<u64>,
    /// Which lines of the picture it holds.
    pub lines: Lines,
}

/// What came of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The frame.
    pub seen: Seen,
    /// What tracking thinks of its result.
    pub state: TrackState,
    /// How far to trust the quad, 0 to 1.
    pub confidence: f64,
    /// The quad in pixels of the picture; there in the states tracking and degraded, and in no
    /// other.
    pub quad: Option<Quad>,
}

impl Entry {
    /// The frame with its pose. A pose whose quad no plane can have is a lost one.
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

/// Frames whose poses are on their way.
#[derive(Debug)]
pub struct Journal {
    queue: ReadbackQueue,
    /// With a pose where none is to be read back.
    open: VecDeque<(Seen, Option<Pose>)>,
}

impl Journal {
    /// An empty one.
    pub fn new(gpu: &Arc<Gpu>) -> Self {
        Self {
            queue: ReadbackQueue::new(gpu, POSE_BYTES),
            open: VecDeque::new(),
        }
    }

    /// Adds a frame whose pose is in `pose` at this point of the recording.
    pub fn record(&mut self, recording: &mut Recording<'_>, pose: &StorageBuffer, seen: Seen) {
        recording.read_back_each(&mut self.queue, pose);
        self.open.push_back((seen, None));
    }

    /// Adds a frame whose pose is known.
    pub fn note(&mut self, seen: Seen, pose: Pose) {
        self.open.push_back((seen, Some(pose)));
    }

    /// Tells the submission of the latest recording.
    pub fn submitted(&mut self, submission: &Submission) {
        self.queue.submitted(submission);
    }

    /// Waits until no more than `most` poses are on their way.
    ///
    /// # Errors
    /// As [`ReadbackQueue::wait`].
    pub fn wait(&self, most: usize) -> Result<(), GpuError> {
        self.queue.wait(most)
    }

    /// The oldest frame not yet taken, if its pose is there.
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
