//! Which frame of the second stream is due: the latest by running time, however late or early
//! its frames come.

use std::collections::VecDeque;

/// Frames kept for times to come.
pub const MOST_WAITING: usize = 8;

/// When a frame is shown, in nanoseconds of running time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// From here; `None` for at once.
    pub start: Option<u64>,
    /// For so long, as far as is known.
    pub duration: Option<u64>,
}

/// Frames of the second stream that wait for their time.
#[derive(Debug)]
pub struct Playout<T> {
    waiting: VecDeque<(Span, T)>,
    /// Time of the frame that is shown.
    shown: Option<Span>,
    /// Frames were dropped before they were due: the stream is too far ahead to wait for.
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
    /// True where a frame can be added without dropping another.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < MOST_WAITING
    }

    /// Adds a frame; where there is no room, the oldest goes.
    pub fn push(&mut self, span: Span, frame: T) {
        if !self.has_room() {
            self.waiting.pop_front();
            self.ahead = true;
            self.dropped += 1;
        }
        self.waiting.push_back((span, frame));
    }

    /// The frame to show from `now` on, where that is another one than before. Older ones are
    /// dropped.
    ///
    /// A stream may run so far ahead that its frames are dropped before they are due; then the
    /// oldest comes early rather than never.
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

    /// True where the frame shown ended more than `patience` nanoseconds ago.
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

    /// Frames that were never shown.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Drops what waits: a flush. The frame shown stays.
    pub fn flush(&mut self) {
        self.waiting.clear();
        self.ahead = false;
        // Its time is of no meaning any more.
        self.shown = self.shown.map(|_| Span::default());
    }
}
