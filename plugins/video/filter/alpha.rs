//! Alpha of the frames that a filter works on: it goes from each input frame to its output frame unchanged.

use std::collections::VecDeque;

use super::errors::Failure;
use crate::gpu::pool::PooledFrame;
use crate::gpu::{Frame, Recording};
use crate::video::memory::FrameMemory;

/// What is needed to copy the alpha of each frame held, oldest first. Empty for formats without alpha.
#[derive(Debug, Default)]
pub struct HeldAlpha {
    /// Frames that were uploaded; `None` for buffers in GPU memory, which have the frame themselves.
    frames: VecDeque<Option<PooledFrame>>,
}

impl HeldAlpha {
    /// Keeps an uploaded frame if it has alpha; returns it otherwise, to be kept until the submission.
    pub fn hold(&mut self, has_alpha: bool, uploaded: Option<PooledFrame>) -> Option<PooledFrame> {
        if !has_alpha {
            return uploaded;
        }
        self.frames.push_back(uploaded);
        None
    }

    /// Records the copy of the oldest frame's alpha to its output frame. `buffer` is the oldest held. The
    /// returned frame must be kept until the submission.
    ///
    /// # Errors
    /// As [`FrameMemory::readable_frame`].
    pub fn give(
        &mut self,
        recording: &mut Recording<'_>,
        buffer: Option<&gst::Buffer>,
        target: &Frame,
    ) -> Result<Option<PooledFrame>, Failure> {
        let Some(uploaded) = self.frames.pop_front() else {
            return Ok(None);
        };
        match (&uploaded, buffer.and_then(|buffer| FrameMemory::of(buffer))) {
            (Some(frame), _) => recording.copy_alpha(frame, target),
            (None, Some(memory)) => recording.copy_alpha(memory.readable_frame()?, target),
            (None, None) => {}
        }
        Ok(uploaded)
    }

    /// Forgets all frames.
    pub fn clear(&mut self) {
        self.frames.clear();
    }
}
