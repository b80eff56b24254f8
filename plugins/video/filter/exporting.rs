//! Output buffers in DMABuf memory, written by the GPU.

use std::sync::Arc;

use super::errors::Failure;
use crate::gpu::export::Exporter;
use crate::gpu::{Frame, FrameLayout, Gpu, Recording, Submission};
use crate::video::dmabuf;

/// Exports of one stream's frames.
#[derive(Debug)]
pub struct Exporting {
    gpu: Arc<Gpu>,
    exporter: Exporter,
}

impl Exporting {
    /// For frames of one layout.
    ///
    /// # Errors
    /// As [`Exporter::new`].
    pub fn new(gpu: &Arc<Gpu>, layout: &FrameLayout) -> Result<Self, crate::gpu::GpuError> {
        Ok(Self {
            gpu: gpu.clone(),
            exporter: Exporter::new(gpu, layout)?,
        })
    }

    /// Submits a recording that makes `frame`, and writes that into a buffer of our pool. Waits until it is
    /// there: not all who read such memory wait for its fences.
    ///
    /// # Errors
    /// As [`Gpu::wait`].
    pub fn write(
        &self,
        mut recording: Recording<'_>,
        frame: &Frame,
        buffer: &gst::BufferRef,
    ) -> Result<Submission, Failure> {
        let memory = dmabuf::exported(&self.gpu, buffer);
        let none = || Failure::Buffer("the pool gave no memory of this device".into());
        let memory = memory.ok_or_else(none)?;
        recording.send(&self.exporter, frame, &memory)?;
        let submission = recording.submit()?;
        self.gpu.wait(&submission)?;
        Ok(submission)
    }
}
