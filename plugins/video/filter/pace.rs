//! How far frames are apart in time: what caps and durations say, and what timestamps show.
//!
//! Caps of RTSP, WebRTC and phones say 0/1, 90000/1 or the like, and nothing of the rate. Each frame of
//! lookahead delays the output by the time to the next frame, so that time is what latency is declared by.

use std::collections::VecDeque;

/// Frame times below this are the clock of a protocol, and not a rate: 1/240 of a second.
const MIN_FRAME_TIME: u64 = 1_000_000_000 / 240;
/// Frame times above this are breaks in a stream.
const MAX_FRAME_TIME: u64 = 10_000_000_000;
/// The frame time before anything is known: 1/25 of a second.
const USUAL_FRAME_TIME: u64 = 40_000_000;
/// Latest spacings that are looked at, and how many of them say something.
const SPACINGS: usize = 16;
const FEWEST: usize = 3;

/// Estimates the time from one frame to the next, in nanoseconds.
#[derive(Debug)]
pub struct Pace {
    /// Buffers to a frame: 2 where each field has a buffer of its own.
    buffers: u64,
    /// The latest times from one buffer to the next, the latest at the back.
    spacings: VecDeque<u64>,
    latest: Option<u64>,
    /// Neither caps nor a duration have told anything.
    guessed: bool,
    frame_time: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(None, 1)
    }
}

impl Pace {
    /// For a stream whose caps say this many nanoseconds a frame, in so many buffers each.
    pub fn new(stated: Option<u64>, buffers: u32) -> Self {
        let stated = stated.filter(|time| is_frame_time(*time));
        Self {
            buffers: u64::from(buffers.max(1)),
            spacings: VecDeque::with_capacity(SPACINGS),
            latest: None,
            guessed: stated.is_none(),
            frame_time: stated.unwrap_or(USUAL_FRAME_TIME),
        }
    }

    /// Takes up a buffer's timestamp and duration. Call [`Pace::break_off`] first if buffers may be missing.
    pub fn note(&mut self, pts: Option<u64>, duration: Option<u64>) {
        let duration = duration.map(|time| time * self.buffers);
        if let Some(duration) = duration.filter(|time| self.guessed && is_frame_time(*time)) {
            (self.frame_time, self.guessed) = (duration, false);
        }
        if let (Some(before), Some(now)) = (self.latest, pts) {
            let spacing = now.saturating_sub(before) * self.buffers;
            if is_frame_time(spacing) {
                if self.spacings.len() == SPACINGS {
                    self.spacings.pop_front();
                }
                self.spacings.push_back(spacing);
            }
        }
        self.latest = pts;
    }

    /// Buffers may be missing before the next one.
    pub fn break_off(&mut self) {
        self.latest = None;
    }

    /// The frame time that latency is declared by.
    pub fn frame_time(&self) -> u64 {
        self.frame_time
    }

    /// Follows the timestamps, if what was declared for this many frames of delay is too short, or by a frame
    /// too long. True if it has changed.
    pub fn update(&mut self, frames: u32) -> bool {
        let Some(observed) = self.observed() else {
            return false;
        };
        let frames = u64::from(frames);
        let (declared, needed) = (frames * self.frame_time, frames * observed);
        let is_wrong = needed > declared + observed / 4 || needed + observed < declared;
        if is_wrong {
            (self.frame_time, self.guessed) = (observed, false);
        }
        is_wrong
    }

    /// Three of four spacings are no longer than this.
    fn observed(&self) -> Option<u64> {
        let mut sorted: Vec<u64> = self.spacings.iter().copied().collect();
        sorted.sort_unstable();
        let enough = sorted.len() >= FEWEST;
        sorted.get(sorted.len() * 3 / 4).copied().filter(|_| enough)
    }
}

fn is_frame_time(nanoseconds: u64) -> bool {
    (MIN_FRAME_TIME..=MAX_FRAME_TIME).contains(&nanoseconds)
}
