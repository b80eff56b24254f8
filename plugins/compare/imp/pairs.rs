//! Frames of the second stream wait here for their partners of the first.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::video::filter::incoming::Incoming;
use crate::video::filter::second_pad::SecondStream;

/// Frames that may wait: those that a filter with the longest lookahead gives out at once.
const MOST: usize = 16;
/// Frames belong together if their times differ by no more, in nanoseconds: rounding in muxers.
const TOLERANCE: u64 = 2_000_000;
/// How long the first stream waits for a live one.
const PATIENCE: Duration = Duration::from_millis(200);

/// A frame of the second stream.
#[derive(Debug, Clone)]
pub struct Second {
    start: Option<u64>,
    /// Brings its buffer to the GPU.
    pub incoming: Arc<Incoming>,
    /// The buffer.
    pub buffer: gst::Buffer,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Second>,
    shown: Option<Second>,
    incoming: Option<Arc<Incoming>>,
    segment: gst::FormattedSegment<gst::ClockTime>,
    live: Option<bool>,
    /// The second pad is inactive or flushing, or the first one is.
    closed: [bool; 2],
    ended: bool,
    /// The first stream's format is known.
    ready: bool,
    /// The first stream has ended: nobody takes frames any more.
    alone: bool,
}

/// The second stream.
#[derive(Debug, Default)]
pub struct Pairs {
    state: Mutex<State>,
    changed: Condvar,
}

/// Which of the pads is meant.
#[derive(Debug, Clone, Copy)]
pub enum Side {
    /// The pad `sink`.
    First,
    /// The request pad.
    Second,
}

impl Pairs {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all waiting from now on, or allows it again.
    pub fn close_side(&self, side: Side, closed: bool) {
        let mut state = self.lock();
        match (side, &mut state.closed) {
            (Side::First, [first, _]) => *first = closed,
            (Side::Second, [_, second]) => *second = closed,
        }
        if closed {
            state.waiting.clear();
            state.shown = None;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Sets how buffers are brought to the GPU from now on.
    pub fn set_incoming(&self, incoming: Option<Incoming>) {
        self.lock().incoming = incoming.map(Arc::new);
    }

    /// The first stream's format is known: what comes from now on may be asked for in it.
    pub fn set_ready(&self) {
        self.lock().ready = true;
        self.changed.notify_all();
    }

    /// Drops all frames from now on, because the first stream has ended, or takes them again.
    pub fn set_alone(&self, alone: bool) {
        let mut state = self.lock();
        state.alone = alone;
        if alone {
            state.waiting.clear();
        }
        drop(state);
        self.changed.notify_all();
    }

    /// The frame that belongs to this running time, once it is there; the last one before it if there is none;
    /// `None` before the stream begins. `now` is `None` if times are unknown: then frames pair in order.
    pub fn take(&self, now: Option<u64>) -> Option<Second> {
        let until = Instant::now() + PATIENCE;
        let mut state = self.lock();
        loop {
            if state.advance(now) || state.ended || state.closed != [false; 2] {
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            state = if state.live == Some(true) {
                if left.is_zero() {
                    break;
                }
                let woken = self.changed.wait_timeout(state, left);
                woken.unwrap_or_else(PoisonError::into_inner).0
            } else {
                let woken = self.changed.wait(state);
                woken.unwrap_or_else(PoisonError::into_inner)
            };
        }
        let shown = state.shown.clone();
        drop(state);
        self.changed.notify_all();
        shown
    }
}

impl SecondStream for Pairs {
    fn is_live(&self) -> Option<bool> {
        self.lock().live
    }

    fn set_live(&self, live: bool) {
        self.lock().live = Some(live);
    }

    /// Adds a frame. Without room, a live stream loses its oldest; any other waits.
    fn push(&self, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let mut state = self.lock();
        while state.is_full() {
            if state.live == Some(true) {
                state.waiting.pop_front();
                continue;
            }
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed != [false; 2] {
            return Err(gst::FlowError::Flushing);
        }
        if state.alone {
            return Ok(gst::FlowSuccess::Ok);
        }
        let incoming = state
            .incoming
            .clone()
            .ok_or(gst::FlowError::NotNegotiated)?;
        let start = state.segment.to_running_time(buffer.pts());
        state.waiting.push_back(Second {
            start: start.map(gst::ClockTime::nseconds),
            incoming,
            buffer,
        });
        drop(state);
        self.changed.notify_all();
        Ok(gst::FlowSuccess::Ok)
    }

    fn set_segment(&self, segment: gst::FormattedSegment<gst::ClockTime>) {
        self.lock().segment = segment;
    }

    fn set_ended(&self, ended: bool) {
        self.lock().ended = ended;
        self.changed.notify_all();
    }

    fn close(&self, closed: bool) {
        self.close_side(Side::Second, closed);
    }
}

impl State {
    /// Whether a frame has to wait at the pad. Before the format of the first stream is known, frames that were not
    /// converted would fill the queue.
    fn is_full(&self) -> bool {
        let open = self.closed == [false; 2] && !self.alone;
        open && (self.waiting.len() >= MOST || !self.ready && self.live != Some(true))
    }

    /// Goes on to the frame for this time. True if no later one can be it.
    fn advance(&mut self, now: Option<u64>) -> bool {
        let Some(now) = now else {
            let next = self.waiting.pop_front();
            let found = next.is_some();
            self.shown = next.or(self.shown.take());
            return found;
        };
        let due = |second: &Second| second.start.is_none_or(|start| start <= now + TOLERANCE);
        while self.waiting.front().is_some_and(due) {
            self.shown = self.waiting.pop_front();
        }
        let is_partner =
            |second: &Second| second.start.is_none_or(|start| start + TOLERANCE >= now);
        !self.waiting.is_empty() || self.shown.as_ref().is_some_and(is_partner)
    }
}
