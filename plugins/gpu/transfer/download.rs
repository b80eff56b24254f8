//! Downloads: copies of frames into system memory.

use std::sync::Arc;

use super::{FreeList, HostPlane, put_back, take};
use crate::gpu::device::Gpu;
use crate::gpu::error::GpuError;
use crate::gpu::layout::{FrameLayout, PlaneSpan};
use crate::gpu::mapping::Mapping;
use crate::gpu::packed::Repacking;
use crate::gpu::submission::Submission;

/// Ring of staging buffers that the GPU writes and the CPU reads.
#[derive(Debug)]
pub struct Downloader {
    gpu: Arc<Gpu>,
    planes: Vec<PlaneSpan>,
    bytes: u64,
    pub(in crate::gpu) join: Option<Repacking>,
    free: FreeList,
}

/// A download in flight: recorded with `Recording::download`, read with [`Download::wait`].
#[derive(Debug, Clone)]
pub struct Download {
    gpu: Arc<Gpu>,
    buffer: wgpu::Buffer,
    planes: Vec<PlaneSpan>,
    pub(in crate::gpu) join: Option<Repacking>,
    free: FreeList,
    mapping: Mapping,
}

/// A downloaded frame in mapped memory. Dropping it returns the buffer to the ring.
#[derive(Debug)]
pub struct Downloaded {
    view: Option<wgpu::BufferView>,
    buffer: wgpu::Buffer,
    planes: Vec<PlaneSpan>,
    free: FreeList,
}

impl Downloader {
    /// A ring for frames of one layout; staging buffers are made when needed and then reused.
    ///
    /// # Errors
    /// As [`Gpu::kernel`], for packed formats.
    pub fn new(gpu: &Arc<Gpu>, layout: &FrameLayout) -> Result<Self, GpuError> {
        Ok(Self {
            gpu: gpu.clone(),
            planes: layout.host_spans(),
            bytes: layout.host_bytes(),
            join: Repacking::join(gpu, layout)?,
            free: FreeList::default(),
        })
    }

    /// Size of a staging buffer in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes a staging buffer to record a download into.
    pub fn prepare(&self) -> Download {
        let buffer = take(&self.free).unwrap_or_else(|| {
            self.gpu.device().create_buffer(&wgpu::BufferDescriptor {
                label: Some("download"),
                size: self.bytes,
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        Download {
            gpu: self.gpu.clone(),
            buffer,
            planes: self.planes.clone(),
            join: self.join.clone(),
            free: self.free.clone(),
            mapping: Mapping::default(),
        }
    }
}

impl Download {
    pub(in crate::gpu) fn encode(&self, encoder: &mut wgpu::CommandEncoder, frame: &wgpu::Buffer) {
        encoder.copy_buffer_to_buffer(frame, 0, &self.buffer, 0, self.buffer.size());
        self.mapping.request(encoder, &self.buffer);
    }

    /// Waits for the submission that holds this download, and returns the frame's bytes.
    ///
    /// # Errors
    /// As [`Gpu::wait`].
    pub fn wait(self, submission: &Submission) -> Result<Downloaded, GpuError> {
        self.gpu.wait(submission)?;
        self.mapping.wait(&self.gpu)?;
        let view = self
            .buffer
            .get_mapped_range(..)
            .map_err(|error| GpuError::Fault(error.to_string()))?;
        Ok(Downloaded {
            view: Some(view),
            buffer: self.buffer,
            planes: self.planes,
            free: self.free,
        })
    }
}

impl Downloaded {
    /// The planes in mapped memory; strides are those of the frame.
    pub fn planes(&self) -> impl Iterator<Item = (HostPlane<'_>, &PlaneSpan)> {
        let bytes: &[u8] = self.view.as_deref().unwrap_or_default();
        self.planes.iter().map(move |staged| {
            let plane = HostPlane {
                data: bytes.get(staged.offset as usize..).unwrap_or_default(),
                stride: staged.stride as usize,
            };
            (plane, staged)
        })
    }

    /// Copies plane `index` into `target`, with rows `stride` bytes apart.
    ///
    /// # Errors
    /// [`GpuError::ShortPlane`] if `target` is too small.
    pub fn copy_plane(
        &self,
        index: usize,
        target: &mut [u8],
        stride: usize,
    ) -> Result<(), GpuError> {
        let Some((source, staged)) = self.planes().nth(index) else {
            return Ok(());
        };
        let row = staged.row_bytes as usize;
        let rows = staged.rows as usize;
        let needed = stride * (rows - 1) + row;
        if target.len() < needed || stride < row {
            return Err(GpuError::ShortPlane {
                plane: index,
                needed,
                given: target.len(),
            });
        }
        let sources = source.data.chunks(source.stride);
        for (to, from) in target.chunks_mut(stride).zip(sources).take(rows) {
            if let (Some(to), Some(from)) = (to.get_mut(..row), from.get(..row)) {
                to.copy_from_slice(from);
            }
        }
        Ok(())
    }
}

impl Drop for Downloaded {
    fn drop(&mut self) {
        // The view must be dropped before the buffer is unmapped.
        self.view = None;
        self.buffer.unmap();
        put_back(&self.free, self.buffer.clone());
    }
}
