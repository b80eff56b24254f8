//! What a pass reads or writes.

use super::frame::Frame;
use super::image::{Image, StorageBuffer};

/// What a pass reads or writes.
#[derive(Debug, Clone, Copy)]
pub enum Binding<'a> {
    /// A working image.
    Image(&'a Image),
    /// A buffer.
    Buffer(&'a StorageBuffer),
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
    pub(super) fn id(&self) -> u64 {
        match self {
            Self::Image(image) => image.id,
            Self::Buffer(buffer) => buffer.id,
        }
    }

    pub(super) fn resource(&self) -> wgpu::BindingResource<'a> {
        match self {
            Self::Image(image) => wgpu::BindingResource::TextureView(&image.view),
            Self::Buffer(buffer) => buffer.buffer().as_entire_binding(),
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
        }
    }
}
