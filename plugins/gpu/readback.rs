//! Small results of shaders on the CPU, a few frames late, without waiting.

use std::sync::{Arc, Mutex, PoisonError};

use super::device::Gpu;
use super::image::StorageBuffer;

/// State shared with the map callback.
#[derive(Debug, Default)]
struct Latest {
    bytes: Option<Vec<u8>>,
    in_flight: bool,
}

/// Reads a buffer back a few frames late. Recorded with `Recording::read_back`; frames recorded while a
/// readback is in flight are skipped.
#[derive(Debug, Clone)]
pub struct Readback {
    staging: wgpu::Buffer,
    latest: Arc<Mutex<Latest>>,
}

impl Readback {
    /// For buffers of at least `bytes`, rounded up to a multiple of 4.
    pub fn new(gpu: &Gpu, bytes: u64) -> Self {
        let staging = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("readback"),
            size: bytes.max(4).next_multiple_of(wgpu::COPY_BUFFER_ALIGNMENT),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        Self {
            staging,
            latest: Arc::default(),
        }
    }

    /// Contents of the buffer at the latest readback that has arrived; `None` before the first.
    pub fn latest(&self) -> Option<Vec<u8>> {
        self.lock().bytes.clone()
    }

    /// Drops the latest result. A readback in flight still arrives.
    pub fn forget(&self) {
        self.lock().bytes = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Encodes the copy and requests its map; the result arrives during a later poll.
    pub(super) fn encode(&self, encoder: &mut wgpu::CommandEncoder, buffer: &wgpu::Buffer) {
        if std::mem::replace(&mut self.lock().in_flight, true) {
            return;
        }
        let bytes = self.staging.size().min(buffer.size());
        encoder.copy_buffer_to_buffer(buffer, 0, &self.staging, 0, Some(bytes));
        let readback = self.clone();
        encoder.map_buffer_on_submit(&self.staging, wgpu::MapMode::Read, ..bytes, move |mapped| {
            let mut latest = readback.lock();
            latest.in_flight = false;
            if mapped.is_err() {
                return;
            }
            if let Ok(view) = readback.staging.slice(..bytes).get_mapped_range() {
                let kept = latest.bytes.get_or_insert_default();
                kept.clear();
                kept.extend_from_slice(&view);
            }
            readback.staging.unmap();
        });
    }
}

/// A buffer to be read back, as recorded.
#[derive(Debug)]
pub(super) struct ReadbackStep {
    readback: Readback,
    buffer: wgpu::Buffer,
}

impl ReadbackStep {
    pub(super) fn new(readback: &Readback, buffer: &StorageBuffer) -> Self {
        Self {
            readback: readback.clone(),
            buffer: buffer.buffer().clone(),
        }
    }

    pub(super) fn encode(&self, encoder: &mut wgpu::CommandEncoder) {
        self.readback.encode(encoder, &self.buffer);
    }
}
