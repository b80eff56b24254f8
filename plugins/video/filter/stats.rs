//! The property `stats`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often listeners are told at most.
const NOTIFY_EVERY: Duration = Duration::from_secs(1);

/// What the base class counts. Written by the streaming thread, read by any.
#[derive(Debug, Default)]
pub struct Statistics {
    /// Frames that came out, filtered or not.
    pub frames: AtomicU64,
    /// Of these, the ones passed on untouched.
    pub passed: AtomicU64,
    /// Copies from system memory to the GPU.
    pub uploads: AtomicU64,
    /// Copies from the GPU to system memory.
    pub downloads: AtomicU64,
    details: Mutex<Details>,
}

#[derive(Debug, Default)]
struct Details {
    adapter: String,
    frame_bytes: u64,
    passes: Vec<(&'static str, f64)>,
    notified: Option<Instant>,
}

/// Counts one.
pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Statistics {
    /// Begins anew, on this adapter.
    pub fn restart(&self, adapter: &str) {
        for counter in [&self.frames, &self.passed, &self.uploads, &self.downloads] {
            counter.store(0, Ordering::Relaxed);
        }
        *self.details() = Details {
            adapter: adapter.to_string(),
            ..Details::default()
        };
    }

    /// Bytes that one upload or download moves.
    pub fn set_frame_bytes(&self, bytes: u64) {
        self.details().frame_bytes = bytes;
    }

    /// Latest GPU time of each pass, in milliseconds.
    pub fn set_passes(&self, passes: Vec<(&'static str, f64)>) {
        self.details().passes = passes;
    }

    /// True at most once a second.
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

    /// The structure that the property gives, with a filter's own fields.
    pub fn structure(&self, own: Vec<(&'static str, glib::SendValue)>) -> gst::Structure {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let details = self.details();
        let (uploads, downloads) = (get(&self.uploads), get(&self.downloads));
        let mut stats = gst::Structure::builder("application/x-wgpu-stats")
            .field("adapter", details.adapter.as_str())
            .field("frames", get(&self.frames))
            .field("passed", get(&self.passed))
            .field("uploads", uploads)
            .field("downloads", downloads)
            .field("upload-bytes", uploads * details.frame_bytes)
            .field("download-bytes", downloads * details.frame_bytes)
            .field(
                "gpu-time",
                details.passes.iter().fold(0.0, |sum, pass| sum + pass.1),
            )
            .field("passes", passes(&details.passes))
            .build();
        for (name, value) in own {
            stats.set_value(name, value);
        }
        stats
    }

    fn details(&self) -> std::sync::MutexGuard<'_, Details> {
        self.details.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Milliseconds by name of the shader; several dispatches of one shader are added up.
fn passes(timings: &[(&'static str, f64)]) -> gst::Structure {
    let mut structure = gst::Structure::new_empty("application/x-wgpu-passes");
    for (name, milliseconds) in timings {
        let name = name.replace('/', "-");
        let before: f64 = structure.get(name.as_str()).unwrap_or_default();
        structure.set(name.as_str(), before + milliseconds);
    }
    structure
}
