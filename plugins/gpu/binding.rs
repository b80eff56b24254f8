//! What a pass reads or writes.

use super::frame::Frame;
use super::image::{Image, StorageBuffer};

/// Number of a resource, first byte and bytes of the part bound; 0 bytes for all of it.
pub(super) type BindingId = (u64, u64, u64);

/// What a pass reads or writes.
#[derive(Debug, Clone, Copy)]
pub enum Binding<'a> {
    /// A working image.
    Image(&'a Image),
    /// A buffer.
    Buffer(&'a StorageBuffer),
    /// A part of a buffer: first byte, a multiple of 256, and bytes.
    Range(&'a StorageBuffer, u64, u64),
}

impl<'a> From<&'a Frame> for Binding<'a> {
    fn from(frame: &'a Frame) -> Self {
        Self::Buffer(frame.buffer())
    }
}

impl<'a> From<&'a Image> for Binding<'a> {
    fn from(image: &'a Image) -> Self {
        Self::Image(image)
    }
}

impl<'a> From<&'a StorageBuffer> for Binding<'a> {
    fn from(buffer: &'a StorageBuffer) -> Self {
        Self::Buffer(buffer)
    }
}

impl<'a> Binding<'a> {
    /// What no other binding of this process has: the resource, and the part of it.
    pub(super) fn id(&self) -> BindingId {
        match self {
            Self::Image(image) => (image.id, 0, 0),
            Self::Buffer(buffer) => (buffer.id, 0, 0),
            Self::Range(buffer, start, bytes) => (buffer.id, *start, *bytes),
        }
    }

    pub(super) fn resource(&self) -> wgpu::BindingResource<'a> {
        match self {
            Self::Image(image) => wgpu::BindingResource::TextureView(&image.view),
            Self::Buffer(buffer) => buffer.buffer().as_entire_binding(),
            Self::Range(buffer, offset, bytes) => {
                wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: buffer.buffer(),
                    offset: *offset,
                    size: std::num::NonZero::new(*bytes),
                })
            }
        }
    }

    /// Bytes of the whole resource: an upper bound of what a pass moves through it once.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Image(image) => {
                let (width, height) = image.size();
                let texel = image.texture().format().block_copy_size(None).unwrap_or(0);
                u64::from(width) * u64::from(height) * u64::from(texel)
            }
            Self::Buffer(buffer) => buffer.buffer().size(),
            Self::Range(_, _, bytes) => *bytes,
        }
    }
}
