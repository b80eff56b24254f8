//! Between the second stream's thread and the main stream's: frames wait here for their time.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::trackoverlay::source::Source;
use crate::trackoverlay::source::playout::{Playout, Span};
use crate::video::filter::incoming::Incoming;

/// The second stream between two changes of its caps.
#[derive(Debug)]
pub struct Arrival {
    /// Brings its buffers to the GPU.
    pub incoming: Incoming,
    /// Where its frames become what is placed.
    pub source: Source,
}

/// A frame with what it takes to read it.
pub type Waiting = (Arc<Arrival>, gst::Buffer);

#[derive(Debug, Default)]
struct State {
    playout: Playout<Waiting>,
    arrival: Option<Arc<Arrival>>,
    segment: gst::FormattedSegment<gst::ClockTime>,
    /// Its frames come when they come; others can be asked to wait. `None` where not known yet.
    live: Option<bool>,
    /// Nothing is taken: the pad is off, or being flushed.
    closed: bool,
    ended: bool,
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

    /// Refuses frames from now on, or takes them again; a thread that waits for room is woken.
    pub fn close(&self, closed: bool) {
        let mut state = self.lock();
        state.closed = closed;
        if closed {
            state.playout.flush();
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Forgets everything of the stream, and lets go of its memory.
    pub fn forget(&self) {
        let mut state = self.lock();
        let closed = state.closed;
        *state = State {
            closed,
            ..State::default()
        };
    }

    /// New caps.
    pub fn set_arrival(&self, arrival: Arrival) {
        let mut state = self.lock();
        state.arrival = Some(Arc::new(arrival));
        state.live = None;
    }

    /// Whether the stream is live, where that is known.
    pub fn is_live(&self) -> Option<bool> {
        self.lock().live
    }

    /// Whether the stream is live.
    pub fn set_live(&self, live: bool) {
        self.lock().live = Some(live);
    }

    /// A new segment.
    pub fn set_segment(&self, segment: gst::FormattedSegment<gst::ClockTime>) {
        self.lock().segment = segment;
    }

    /// The stream has begun, or ended.
    pub fn set_ended(&self, ended: bool) {
        self.lock().ended = ended;
    }

    /// Takes a frame. Where there is no room, that of a live stream pushes out the oldest one,
    /// and any other waits for the main stream.
    ///
    /// # Errors
    /// The flow that the pad returns.
    pub fn push(&self, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
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
        let arrival = state.arrival.clone().ok_or(gst::FlowError::NotNegotiated)?;
        let span = span(&state.segment, &buffer);
        state.playout.push(span, (arrival, buffer));
        Ok(gst::FlowSuccess::Ok)
    }

    /// The frame to show from this running time on, where it is another one than before.
    pub fn pick(&self, now: Option<u64>) -> Option<Waiting> {
        let picked = self.lock().playout.pick(now);
        self.changed.notify_all();
        picked
    }

    /// True where the frame shown ended more than `patience` nanoseconds ago.
    pub fn is_stalled(&self, now: Option<u64>, patience: u64) -> bool {
        self.lock().playout.is_stalled(now, patience)
    }

    /// Frames that were never shown.
    pub fn dropped(&self) -> u64 {
        self.lock().playout.dropped()
    }
}

fn span(segment: &gst::FormattedSegment<gst::ClockTime>, buffer: &gst::BufferRef) -> Span {
    let start = segment.to_running_time(buffer.pts());
    Span {
        start: start.map(gst::ClockTime::nseconds),
        duration: buffer.duration().map(gst::ClockTime::nseconds),
    }
}
