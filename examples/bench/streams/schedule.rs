//! When each frame of a live channel is due.

use crate::clock::milliseconds;
use std::time::{Duration, Instant};

/// Frames at an even pace.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// When the first frame is due.
    pub begin: Instant,
    /// Its number; those before came without a schedule.
    pub first: u64,
    /// Frames a second.
    pub rate: u32,
}

impl Schedule {
    /// `None` for a frame without a schedule.
    pub fn due(&self, number: u64) -> Option<Instant> {
        let later = number.checked_sub(self.first)?;
        let seconds = later as f64 / f64::from(self.rate);
        Some(self.begin + Duration::from_secs_f64(seconds))
    }

    /// Milliseconds from when the frame of this timestamp was due to when it came.
    pub fn delay(&self, came: Instant, nanoseconds: u64) -> Option<f64> {
        let number = (nanoseconds as f64 * f64::from(self.rate) / 1e9).round();
        let due = self.due(number as u64)?;
        Some(milliseconds(came.saturating_duration_since(due)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_counts_from_the_frames_own_time() {
        let begin = Instant::now();
        let schedule = Schedule {
            begin,
            first: 6,
            rate: 60,
        };
        assert_eq!(schedule.due(5), None);
        assert_eq!(schedule.due(6), Some(begin));
        assert_eq!(schedule.due(66), Some(begin + Duration::from_secs(1)));
        // Frame 66, whose timestamp is rounded down: 66 / 60 s.
        let came = begin + Duration::from_millis(1012);
        let delay = schedule.delay(came, 1_099_999_999);
        assert!(delay.is_some_and(|delay| (delay - 12.0).abs() < 1e-6));
        assert_eq!(schedule.delay(came, 0), None);
    }
}
