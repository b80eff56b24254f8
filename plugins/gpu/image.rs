//! Textures and storage buffers for intermediate results.

use super::device::Gpu;
use super::identity::next_id;

/// A texture that shaders read with `textureLoad` and write as storage texture. Starts as zeros.
#[derive(Debug)]
pub struct Image {
    pub(super) id: u64,
    pub(super) view: wgpu::TextureView,
    texture: wgpu::Texture,
}

impl Image {
    /// Allocates a texture of `w` by `h` texels, each at least 1.
    pub fn new(gpu: &Gpu, label: &str, format: wgpu::TextureFormat, (w, h): (u32, u32)) -> Self {
        let texture = gpu.device().create_texture(&wgpu::TextureDescriptor {
            label: Some(label),
            size: wgpu::Extent3d {
                width: w.max(1),
                height: h.max(1),
                depth_or_array_layers: 1,
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::TEXTURE_BINDING
                | wgpu::TextureUsages::STORAGE_BINDING
                | wgpu::TextureUsages::COPY_SRC
                | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Self {
            id: next_id(),
            view,
            texture,
        }
    }

    /// Width and height in texels.
    pub fn size(&self) -> (u32, u32) {
        (self.texture.width(), self.texture.height())
    }

    /// Bytes of all texels.
    pub(super) fn bytes(&self) -> u64 {
        let (width, height) = self.size();
        let texel = self.texture.format().block_copy_size(None).unwrap_or(0);
        u64::from(width) * u64::from(height) * u64::from(texel)
    }

    /// The wgpu texture.
    pub fn texture(&self) -> &wgpu::Texture {
        &self.texture
    }
}

/// The number of all buffers that caches must not keep alive.
pub(super) const FOREIGN: u64 = 0;

/// A storage buffer. Starts as zeros.
#[derive(Debug)]
pub struct StorageBuffer {
    pub(super) id: u64,
    buffer: wgpu::Buffer,
}

impl StorageBuffer {
    /// Allocates a buffer of `bytes`, rounded up to a multiple of 16.
    pub fn new(gpu: &Gpu, label: &str, bytes: u64) -> Self {
        Self::with_usage(gpu, label, bytes, wgpu::BufferUsages::empty())
    }

    /// As [`StorageBuffer::new`], for workgroup counts that shaders write for later passes: see
    /// [`Recording::indirect`](super::recording::Recording::indirect).
    pub fn arguments(gpu: &Gpu, label: &str, bytes: u64) -> Self {
        Self::with_usage(gpu, label, bytes, wgpu::BufferUsages::INDIRECT)
    }

    fn with_usage(gpu: &Gpu, label: &str, bytes: u64, more: wgpu::BufferUsages) -> Self {
        let buffer = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: bytes.max(16).next_multiple_of(16),
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST
                | more,
            mapped_at_creation: false,
        });
        Self {
            id: next_id(),
            buffer,
        }
    }

    /// Memory of somebody else, which is not kept for longer than it is used.
    #[cfg(target_os = "linux")]
    pub(super) fn foreign(buffer: wgpu::Buffer) -> Self {
        Self {
            id: FOREIGN,
            buffer,
        }
    }

    /// The wgpu buffer.
    pub fn buffer(&self) -> &wgpu::Buffer {
        &self.buffer
    }
}
