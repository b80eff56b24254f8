//! How long to wait for a device: by the rate of the stream, the kind of the device, and the time that
//! frames have taken so far. A software device that is slow is slow, and not dead.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Frames after which the times measured say something.
const ENOUGH_FRAMES: u32 = 8;
/// The slowest frame counts for less with each later one.
const FORGETTING: f64 = 0.98;

/// How long one frame's work is waited for.
#[derive(Debug, Clone)]
pub struct Patience {
    /// After so long the frame is given up while the device works on:
    /// [`GpuError::Late`](super::error::GpuError::Late). `None` where frames can wait.
    pub late: Option<Duration>,
    /// After so long the device counts as hung: [`GpuError::Stalled`](super::error::GpuError::Stalled).
    pub hung: Duration,
    /// Set by another thread to end all waits at once: [`GpuError::Cancelled`](super::error::GpuError::Cancelled).
    pub cancel: Arc<AtomicBool>,
}

thread_local! {
    static CURRENT: RefCell<Option<Patience>> = const { RefCell::new(None) };
}

impl Patience {
    /// Where nothing is known of a stream.
    pub fn usual(is_software: bool) -> Self {
        let seconds = if is_software { 120 } else { 20 };
        Self {
            late: None,
            hung: Duration::from_secs(seconds),
            cancel: Arc::default(),
        }
    }

    /// Does `work` with this patience for all waits of this thread.
    pub fn during<T>(self, work: impl FnOnce() -> T) -> T {
        /// Puts back what was before, also where `work` panics.
        struct Before(Option<Patience>);
        impl Drop for Before {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let before = Before(CURRENT.replace(Some(self)));
        let result = work();
        drop(before);
        result
    }

    /// That of this thread.
    pub(super) fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// True if nobody wants what is waited for any more.
    pub(super) fn is_over(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// The time after which a wait ends.
    pub(super) fn limit(&self) -> Duration {
        self.late.unwrap_or(self.hung).min(self.hung)
    }
}

/// How long the latest frames of a stream took.
#[derive(Debug, Clone, Default)]
pub struct WorkTimes {
    slowest: Duration,
    frames: u32,
}

impl WorkTimes {
    /// A frame took so long.
    pub fn note(&mut self, took: Duration) {
        self.frames = self.frames.saturating_add(1);
        self.slowest = took.max(self.slowest.mul_f64(FORGETTING));
    }

    /// What to wait for the next frame of a stream with this time from frame to frame. `is_live` where
    /// frames that come late are of no use to anybody.
    pub fn patience(&self, frame: Duration, is_software: bool, is_live: bool) -> Patience {
        let usual = Patience::usual(is_software);
        if self.frames < ENOUGH_FRAMES {
            // Kernels may still have to be translated by the driver.
            let late = Duration::from_secs(if is_software { 5 } else { 2 });
            return Patience {
                late: is_live.then_some(late),
                ..usual
            };
        }
        let (least_late, frames_late, mut least_hung) = match is_software {
            true => (Duration::from_millis(400), 10, Duration::from_secs(20)),
            false => (Duration::from_millis(100), 4, Duration::from_secs(2)),
        };
        if is_software && is_live {
            // Software does not hang, but other work may keep it from running; frames pass meanwhile.
            least_hung = usual.hung;
        }
        let longest = usual.hung.max(self.slowest * 20);
        let late = least_late.max(frame * frames_late).max(self.slowest * 4);
        Patience {
            late: is_live.then_some(late),
            hung: least_hung
                .max(frame * 10)
                .max(self.slowest * 20)
                .min(longest),
            ..usual
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(40);

    fn after(frames: u32, took: Duration) -> WorkTimes {
        let mut pace = WorkTimes::default();
        (0..frames).for_each(|_| pace.note(took));
        pace
    }

    #[test]
    fn a_slow_software_device_is_not_dead() {
        let slow = after(20, Duration::from_secs(25));
        let patience = slow.patience(FRAME, true, false);
        assert_eq!(patience.hung, Duration::from_secs(500));
        assert_eq!(patience.late, None);
        // Nor is one whose first frames are slow.
        let unknown = after(1, Duration::ZERO).patience(FRAME, true, true);
        assert_eq!(unknown.hung, Patience::usual(true).hung);
        assert_eq!(unknown.late, Some(Duration::from_secs(5)));
    }

    #[test]
    fn limits_follow_the_rate_and_the_device() {
        let quick = after(20, Duration::from_millis(1));
        let seconds = |frame, is_software| quick.patience(frame, is_software, true);
        let gpu = seconds(FRAME, false);
        assert_eq!(gpu.late, Some(Duration::from_millis(160)));
        assert_eq!(gpu.hung, Duration::from_secs(2));
        let software = seconds(FRAME, true);
        assert_eq!(software.late, Some(Duration::from_millis(400)));
        assert_eq!(software.hung, Duration::from_secs(120));
        let file = quick.patience(FRAME, true, false);
        assert_eq!((file.late, file.hung.as_secs()), (None, 20));
        assert_eq!(seconds(Duration::from_secs(1), false).hung.as_secs(), 10);
        assert_eq!(seconds(Duration::from_secs(60), false).hung.as_secs(), 20);
    }

    #[test]
    fn patience_is_that_of_a_thread_for_a_while() {
        let short = Patience {
            late: Some(FRAME),
            ..Patience::usual(false)
        };
        let now = || Patience::current().map(|patience| patience.limit());
        assert_eq!(now(), None);
        short.clone().during(|| assert_eq!(now(), Some(FRAME)));
        let _ = super::super::guard::guarded(|| short.during(|| panic!("on purpose")));
        assert_eq!(now(), None);
    }
}
