//! The end of a device.

use std::sync::Arc;

use super::guard::guarded;
use super::health::Health;

/// Lets go of a device. wgpu waits for its queue then, for ever where a driver hangs, and panics where
/// waiting fails. So what is lost goes on a thread of its own.
#[derive(Debug)]
pub(super) struct Farewell {
    held: Option<(wgpu::Queue, wgpu::Device)>,
    health: Arc<Health>,
}

impl Farewell {
    /// Holds a device and its queue to the last.
    pub(super) fn new(device: &wgpu::Device, queue: &wgpu::Queue, health: &Arc<Health>) -> Self {
        Self {
            held: Some((queue.clone(), device.clone())),
            health: health.clone(),
        }
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        let held = self.held.take();
        let part = move || {
            // What a driver says at the end is of no use to anybody.
            let _ = guarded(|| drop(held));
        };
        match self.health.check() {
            Ok(()) => part(),
            Err(_) => {
                // Where there are no threads any more it is never let go of.
                let thread = std::thread::Builder::new().name("wgpu-farewell".into());
                let _ = thread.spawn(part);
            }
        }
    }
}
