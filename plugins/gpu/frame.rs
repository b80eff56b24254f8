//! Video frames on the GPU: one buffer, in the frame's own depth and subsampling.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    attached: Mutex<Vec<(u32, Attachment)>>,
}

/// What somebody found out about the picture of a frame.
type Attachment = Arc<dyn Any + Send + Sync>;

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
            attached: Mutex::default(),
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

    /// Attaches what was found out about the picture, or about the field of it that `part` stands
    /// for, so that whoever works on it next need not find it again. One of each type for each part.
    pub fn attach<T: Any + Send + Sync>(&self, part: u32, found: Arc<T>) {
        let mut attached = self.attachments();
        attached.retain(|(other, found)| *other != part || !found.is::<T>());
        attached.push((part, found));
    }

    /// What is attached of this type for this part.
    pub fn attached<T: Any + Send + Sync>(&self, part: u32) -> Option<Arc<T>> {
        let attached = self.attachments();
        let mut of_part = attached.iter().filter(|(other, _)| *other == part);
        of_part.find_map(|(_, found)| found.clone().downcast().ok())
    }

    /// Takes everything off: the frame gets another picture.
    pub fn detach_all(&self) {
        self.attachments().clear();
    }

    fn attachments(&self) -> MutexGuard<'_, Vec<(u32, Attachment)>> {
        self.attached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of all planes without padding.
    pub fn bytes(&self) -> u64 {
        let size = |span: &PlaneSpan| u64::from(span.row_bytes) * u64::from(span.rows);
        self.spans.iter().map(size).sum()
    }
}
