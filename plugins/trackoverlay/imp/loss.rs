//! A device that is lost: frames pass, and the plane is taken up again with the next device.

use super::{WgpuTrackOverlay, lock};
use crate::trackoverlay::lines::Lines;
use crate::trackoverlay::pose::{Pose, TrackState};
use crate::trackoverlay::trail::journal::Entry;

impl WgpuTrackOverlay {
    /// Lets go of all that was on the device. Frames whose poses it had are told as lost.
    pub(super) fn abandon(&self) {
        lock(&self.files).picture = None;
        if let Some(feed) = self.feed() {
            feed.lose();
        }
        self.end_appearances();
        lock(&self.hand).marks.give_up();
        self.abandon_planes();
        let Some(mut running) = lock(&self.running).take() else {
            return;
        };
        let is_armed = running.is_armed() && lock(&self.track).is_none();
        let entries = running.abandon();
        drop(running);
        for entry in entries {
            self.tell(entry);
        }
        if is_armed {
            let last = lock(&self.report).last_quad();
            lock(&self.commands).take_up_again(last);
        }
    }

    /// Numbers a frame that passed because there was no device, and tells it.
    pub(super) fn note_unfiltered(&self, output: &gst::BufferRef) {
        let seen = self.see(output.pts().map(gst::ClockTime::nseconds), Lines::All);
        let is_idle = lock(&self.track).is_none() && lock(&self.commands).is_idle();
        let state = match is_idle {
            true => TrackState::Idle,
            false => TrackState::Lost,
        };
        self.tell(Entry::new(seen, &Pose::nothing(state, seen.frame)));
        let lost = Pose::nothing(TrackState::Lost, seen.frame);
        self.tell_all(Entry::new(seen, &lost));
    }

    fn tell(&self, entry: Entry) {
        let messages = lock(&self.report).take(entry);
        self.post(messages);
    }
}
