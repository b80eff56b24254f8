//! Frames of a stream that go out unfiltered: because the device failed, or because there is no time.

use super::{Item, Stream};
use crate::video::filter::WgpuFilter;
use crate::video::filter::errors::Failure;
use crate::video::filter::scan;
use crate::video::filter::stats::count;

impl Stream {
    /// Passes one input frame unfiltered, behind all that is held; the filter does not see it.
    ///
    /// # Errors
    /// As [`Stream::let_through`].
    pub fn pass_by(&mut self, filter: &WgpuFilter, buffer: gst::Buffer) -> Result<(), Failure> {
        self.bottom = self.info.alternate && scan::is_bottom(&buffer, self.bottom);
        self.drain(filter)?;
        self.at_hand = Some(buffer);
        self.let_through(filter)
    }

    /// Leaves out one input frame.
    pub fn leave_out(&mut self, buffer: &gst::BufferRef) {
        self.bottom = self.info.alternate && scan::is_bottom(buffer, self.bottom);
        self.skipped = true;
    }

    /// Outputs the frame at hand, and those held, unfiltered.
    pub fn let_through(&mut self, filter: &WgpuFilter) -> Result<(), Failure> {
        let held = self.let_held_through(filter);
        let at_hand = match self.at_hand.take() {
            Some(buffer) => self.let_one_through(filter, buffer, false),
            None => Ok(()),
        };
        held.and(at_hand)
    }

    pub(super) fn let_held_through(&mut self, filter: &WgpuFilter) -> Result<(), Failure> {
        let mut result = Ok(());
        while let Some(item) = self.held.pop_front() {
            match item {
                Item::Frame(buffer) => {
                    result = result.and(self.let_one_through(filter, buffer, true));
                }
                event => self.ready.push_back(event),
            }
        }
        self.alpha.clear();
        result
    }

    /// Outputs a frame unfiltered; a GAP event if its picture was lost with a device. `is_known` if the
    /// filter has seen it.
    fn let_one_through(
        &mut self,
        filter: &WgpuFilter,
        buffer: gst::Buffer,
        is_known: bool,
    ) -> Result<(), Failure> {
        if buffer.n_memory() == 0 {
            self.ready.push_back(Item::Frame(buffer));
            return Ok(());
        }
        let (pts, duration) = (buffer.pts(), buffer.duration());
        let Some(mut out) = self.bypass.pass(filter, buffer)? else {
            count(&self.stats.dropped);
            if let Some(pts) = pts {
                let gap = gst::event::Gap::builder(pts).duration(duration).build();
                self.ready.push_back(Item::Event(gap));
            }
            return Ok(());
        };
        let finished = match is_known {
            true => Ok(()),
            false => (filter.methods().finish)(filter, &mut out, None),
        };
        self.push(out);
        count(&self.stats.passed);
        count(&self.stats.unfiltered);
        Ok(finished?)
    }
}
