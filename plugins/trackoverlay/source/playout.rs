//! Chooses the frame of the second stream to show: the latest by running time, however early or late frames
//! arrive.

use std::collections::VecDeque;

/// Most frames that wait for their time.
pub const MAX_WAITING: usize = 8;

/// When a frame is shown, in nanoseconds of running time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Start; `None` for at once.
    pub start: Option<u64>,
    /// Duration, if known.
    pub duration: Option<u64>,
}

/// Frames of the second stream that wait for their time.
#[derive(Debug)]
pub struct Playout<T> {
    waiting: VecDeque<(Span, T)>,
    /// Time of the frame shown.
    shown: Option<Span>,
    /// Frames were dropped before they were due: the stream runs too far ahead to be waited for.
    ahead: bool,
    dropped: u64,
}

impl<T> Default for Playout<T> {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            shown: None,
            ahead: false,
            dropped: 0,
        }
    }
}

impl<T> Playout<T> {
    /// True if a frame can be added without dropping another.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < MAX_WAITING
    }

    /// Adds a frame; if there is no room, drops the oldest.
    pub fn push(&mut self, span: Span, frame: T) {
        if !self.has_room() {
            self.waiting.pop_front();
            self.ahead = true;
            self.dropped += 1;
        }
        self.waiting.push_back((span, frame));
    }

    /// The frame to show from `now` on, if it differs from the one shown. Older ones are dropped.
    ///
    /// If the stream runs so far ahead that frames are dropped before they are due, the oldest is shown
    /// early.
    pub fn pick(&mut self, now: Option<u64>) -> Option<T> {
        let is_due = |span: &Span| match (span.start, now) {
            (Some(start), Some(now)) => start <= now,
            _ => true,
        };
        let mut due = self
            .waiting
            .iter()
            .take_while(|(span, _)| is_due(span))
            .count();
        if due > 0 {
            self.ahead = false;
        } else if self.ahead && !self.has_room() {
            due = 1;
        }
        let newest = due.checked_sub(1)?;
        self.dropped += newest as u64;
        let (span, frame) = self.waiting.drain(..due).next_back()?;
        self.shown = Some(Span {
            start: span.start.or(now),
            ..span
        });
        Some(frame)
    }

    /// True if the frame shown ended more than `patience` nanoseconds ago.
    pub fn is_stalled(&self, now: Option<u64>, patience: u64) -> bool {
        let end = self.shown.and_then(|span| {
            let start = span.start?;
            Some(start.saturating_add(span.duration.unwrap_or(0)))
        });
        match (end, now) {
            (Some(end), Some(now)) => now > end.saturating_add(patience),
            _ => false,
        }
    }

    /// Number of frames that were never shown.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Drops the waiting frames, for a flush. The frame shown stays.
    pub fn flush(&mut self) {
        self.waiting.clear();
        self.ahead = false;
        // After a flush its time has no meaning.
        self.shown = self.shown.map(|_| Span::default());
    }
}
