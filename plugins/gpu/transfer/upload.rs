//! Uploads: copies of system memory into frames.

use std::sync::Arc;

use super::{FreeList, HostPlane, put_back, take};
use crate::gpu::device::Gpu;
use crate::gpu::error::GpuError;
use crate::gpu::layout::{FrameLayout, PlaneSpan};
use crate::gpu::packed::Repacking;

/// Ring of staging buffers that the CPU writes and the GPU copies into frames.
#[derive(Debug)]
pub struct Uploader {
    gpu: Arc<Gpu>,
    planes: Vec<PlaneSpan>,
    bytes: u64,
    pub(in crate::gpu) split: Option<Repacking>,
    free: FreeList,
}

/// A filled staging buffer, to be recorded with `Recording::upload`.
#[derive(Debug)]
pub struct Staged {
    buffer: wgpu::Buffer,
    pub(in crate::gpu) split: Option<Repacking>,
    free: FreeList,
}

impl Uploader {
    /// A ring for frames of one layout; staging buffers are made when needed and then reused.
    ///
    /// # Errors
    /// As [`Gpu::kernel`], for packed formats.
    pub fn new(gpu: &Arc<Gpu>, layout: &FrameLayout) -> Result<Self, GpuError> {
        Ok(Self {
            gpu: gpu.clone(),
            planes: layout.host_spans(),
            bytes: layout.host_bytes(),
            split: Repacking::split(gpu, layout)?,
            free: FreeList::default(),
        })
    }

    /// Size of a staging buffer in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Copies a frame's planes, which may have any strides, into a staging buffer.
    ///
    /// # Errors
    /// [`GpuError::ShortPlane`] if a plane is shorter than its size and stride require; else as
    /// [`Gpu::check`].
    pub fn stage(&self, host: &[HostPlane<'_>]) -> Result<Staged, GpuError> {
        let buffer = match take(&self.free) {
            Some(buffer) => buffer,
            None => self.new_buffer()?,
        };
        let written = self.fill(&buffer, host);
        if let Err(error) = written {
            put_back(&self.free, buffer);
            return Err(error);
        }
        buffer.unmap();
        Ok(Staged {
            buffer,
            split: self.split.clone(),
            free: self.free.clone(),
        })
    }

    fn fill(&self, buffer: &wgpu::Buffer, host: &[HostPlane<'_>]) -> Result<(), GpuError> {
        let mut view = buffer
            .get_mapped_range_mut(..)
            .map_err(|error| GpuError::Fault(error.to_string()))?;
        for (index, staged) in self.planes.iter().enumerate() {
            let row = staged.row_bytes as usize;
            let plane = host.get(index).copied().unwrap_or(HostPlane {
                data: &[],
                stride: row,
            });
            let needed = plane.stride * (staged.rows as usize - 1) + row;
            let Some(data) = plane.data.get(..needed).filter(|_| plane.stride >= row) else {
                return Err(GpuError::ShortPlane {
                    plane: index,
                    needed,
                    given: plane.data.len(),
                });
            };
            let start = staged.offset as usize;
            let stride = staged.stride as usize;
            if plane.stride == stride {
                view.slice(start..start + needed).copy_from_slice(data);
                continue;
            }
            let sources = data.chunks(plane.stride).filter_map(|rest| rest.get(..row));
            for (y, source) in sources.enumerate() {
                let to = start + y * stride;
                view.slice(to..to + row).copy_from_slice(source);
            }
        }
        Ok(())
    }

    fn new_buffer(&self) -> Result<wgpu::Buffer, GpuError> {
        let buffer = self.gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("upload"),
            size: self.bytes,
            usage: wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: true,
        });
        self.gpu.check()?;
        Ok(buffer)
    }
}

impl Staged {
    pub(in crate::gpu) fn encode(&self, encoder: &mut wgpu::CommandEncoder, frame: &wgpu::Buffer) {
        encoder.copy_buffer_to_buffer(&self.buffer, 0, frame, 0, self.buffer.size());
        let (free, buffer) = (self.free.clone(), self.buffer.clone());
        encoder.map_buffer_on_submit(&self.buffer, wgpu::MapMode::Write, .., move |mapped| {
            if mapped.is_ok() {
                put_back(&free, buffer);
            }
        });
    }
}
