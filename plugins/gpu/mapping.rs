//! Buffers that the GPU fills and the CPU reads: whether they can be read yet.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::device::Gpu;
use super::error::GpuError;

/// How long to wait for the callback of a map whose submission has already finished.
const PATIENCE: Duration = Duration::from_secs(2);

/// The map of one buffer: asked for once, answered during a later poll.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapping(Arc<Answer>);

#[derive(Debug, Default)]
struct Answer {
    mapped: Mutex<Option<bool>>,
    changed: Condvar,
}

impl Mapping {
    /// Asks for the map of the whole buffer once the commands so far are done.
    pub fn request(&self, encoder: &mut wgpu::CommandEncoder, buffer: &wgpu::Buffer) {
        let answer = self.0.clone();
        encoder.map_buffer_on_submit(buffer, wgpu::MapMode::Read, .., move |mapped| {
            let mut result = answer.mapped.lock().unwrap_or_else(PoisonError::into_inner);
            *result = Some(mapped.is_ok());
            answer.changed.notify_all();
        });
    }

    /// True once the buffer can be read, or never will be.
    pub fn is_answered(&self) -> bool {
        let mapped = self.0.mapped.lock();
        mapped.unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Waits for the answer of a submission that has finished.
    ///
    /// # Errors
    /// [`GpuError::Fault`] where the buffer cannot be read, or as [`Gpu::check`].
    pub fn wait(&self, gpu: &Gpu) -> Result<(), GpuError> {
        let mapped = self.0.mapped.lock().unwrap_or_else(PoisonError::into_inner);
        // The callback may be running on another thread that polls just now.
        let (mapped, _) = self
            .0
            .changed
            .wait_timeout_while(mapped, PATIENCE, |mapped| mapped.is_none())
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
