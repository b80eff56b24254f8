//! A lost device is opened again on a thread of its own, while frames pass.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::imp::{CAT, lock};
use super::loss::News;
use super::{StreamInfo, WgpuFilter};
use crate::gpu::{AdapterSelector, Gpu, GpuError, guarded};

/// Attempts after which a device is given up: the better part of an hour.
const MOST_ATTEMPTS: u32 = 60;
/// Attempts on the adapter that was lost before any other is taken.
const LOYAL_ATTEMPTS: u32 = 2;
/// Delay before the second attempt; it doubles with each later one.
const FIRST_DELAY: Duration = Duration::from_millis(250);
/// The longest delay.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
enum State {
    #[default]
    Trying,
    Ready(Arc<Gpu>),
    Over,
}

/// The search for a device in place of a lost one.
#[derive(Debug, Default)]
pub struct Recovery {
    state: Mutex<State>,
    changed: Condvar,
    /// What kernels are prepared for.
    stream: Mutex<Option<StreamInfo>>,
}

impl Recovery {
    /// Begins to search. `failures` devices before this one have not lasted.
    pub fn begin(
        filter: &WgpuFilter,
        selector: AdapterSelector,
        stream: Option<StreamInfo>,
        failures: u32,
    ) -> Arc<Self> {
        let recovery = Arc::new(Self {
            stream: Mutex::new(stream),
            ..Self::default()
        });
        let (searching, filter) = (recovery.clone(), ObjectExt::downgrade(filter));
        let thread = std::thread::Builder::new().name("wgpu-recovery".into());
        let spawned = thread.spawn(move || searching.search(&filter, &selector, failures));
        if let Err(error) = spawned {
            gst::error!(CAT, "no thread to open a device on: {error}");
        }
        recovery
    }

    /// The caps are new.
    pub fn set_stream(&self, stream: StreamInfo) {
        *lock(&self.stream) = Some(stream);
    }

    /// The device, once it is there.
    pub fn take(&self) -> Option<Arc<Gpu>> {
        let mut state = lock(&self.state);
        match std::mem::replace(&mut *state, State::Over) {
            State::Ready(gpu) => Some(gpu),
            other => {
                *state = other;
                None
            }
        }
    }

    /// Ends the search.
    pub fn cancel(&self) {
        *lock(&self.state) = State::Over;
        self.changed.notify_all();
    }

    fn search(
        &self,
        filter: &glib::WeakRef<WgpuFilter>,
        selector: &AdapterSelector,
        failures: u32,
    ) {
        for attempt in 1..=MOST_ATTEMPTS {
            let delay = delay(failures + attempt - 1);
            self.tell(filter, News::Retrying { attempt, delay });
            if self.is_over_after(delay) {
                return;
            }
            let tried = guarded(|| self.attempt(filter, selector, attempt > LOYAL_ATTEMPTS));
            match tried.unwrap_or_else(|reason| Err(GpuError::Lost(reason))) {
                Ok(gpu) => {
                    let mut state = lock(&self.state);
                    if matches!(*state, State::Trying) {
                        *state = State::Ready(gpu);
                    }
                    return;
                }
                Err(error) => gst::info!(CAT, "attempt {attempt} to open a device: {error}"),
            }
        }
        self.tell(
            filter,
            News::GivenUp {
                attempts: MOST_ATTEMPTS,
            },
        );
    }

    fn tell(&self, filter: &glib::WeakRef<WgpuFilter>, news: News) {
        let is_over = matches!(*lock(&self.state), State::Over);
        if let Some(filter) = filter.upgrade().filter(|_| !is_over) {
            filter.imp().announce(news);
        }
    }

    /// Waits; true if the search has ended.
    fn is_over_after(&self, delay: Duration) -> bool {
        let trying = |state: &mut State| matches!(state, State::Trying);
        let state = lock(&self.state);
        let waited = self.changed.wait_timeout_while(state, delay, trying);
        let (state, _) = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
        matches!(*state, State::Over)
    }

    /// Opens a device, tries it, and compiles what the filter needs.
    fn attempt(
        &self,
        filter: &glib::WeakRef<WgpuFilter>,
        selector: &AdapterSelector,
        anywhere: bool,
    ) -> Result<Arc<Gpu>, GpuError> {
        let gpu = Gpu::replacement(selector, anywhere)?;
        let Some(filter) = filter.upgrade() else {
            return Ok(gpu);
        };
        let methods = filter.methods();
        if !(methods.plan)(&filter).passthrough {
            let stream = lock(&self.stream).unwrap_or(StreamInfo::COMMON);
            (methods.prepare)(&filter, &gpu, &stream)?;
        }
        gpu.finish_kernels()?;
        Ok(gpu)
    }
}

/// The delay before an attempt that so many failures precede.
fn delay(failures: u32) -> Duration {
    let Some(doublings) = failures.checked_sub(1) else {
        return Duration::ZERO;
    };
    let factor = 1u32.checked_shl(doublings.min(16)).unwrap_or(u32::MAX);
    FIRST_DELAY.saturating_mul(factor).min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_are_bounded() {
        assert_eq!(delay(0), Duration::ZERO);
        assert_eq!(delay(1), Duration::from_millis(250));
        assert_eq!(delay(4), Duration::from_secs(2));
        assert_eq!(delay(40), LONGEST_DELAY);
        assert_eq!(delay(u32::MAX), LONGEST_DELAY);
        let all: Duration = (0..MOST_ATTEMPTS).map(delay).sum();
        assert!(all < Duration::from_secs(3600) && all > Duration::from_secs(1800));
    }

    #[test]
    fn a_search_that_was_ended_gives_no_device() {
        let recovery = Recovery::default();
        recovery.cancel();
        assert!(recovery.is_over_after(Duration::from_secs(60)));
        assert!(recovery.take().is_none());
    }
}
