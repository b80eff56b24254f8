//! The property `stats`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Shortest time between two notifications of `stats`.
const NOTIFY_EVERY: Duration = Duration::from_secs(1);

/// Counters of the base class. Written by the streaming thread, read by any thread.
#[derive(Debug, Default)]
pub struct Statistics {
    /// Frames pushed, filtered or not.
    pub frames: AtomicU64,
    /// Of these, frames passed through unfiltered.
    pub passed: AtomicU64,
    /// Buffers dropped because they did not hold a frame of the negotiated caps.
    pub skipped: AtomicU64,
    /// Of the frames passed, those that the device failed to filter.
    pub unfiltered: AtomicU64,
    /// Frames left out because a live stream came faster than they could be filtered.
    pub late: AtomicU64,
    /// Frames that were lost with a device.
    pub dropped: AtomicU64,
    /// Frames copied from system memory to the GPU.
    pub uploads: AtomicU64,
    /// Frames that the GPU copied from memory of another driver.
    pub imports: AtomicU64,
    /// Frames that the GPU wrote into memory that other drivers read.
    pub exports: AtomicU64,
    /// Frames copied from the GPU to system memory.
    pub downloads: AtomicU64,
    details: Mutex<Details>,
}

#[derive(Debug, Default)]
struct Details {
    adapter: String,
    frame_bytes: u64,
    refusal: String,
    passes: Vec<(&'static str, f64)>,
    notified: Option<Instant>,
}

impl Details {
    fn gpu_time(&self) -> f64 {
        self.passes.iter().fold(0.0, |sum, pass| sum + pass.1)
    }
}

/// Adds one to a counter.
pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Statistics {
    /// Resets all values for a new run on this adapter.
    pub fn restart(&self, adapter: &str) {
        let shared = [&self.imports, &self.exports];
        let transfers = [&self.uploads, &self.downloads].into_iter().chain(shared);
        let lost = [&self.skipped, &self.unfiltered, &self.late, &self.dropped];
        let frames = [&self.frames, &self.passed].into_iter().chain(lost);
        for counter in frames.chain(transfers) {
            counter.store(0, Ordering::Relaxed);
        }
        *self.details() = Details {
            adapter: adapter.to_string(),
            ..Details::default()
        };
    }

    /// Name of the adapter.
    pub fn adapter(&self) -> String {
        self.details().adapter.clone()
    }

    /// Goes on with another adapter.
    pub fn set_adapter(&self, adapter: &str) {
        self.details().adapter = adapter.to_string();
    }

    /// Sets the number of bytes that one upload or download copies.
    pub fn set_frame_bytes(&self, bytes: u64) {
        self.details().frame_bytes = bytes;
    }

    /// Sets why memory of another driver goes through the CPU, if it does.
    pub fn set_refusal(&self, refusal: Option<String>) {
        if let Some(refusal) = refusal {
            self.details().refusal = refusal;
        }
    }

    /// Stores the latest GPU time of each pass, in milliseconds.
    pub fn set_passes(&self, passes: Vec<(&'static str, f64)>) {
        self.details().passes = passes;
    }

    /// True at most once a second: `stats` should be notified now.
    pub fn due(&self) -> bool {
        let mut details = self.details();
        let now = Instant::now();
        let due = match details.notified {
            Some(last) => now.duration_since(last) >= NOTIFY_EVERY,
            None => true,
        };
        if due {
            details.notified = Some(now);
        }
        due
    }

    /// The value of the property: the base class's fields and a filter's own.
    pub fn structure(&self, own: Vec<(&'static str, glib::SendValue)>) -> gst::Structure {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let details = self.details();
        let (uploads, downloads) = (get(&self.uploads), get(&self.downloads));
        let mut stats = gst::Structure::builder("application/x-wgpu-stats")
            .field("adapter", details.adapter.as_str())
            .field("frames", get(&self.frames))
            .field("passed", get(&self.passed))
            .field("skipped", get(&self.skipped))
            .field("late", get(&self.late))
            .field("unfiltered", get(&self.unfiltered))
            .field("dropped", get(&self.dropped))
            .field("uploads", uploads)
            .field("imports", get(&self.imports))
            .field("not-imported", details.refusal.as_str())
            .field("exports", get(&self.exports))
            .field("downloads", downloads)
            .field("upload-bytes", uploads * details.frame_bytes)
            .field("download-bytes", downloads * details.frame_bytes)
            .field("gpu-time", details.gpu_time())
            .field("passes", passes(&details.passes))
            .build();
        for (name, value) in own {
            stats.set_value(name, value);
        }
        stats
    }

    /// GPU time of the latest frame measured, in milliseconds; `None` where none was.
    pub fn gpu_time(&self) -> Option<f64> {
        let details = self.details();
        (!details.passes.is_empty()).then(|| details.gpu_time())
    }

    fn details(&self) -> std::sync::MutexGuard<'_, Details> {
        self.details.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// GPU milliseconds by shader name; dispatches of the same shader are added up.
fn passes(timings: &[(&'static str, f64)]) -> gst::Structure {
    let mut structure = gst::Structure::new_empty("application/x-wgpu-passes");
    for (name, milliseconds) in timings {
        let name = name.replace('/', "-");
        let before: f64 = structure.get(name.as_str()).unwrap_or_default();
        structure.set(name.as_str(), before + milliseconds);
    }
    structure
}
