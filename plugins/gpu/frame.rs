//! Video frames on the GPU: one buffer each, in the stream's own depth and subsampling.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::device::Gpu;
use super::error::GpuError;
use super::image::StorageBuffer;
use super::layout::{FrameLayout, PlaneSpan};

/// A frame on the GPU: its planes in one storage buffer, one after the other.
///
/// Host memory, copies and shaders share this layout. With textures, a frame would be copied twice more, and
/// each sample format would need its own shader.
#[derive(Debug)]
pub struct Frame {
    gpu: Arc<Gpu>,
    layout: FrameLayout,
    spans: Vec<PlaneSpan>,
    buffer: StorageBuffer,
    attached: Mutex<Vec<(u32, Attachment)>>,
}

/// A filter's finding about a frame's picture, such as its motion.
type Attachment = Arc<dyn Any + Send + Sync>;

impl Frame {
    /// Allocates a frame of zeros.
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
            attached: Mutex::default(),
        })
    }

    /// A frame whose planes are in a buffer already, where [`FrameLayout::spans`] has them.
    #[cfg(target_os = "linux")]
    pub(super) fn in_buffer(gpu: &Arc<Gpu>, layout: FrameLayout, buffer: StorageBuffer) -> Self {
        Self {
            gpu: gpu.clone(),
            layout,
            spans: layout.spans(),
            buffer,
            attached: Mutex::default(),
        }
    }

    /// The device that holds the frame.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.gpu
    }

    /// Size and format of the frame.
    pub fn layout(&self) -> &FrameLayout {
        &self.layout
    }

    /// Position of each plane in the buffer, in the format's order.
    pub fn spans(&self) -> &[PlaneSpan] {
        &self.spans
    }

    /// The buffer with all planes.
    pub fn buffer(&self) -> &StorageBuffer {
        &self.buffer
    }

    /// Attaches a finding about the picture, so that the next filter need not compute it again. `part`
    /// says which of its rows it is about (`Rows::part`). A second finding of the same type and part replaces
    /// the first.
    pub fn attach<T: Any + Send + Sync>(&self, part: u32, found: Arc<T>) {
        let mut attached = self.attachments();
        attached.retain(|(other, found)| *other != part || !found.is::<T>());
        attached.push((part, found));
    }

    /// The attached finding of this type for this part.
    pub fn attached<T: Any + Send + Sync>(&self, part: u32) -> Option<Arc<T>> {
        let attached = self.attachments();
        let mut of_part = attached.iter().filter(|(other, _)| *other == part);
        of_part.find_map(|(_, found)| found.clone().downcast().ok())
    }

    /// Removes all findings, because the frame gets another picture.
    pub fn detach_all(&self) {
        self.attachments().clear();
    }

    fn attachments(&self) -> MutexGuard<'_, Vec<(u32, Attachment)>> {
        self.attached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Size of all planes in bytes, without padding.
    pub fn bytes(&self) -> u64 {
        let size = |span: &PlaneSpan| u64::from(span.row_bytes) * u64::from(span.rows);
        self.spans.iter().map(size).sum()
    }
}
