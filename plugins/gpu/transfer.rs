//! Upload and readback through rings of staging buffers.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::device::Gpu;
use super::error::GpuError;
use super::frame::{Frame, FrameLayout};
use super::image::StorageBuffer;
use super::recording::Submission;

/// How long to wait for the callback of a map whose submission has already finished.
const MAP_PATIENCE: Duration = Duration::from_secs(2);

/// Where one plane lies in a staging buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StagedPlane {
    /// First byte.
    pub offset: u64,
    /// Bytes from one row to the next, a multiple of 256.
    pub stride: u32,
    /// Bytes of a row that carry samples.
    pub row_bytes: u32,
    /// Rows.
    pub rows: u32,
}

/// Staging layout of a frame, and its total bytes. Copies between textures and buffers want rows
/// aligned to 256 bytes.
pub fn staging_layout(layout: &FrameLayout) -> (Vec<StagedPlane>, u64) {
    let mut offset = 0;
    let planes = layout
        .planes()
        .iter()
        .map(|plane| {
            let row_bytes = plane.row_bytes();
            let stride = row_bytes.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
            let staged = StagedPlane {
                offset,
                stride,
                row_bytes,
                rows: plane.height,
            };
            offset += u64::from(stride) * u64::from(plane.height);
            staged
        })
        .collect();
    (planes, offset)
}

/// A frame's planes as plain bytes in a storage buffer, laid out as [`staging_layout`] says.
///
/// Shaders reach any sample format through it with the same few words, and copies between
/// textures and buffers are the cheapest thing there is, on a GPU and in software.
#[derive(Debug)]
pub struct RawFrame {
    /// The bytes.
    pub buffer: StorageBuffer,
    /// Where each plane lies.
    pub planes: Vec<StagedPlane>,
}

impl RawFrame {
    /// Allocates for one layout.
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Self {
        let (planes, bytes) = staging_layout(layout);
        Self {
            buffer: StorageBuffer::new(gpu, "raw frame", bytes),
            planes,
        }
    }

    pub(super) fn copies(&self, frame: &Frame) -> Vec<PlaneCopy> {
        let planes = frame.planes().iter().zip(&self.planes);
        planes
            .map(|(plane, staged)| PlaneCopy {
                buffer: self.buffer.buffer().clone(),
                texture: plane.texture.clone(),
                staged: *staged,
                size: [plane.layout.width, plane.layout.height],
            })
            .collect()
    }
}

/// A copy between a plane's texture and its place in a buffer.
#[derive(Debug)]
pub(super) struct PlaneCopy {
    buffer: wgpu::Buffer,
    texture: wgpu::Texture,
    staged: StagedPlane,
    size: [u32; 2],
}

impl PlaneCopy {
    fn buffer_side(&self) -> wgpu::TexelCopyBufferInfo<'_> {
        wgpu::TexelCopyBufferInfo {
            buffer: &self.buffer,
            layout: buffer_layout(&self.staged),
        }
    }

    pub(super) fn encode_to_buffer(&self, encoder: &mut wgpu::CommandEncoder) {
        let texture = self.texture.as_image_copy();
        encoder.copy_texture_to_buffer(texture, self.buffer_side(), extent(self.size));
    }

    pub(super) fn encode_to_texture(&self, encoder: &mut wgpu::CommandEncoder) {
        let texture = self.texture.as_image_copy();
        encoder.copy_buffer_to_texture(self.buffer_side(), texture, extent(self.size));
    }
}

type FreeList = Arc<Mutex<Vec<wgpu::Buffer>>>;

fn put_back(free: &FreeList, buffer: wgpu::Buffer) {
    free.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(buffer);
}

fn take(free: &FreeList) -> Option<wgpu::Buffer> {
    free.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// One plane in system memory.
#[derive(Debug, Clone, Copy)]
pub struct HostPlane<'a> {
    /// Samples, from the first of the plane.
    pub data: &'a [u8],
    /// Bytes from one row to the next.
    pub stride: usize,
}

/// Ring of buffers that the CPU fills and the GPU copies into frames.
#[derive(Debug)]
pub struct Uploader {
    gpu: Arc<Gpu>,
    planes: Vec<StagedPlane>,
    bytes: u64,
    free: FreeList,
}

/// A filled staging buffer, to be recorded with `Recording::upload`.
#[derive(Debug)]
pub struct Staged {
    buffer: wgpu::Buffer,
    planes: Vec<StagedPlane>,
    free: FreeList,
}

impl Uploader {
    /// A ring for frames of one layout; buffers are made when needed and then reused.
    pub fn new(gpu: &Arc<Gpu>, layout: &FrameLayout) -> Self {
        let (planes, bytes) = staging_layout(layout);
        Self {
            gpu: gpu.clone(),
            planes,
            bytes,
            free: FreeList::default(),
        }
    }

    /// Bytes of a frame in the staging buffer.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Copies a frame's planes, with whatever strides, into a staging buffer.
    ///
    /// # Errors
    /// [`GpuError::ShortPlane`] where a plane holds less than its stride says; else as
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
            planes: self.planes.clone(),
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
            if plane.data.len() < needed || plane.stride < row {
                return Err(GpuError::ShortPlane {
                    plane: index,
                    needed,
                    given: plane.data.len(),
                });
            }
            let start = staged.offset as usize;
            let stride = staged.stride as usize;
            if plane.stride == stride {
                view.slice(start..start + needed)
                    .copy_from_slice(&plane.data[..needed]);
                continue;
            }
            for (y, source) in plane
                .data
                .chunks(plane.stride)
                .take(staged.rows as usize)
                .enumerate()
            {
                let to = start + y * stride;
                view.slice(to..to + row).copy_from_slice(&source[..row]);
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
    pub(super) fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        planes: &[(wgpu::Texture, [u32; 2])],
    ) {
        for (staged, (texture, size)) in self.planes.iter().zip(planes) {
            encoder.copy_buffer_to_texture(
                wgpu::TexelCopyBufferInfo {
                    buffer: &self.buffer,
                    layout: buffer_layout(staged),
                },
                texture.as_image_copy(),
                extent(*size),
            );
        }
        let (free, buffer) = (self.free.clone(), self.buffer.clone());
        encoder.map_buffer_on_submit(&self.buffer, wgpu::MapMode::Write, .., move |mapped| {
            if mapped.is_ok() {
                put_back(&free, buffer);
            }
        });
    }
}

fn buffer_layout(staged: &StagedPlane) -> wgpu::TexelCopyBufferLayout {
    wgpu::TexelCopyBufferLayout {
        offset: staged.offset,
        bytes_per_row: Some(staged.stride),
        rows_per_image: Some(staged.rows),
    }
}

fn extent([width, height]: [u32; 2]) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width,
        height,
        depth_or_array_layers: 1,
    }
}

/// Ring of buffers that the GPU fills and the CPU reads.
#[derive(Debug)]
pub struct Downloader {
    gpu: Arc<Gpu>,
    planes: Vec<StagedPlane>,
    bytes: u64,
    free: FreeList,
}

/// Whether the map of a readback buffer has come through.
#[derive(Debug, Default)]
struct MapState {
    result: Mutex<Option<bool>>,
    changed: Condvar,
}

/// A readback under way: recorded with `Recording::download`, read with [`Download::wait`].
#[derive(Debug, Clone)]
pub struct Download {
    gpu: Arc<Gpu>,
    buffer: wgpu::Buffer,
    planes: Vec<StagedPlane>,
    free: FreeList,
    state: Arc<MapState>,
}

/// A frame in mapped memory. Returns its buffer to the ring when dropped.
#[derive(Debug)]
pub struct Downloaded {
    view: Option<wgpu::BufferView>,
    buffer: wgpu::Buffer,
    planes: Vec<StagedPlane>,
    free: FreeList,
}

impl Downloader {
    /// A ring for frames of one layout; buffers are made when needed and then reused.
    pub fn new(gpu: &Arc<Gpu>, layout: &FrameLayout) -> Self {
        let (planes, bytes) = staging_layout(layout);
        Self {
            gpu: gpu.clone(),
            planes,
            bytes,
            free: FreeList::default(),
        }
    }

    /// Bytes of a frame in the staging buffer.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A buffer to record a download into.
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
            free: self.free.clone(),
            state: Arc::default(),
        }
    }
}

impl Download {
    pub(super) fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        planes: &[(wgpu::Texture, [u32; 2])],
    ) {
        for (staged, (texture, size)) in self.planes.iter().zip(planes) {
            encoder.copy_texture_to_buffer(
                texture.as_image_copy(),
                wgpu::TexelCopyBufferInfo {
                    buffer: &self.buffer,
                    layout: buffer_layout(staged),
                },
                extent(*size),
            );
        }
        let state = self.state.clone();
        encoder.map_buffer_on_submit(&self.buffer, wgpu::MapMode::Read, .., move |mapped| {
            let mut result = state.result.lock().unwrap_or_else(PoisonError::into_inner);
            *result = Some(mapped.is_ok());
            state.changed.notify_all();
        });
    }

    /// Waits for the submission this download was recorded in, and gives the frame's bytes.
    ///
    /// # Errors
    /// As [`Gpu::wait`].
    pub fn wait(self, submission: &Submission) -> Result<Downloaded, GpuError> {
        self.gpu.wait(submission)?;
        // The callback may be running on another thread that polls just now.
        let result = self
            .state
            .result
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (result, _) = self
            .state
            .changed
            .wait_timeout_while(result, MAP_PATIENCE, |result| result.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        let mapped = *result;
        drop(result);
        if mapped != Some(true) {
            self.gpu.check()?;
            return Err(GpuError::Fault(
                "a readback buffer could not be mapped".into(),
            ));
        }
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
    /// The planes in mapped memory, with strides that are multiples of 256.
    pub fn planes(&self) -> impl Iterator<Item = (HostPlane<'_>, &StagedPlane)> {
        let bytes: &[u8] = self.view.as_deref().unwrap_or_default();
        self.planes.iter().map(move |staged| {
            let start = (staged.offset as usize).min(bytes.len());
            let plane = HostPlane {
                data: &bytes[start..],
                stride: staged.stride as usize,
            };
            (plane, staged)
        })
    }

    /// Copies plane `index` to rows of `stride` bytes.
    ///
    /// # Errors
    /// [`GpuError::ShortPlane`] where `target` is too small.
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
            to[..row].copy_from_slice(&from[..row]);
        }
        Ok(())
    }
}

impl Drop for Downloaded {
    fn drop(&mut self) {
        // The view must go before the buffer may be unmapped.
        self.view = None;
        self.buffer.unmap();
        put_back(&self.free, self.buffer.clone());
    }
}
