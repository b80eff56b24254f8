//! The GPU layer, without GStreamer.

mod dispatches;
#[cfg(target_os = "linux")]
mod gather;
mod loops;
mod packed;
mod readback_queue;
mod survey;
mod transfer;

use std::sync::{Arc, LazyLock};

use gstwgpu::gpu::{AdapterSelector, Gpu};

/// One device for all tests of this process. No device is a failure, never a skipped test.
pub fn gpu() -> Arc<Gpu> {
    static GPU: LazyLock<Arc<Gpu>> = LazyLock::new(|| {
        Gpu::open(&AdapterSelector::Auto)
            .unwrap_or_else(|error| panic!("tests need a GPU: {error}"))
    });
    GPU.clone()
}
