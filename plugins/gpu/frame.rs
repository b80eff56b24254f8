//! Video frames on the GPU: one buffer, in the frame's own depth and subsampling.

use std::sync::Arc;

use super::device::Gpu;
use super::error::GpuError;
use super::image::StorageBuffer;
use super::layout::{FrameLayout, PlaneSpan};

/// A frame on the GPU: its planes in one storage buffer, one after the other.
///
/// Host memory, copies and shaders share this layout. Textures would cost a copy on either side of
/// them, and a shader for each sample format.
#[derive(Debug)]
pub struct Frame {
    gpu: Arc<Gpu>,
    layout: FrameLayout,
    spans: Vec<PlaneSpan>,
    buffer: StorageBuffer,
}

impl Frame {
    /// Allocates the buffer of a frame; contents are zero.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`], or as [`Gpu::check`].
    pub fn new(gpu: &Arc<Gpu>, layout: FrameLayout) -> Result<Self, GpuError> {
        gpu.check_size(layout.width, layout.height)?;
        let buffer = StorageBuffer::new(gpu, "frame", layout.buffer_bytes());
        gpu.check()?;
        Ok(Self {
            gpu: gpu.clone(),
            layout,
            spans: layout.spans(),
            buffer,
        })
    }

    /// The device the frame lives on.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.gpu
    }

    /// Shape of the frame.
    pub fn layout(&self) -> &FrameLayout {
        &self.layout
    }

    /// Where the planes lie, in the format's order.
    pub fn spans(&self) -> &[PlaneSpan] {
        &self.spans
    }

    /// All planes.
    pub fn buffer(&self) -> &StorageBuffer {
        &self.buffer
    }

    /// Bytes of all planes without padding.
    pub fn bytes(&self) -> u64 {
        let size = |span: &PlaneSpan| u64::from(span.row_bytes) * u64::from(span.rows);
        self.spans.iter().map(size).sum()
    }
}
