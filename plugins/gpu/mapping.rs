//! Mapping of buffers that the GPU writes and the CPU reads.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::device::Gpu;
use super::error::GpuError;

/// Longest wait for the map callback once the submission has finished.
const MAP_TIMEOUT: Duration = Duration::from_secs(2);

/// A requested map of one buffer; a later poll delivers the result.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapping(Arc<Answer>);

#[derive(Debug, Default)]
struct Answer {
    mapped: Mutex<Option<bool>>,
    changed: Condvar,
}

impl Mapping {
    /// Requests a map of the whole buffer after the commands encoded so far.
    pub fn request(&self, encoder: &mut wgpu::CommandEncoder, buffer: &wgpu::Buffer) {
        let answer = self.0.clone();
        encoder.map_buffer_on_submit(buffer, wgpu::MapMode::Read, .., move |mapped| {
            let mut result = answer.mapped.lock().unwrap_or_else(PoisonError::into_inner);
            *result = Some(mapped.is_ok());
            answer.changed.notify_all();
        });
    }

    /// True once the map has succeeded or failed.
    pub fn is_answered(&self) -> bool {
        let mapped = self.0.mapped.lock();
        mapped.unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Waits for the map. The submission must have finished.
    ///
    /// # Errors
    /// [`GpuError::Fault`] if the buffer cannot be mapped, or as [`Gpu::check`].
    pub fn wait(&self, gpu: &Gpu) -> Result<(), GpuError> {
        let mapped = self.0.mapped.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread that polls may be running the callback right now.
        let (mapped, _) = self
            .0
            .changed
            .wait_timeout_while(mapped, MAP_TIMEOUT, |mapped| mapped.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        let mapped = *mapped;
        if mapped == Some(true) {
            return Ok(());
        }
        gpu.check()?;
        let reason = "a readback buffer could not be mapped";
        Err(GpuError::Fault(reason.into()))
    }
}
