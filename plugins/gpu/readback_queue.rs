//! Small results of shaders on the CPU: one of every frame, in order.

use std::collections::VecDeque;
use std::sync::Arc;

use super::device::Gpu;
use super::error::GpuError;
use super::image::StorageBuffer;
use super::mapping::Mapping;
use super::submission::Submission;

/// Reads a buffer back for every frame. Recorded with `Recording::read_back_each`; results are taken with
/// [`ReadbackQueue::pop`]. Staging buffers are made when needed and then reused.
#[derive(Debug)]
pub struct ReadbackQueue {
    gpu: Arc<Gpu>,
    bytes: u64,
    free: Vec<wgpu::Buffer>,
    under_way: VecDeque<UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    staging: wgpu::Buffer,
    mapping: Mapping,
    submission: Option<Submission>,
}

impl ReadbackQueue {
    /// For the first `bytes` of a buffer, a multiple of 4.
    pub fn new(gpu: &Arc<Gpu>, bytes: u64) -> Self {
        Self {
            gpu: gpu.clone(),
            bytes,
            free: Vec::new(),
            under_way: VecDeque::new(),
        }
    }

    /// Results that are recorded but not taken yet.
    pub fn len(&self) -> usize {
        self.under_way.len()
    }

    /// True if all results have been taken.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Notes which submission holds the latest recording, so that it can be waited for.
    pub fn submitted(&mut self, submission: &Submission) {
        if let Some(latest) = self.under_way.back_mut() {
            latest.submission = Some(submission.clone());
        }
    }

    /// Waits until at most `most` results are in flight.
    ///
    /// # Errors
    /// As [`Gpu::wait`], and [`GpuError::Fault`] if a result was recorded but never submitted.
    pub fn wait(&self, most: usize) -> Result<(), GpuError> {
        let Some(last) = self.under_way.len().checked_sub(most + 1) else {
            return Ok(());
        };
        // Of a frame that was given up nobody told it; a later one ends no earlier.
        let mut later = self.under_way.range(last..);
        let submission = later.find_map(|one| one.submission.as_ref());
        let Some(submission) = submission else {
            return Err(GpuError::Fault("a readback was never submitted".into()));
        };
        self.gpu.wait(submission)?;
        let mut awaited = self.under_way.range(..=last);
        awaited.try_for_each(|one| one.mapping.wait(&self.gpu))
    }

    /// The oldest result as converted by `read`; `None` if it has not arrived.
    ///
    /// # Errors
    /// [`GpuError::Fault`] if the buffer cannot be mapped, or as [`Gpu::check`].
    pub fn pop<T>(&mut self, read: impl FnOnce(&[u8]) -> T) -> Result<Option<T>, GpuError> {
        let oldest = self.under_way.front();
        if !oldest.is_some_and(|one| one.mapping.is_answered()) {
            return Ok(None);
        }
        let Some(oldest) = self.under_way.pop_front() else {
            return Ok(None);
        };
        oldest.mapping.wait(&self.gpu)?;
        let view = oldest.staging.get_mapped_range(..);
        let view = view.map_err(|error| GpuError::Fault(error.to_string()))?;
        let result = read(&view);
        drop(view);
        oldest.staging.unmap();
        self.free.push(oldest.staging);
        Ok(Some(result))
    }

    /// The step to record for the next frame.
    pub(super) fn next(&mut self, buffer: &StorageBuffer) -> QueuedReadback {
        let staging = self.free.pop().unwrap_or_else(|| self.new_buffer());
        let mapping = Mapping::default();
        self.under_way.push_back(UnderWay {
            staging: staging.clone(),
            mapping: mapping.clone(),
            submission: None,
        });
        QueuedReadback {
            buffer: buffer.buffer().clone(),
            staging,
            mapping,
        }
    }

    fn new_buffer(&self) -> wgpu::Buffer {
        self.gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("readback queue"),
            size: self.bytes,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        })
    }
}

/// One result to be read back, as recorded.
#[derive(Debug)]
pub(super) struct QueuedReadback {
    buffer: wgpu::Buffer,
    staging: wgpu::Buffer,
    mapping: Mapping,
}

impl QueuedReadback {
    pub(super) fn encode(&self, encoder: &mut wgpu::CommandEncoder) {
        let bytes = self.staging.size().min(self.buffer.size());
        encoder.copy_buffer_to_buffer(&self.buffer, 0, &self.staging, 0, Some(bytes));
        self.mapping.request(encoder, &self.staging);
    }
}
