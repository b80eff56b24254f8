//! What a pass reads or writes.

use super::frame::Plane;
use super::image::{Image, StorageBuffer};

/// What a pass reads or writes.
#[derive(Debug, Clone, Copy)]
pub enum Binding<'a> {
    /// A plane of a frame.
    Plane(&'a Plane),
    /// A working image.
    Image(&'a Image),
    /// A buffer.
    Buffer(&'a StorageBuffer),
}

impl<'a> From<&'a Plane> for Binding<'a> {
    fn from(plane: &'a Plane) -> Self {
        Self::Plane(plane)
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
            Self::Plane(plane) => plane.id,
            Self::Image(image) => image.id,
            Self::Buffer(buffer) => buffer.id,
        }
    }

    pub(super) fn resource(&self) -> wgpu::BindingResource<'a> {
        match self {
            Self::Plane(plane) => wgpu::BindingResource::TextureView(&plane.view),
            Self::Image(image) => wgpu::BindingResource::TextureView(&image.view),
            Self::Buffer(buffer) => buffer.buffer().as_entire_binding(),
        }
    }

    /// Bytes of the whole resource: an upper bound of what a pass moves through it once.
    pub(super) fn bytes(&self) -> u64 {
        let texture = |t: &wgpu::Texture| {
            let texel = t.format().block_copy_size(None).unwrap_or(0);
            u64::from(t.width()) * u64::from(t.height()) * u64::from(texel)
        };
        match self {
            Self::Plane(plane) => texture(&plane.texture),
            Self::Image(image) => texture(image.texture()),
            Self::Buffer(buffer) => buffer.buffer().size(),
        }
    }
}
