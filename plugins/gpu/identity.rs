//! Numbers by which caches know resources and kernels.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number no other resource of this process has.
pub(super) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
