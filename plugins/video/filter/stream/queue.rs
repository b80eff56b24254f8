//! What a stream holds until its turn has come: frames that can be pushed, and events between them.

use super::{Item, Stream};
use crate::video::filter::WgpuFilter;
use crate::video::filter::stats::count;

impl Stream {
    /// The next frame or event to push.
    pub fn next(&mut self) -> Option<Item> {
        self.ready.pop_front()
    }

    /// Queues an event behind the frames held; returns it if none are held.
    pub fn hold_event(&mut self, event: gst::Event) -> Option<gst::Event> {
        if self.held.is_empty() {
            return Some(event);
        }
        self.held.push_back(Item::Event(event));
        None
    }

    /// Queues a finished frame for pushing.
    pub(super) fn push(&mut self, buffer: gst::Buffer) {
        self.ready.push_back(Item::Frame(buffer));
        count(&self.stats.frames);
    }

    /// Drops everything held, for a flush. Sticky events are kept, because they outlive a flush.
    pub fn flush(&mut self, filter: &WgpuFilter) {
        let mut items = std::mem::take(&mut self.ready);
        items.append(&mut self.held);
        items.retain(|item| matches!(item, Item::Event(event) if event.type_().is_sticky()));
        self.ready = items;
        self.at_hand = None;
        self.alpha.clear();
        (filter.methods().reset)(filter);
    }

    /// Queues the events that no held frame precedes.
    pub(super) fn release_events(&mut self) {
        while let Some(Item::Event(_)) = self.held.front() {
            self.ready.extend(self.held.pop_front());
        }
    }
}
