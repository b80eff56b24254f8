//! Drawing the picture, or the second stream in its place.

use std::sync::Arc;

use super::super::CAT;
use super::super::feed::Feed;
use super::super::properties::Knobs;
use super::{Placed, Running};
use crate::gpu::{Frame, GpuError, Recording};
use crate::trackoverlay::colour::Target;
use crate::trackoverlay::place::look::Look;
use crate::trackoverlay::trail::journal::Seen;
use crate::video::filter::Failure;

impl Running {
    /// Records the compositing. Returns false if there is nothing to place; `output` is then not written.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn place(
        &mut self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        placed: &Placed,
        knobs: &Knobs,
        seen: Seen,
    ) -> Result<bool, GpuError> {
        let fit = self.draw(recording, (input, output), placed, knobs, &seen)?;
        self.measure(recording, (input, output), placed, fit, seen)?;
        Ok(fit.is_some())
    }

    /// Draws the source, and returns its size relative to the plane's; `None` if there is nothing to draw.
    fn draw(
        &mut self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        placed: &Placed,
        knobs: &Knobs,
        seen: &Seen,
    ) -> Result<Option<[f32; 2]>, GpuError> {
        let now = seen.running_time;
        let target = knobs.target(self.shape.colour.encoding);
        match self.take_second_stream(recording, placed, &target, now) {
            Err(Failure::Gpu(error)) => return Err(error),
            Err(other) => gst::warning!(CAT, "a frame of the second stream is left out: {other}"),
            Ok(()) => {}
        }
        let stalled = |feed: &Arc<Feed>| knobs.patience().is_some_and(|p| feed.is_stalled(now, p));
        if self.shown.is_some() && placed.feed.as_ref().is_some_and(stalled) {
            return Ok(None);
        }
        let second = self.shown.as_ref().map(|arrival| &arrival.source);
        let source = second.or(placed.picture.as_deref());
        let (Some(source), true) = (source, self.armed && knobs.opacity > 0.0) else {
            return Ok(None);
        };
        let (pose, matte) = self.poses.latest();
        let matte = matte.filter(|_| knobs.occlusion);
        self.occludes = matte.is_some();
        let look = Look {
            frame: seen.frame,
            ..knobs.look(&target, self.armed_aspect)
        };
        let placement = &self.placement;
        placement.record(recording, input, output, source, pose, matte, &look)?;
        Ok(Some(look.fit(source.aspect())))
    }

    /// Makes the frame of the second stream that is due the source.
    fn take_second_stream(
        &mut self,
        recording: &mut Recording<'_>,
        placed: &Placed,
        target: &Target,
        now: Option<u64>,
    ) -> Result<(), Failure> {
        let Some(feed) = &placed.feed else {
            self.shown = None;
            return Ok(());
        };
        let Some((arrival, buffer)) = feed.pick(now) else {
            return Ok(());
        };
        if !arrival.incoming.is_for(recording.gpu()) {
            // It came while the device was lost.
            return Ok(());
        }
        let frame = arrival.incoming.frame(recording, &buffer)?;
        arrival.source.update(recording, frame.frame(), target)?;
        drop(frame);
        self.in_use = Some(buffer);
        self.shown = Some(arrival);
        Ok(())
    }
}
