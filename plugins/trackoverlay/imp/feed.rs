//! Passes frames from the second stream's thread to the main stream's; frames wait here for their time.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::trackoverlay::source::Source;
use crate::trackoverlay::source::playout::{Playout, Span};
use crate::video::filter::incoming::Incoming;
use crate::video::filter::second_pad::SecondStream;

/// The second stream between two changes of its caps.
#[derive(Debug)]
pub struct Arrival {
    /// Uploads its buffers to the GPU.
    pub incoming: Incoming,
    /// The source that its frames update.
    pub source: Source,
}

/// A waiting frame, with what is needed to read it.
pub type Waiting = (Arc<Arrival>, gst::Buffer);

#[derive(Debug, Default)]
struct State {
    playout: Playout<Waiting>,
    arrival: Option<Arc<Arrival>>,
    segment: gst::FormattedSegment<gst::ClockTime>,
    /// A live stream's frames cannot be delayed; other streams are blocked while there is no room. `None` if
    /// not known yet.
    live: Option<bool>,
    /// Frames are rejected: the pad is inactive or flushing.
    closed: bool,
    ended: bool,
    /// Frames are dropped: there is no device to bring them to.
    lost: bool,
}

/// The second stream.
#[derive(Debug, Default)]
pub struct Feed {
    state: Mutex<State>,
    changed: Condvar,
}

impl Feed {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops all frames and state of the stream, and frees their memory.
    pub fn forget(&self) {
        let mut state = self.lock();
        let closed = state.closed;
        *state = State {
            closed,
            ..State::default()
        };
    }

    /// Sets the state for new caps.
    pub fn set_arrival(&self, arrival: Arrival) {
        let mut state = self.lock();
        state.arrival = Some(Arc::new(arrival));
        state.lost = false;
        state.live = None;
    }

    /// The device is gone, and with it what was to be shown. Frames are dropped until the next
    /// [`Feed::set_arrival`].
    pub fn lose(&self) {
        let mut state = self.lock();
        state.arrival = None;
        state.lost = true;
        state.playout.flush();
        drop(state);
        self.changed.notify_all();
    }

    /// True if frames are dropped because there is no device.
    pub fn is_lost(&self) -> bool {
        self.lock().lost
    }

    /// The frame to show from this running time on, if it differs from the one shown.
    pub fn pick(&self, now: Option<u64>) -> Option<Waiting> {
        let picked = self.lock().playout.pick(now);
        self.changed.notify_all();
        picked
    }

    /// True where the frame shown ended more than `patience` nanoseconds ago.
    pub fn is_stalled(&self, now: Option<u64>, patience: u64) -> bool {
        self.lock().playout.is_stalled(now, patience)
    }

    /// Number of frames that were never shown.
    pub fn dropped(&self) -> u64 {
        self.lock().playout.dropped()
    }
}

impl SecondStream for Feed {
    fn is_live(&self) -> Option<bool> {
        self.lock().live
    }

    fn set_live(&self, live: bool) {
        self.lock().live = Some(live);
    }

    /// Adds a frame. Without room, a live stream drops its oldest frame; any other blocks until the main
    /// stream has taken one.
    fn push(&self, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let mut state = self.lock();
        if state.ended {
            return Err(gst::FlowError::Eos);
        }
        while !state.closed && state.live != Some(true) && !state.playout.has_room() {
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return Err(gst::FlowError::Flushing);
        }
        if state.lost {
            return Ok(gst::FlowSuccess::Ok);
        }
        let arrival = state.arrival.clone().ok_or(gst::FlowError::NotNegotiated)?;
        let span = span(&state.segment, &buffer);
        state.playout.push(span, (arrival, buffer));
        Ok(gst::FlowSuccess::Ok)
    }

    fn set_segment(&self, segment: gst::FormattedSegment<gst::ClockTime>) {
        self.lock().segment = segment;
    }

    fn set_ended(&self, ended: bool) {
        self.lock().ended = ended;
    }

    /// Rejects frames from now on, or accepts them again. Wakes a thread that waits for room.
    fn close(&self, closed: bool) {
        let mut state = self.lock();
        state.closed = closed;
        if closed {
            state.playout.flush();
        }
        drop(state);
        self.changed.notify_all();
    }
}

fn span(segment: &gst::FormattedSegment<gst::ClockTime>, buffer: &gst::BufferRef) -> Span {
    let start = segment.to_running_time(buffer.pts());
    Span {
        start: start.map(gst::ClockTime::nseconds),
        duration: buffer.duration().map(gst::ClockTime::nseconds),
    }
}
