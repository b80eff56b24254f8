//! Identity numbers, by which caches find resources and kernels.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number unique in this process.
pub(super) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
