//! Resources that passes read or write.

use std::num::NonZero;

use super::frame::Frame;
use super::image::{Image, StorageBuffer};

/// A resource that a pass reads or writes.
#[derive(Debug, Clone, Copy)]
pub enum Binding<'a> {
    /// A texture.
    Image(&'a Image),
    /// A buffer.
    Buffer(&'a StorageBuffer),
    /// A part of a buffer: its first byte, a multiple of 256, and its length in bytes.
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

impl Binding<'_> {
    /// A handle that keeps the resource alive as long as a recording holds it.
    pub(super) fn resource(&self) -> Resource {
        match *self {
            Self::Image(image) => Resource::Image {
                id: image.id,
                view: image.view.clone(),
                bytes: image.bytes(),
            },
            Self::Buffer(buffer) => Resource::Buffer {
                id: buffer.id,
                buffer: buffer.buffer().clone(),
                range: None,
            },
            Self::Range(buffer, offset, bytes) => Resource::Buffer {
                id: buffer.id,
                buffer: buffer.buffer().clone(),
                range: NonZero::new(bytes).map(|bytes| (offset, bytes)),
            },
        }
    }
}

/// Identifies what is bound: number of the resource, first byte and length of the part; length 0 for all of
/// it.
pub(super) type ResourceId = (u64, u64, u64);

/// A resource as a recorded pass holds it.
#[derive(Debug)]
pub(super) enum Resource {
    Image {
        id: u64,
        view: wgpu::TextureView,
        bytes: u64,
    },
    Buffer {
        id: u64,
        buffer: wgpu::Buffer,
        /// First byte and length in bytes; `None` for the whole buffer.
        range: Option<(u64, NonZero<u64>)>,
    },
}

impl Resource {
    /// Unique among all bindings of this process.
    pub(super) fn id(&self) -> ResourceId {
        match self {
            Self::Image { id, .. } => (*id, 0, 0),
            Self::Buffer { id, range, .. } => {
                let (offset, bytes) = range.map_or((0, 0), |(at, bytes)| (at, bytes.get()));
                (*id, offset, bytes)
            }
        }
    }

    /// The entry of a bind group.
    pub(super) fn binding(&self) -> wgpu::BindingResource<'_> {
        match self {
            Self::Image { view, .. } => wgpu::BindingResource::TextureView(view),
            Self::Buffer { buffer, range, .. } => {
                wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer,
                    offset: range.map_or(0, |(offset, _)| offset),
                    size: range.map(|(_, bytes)| bytes),
                })
            }
        }
    }

    /// Size of the bound part in bytes.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Image { bytes, .. } => *bytes,
            Self::Buffer { buffer, range, .. } => {
                range.map_or(buffer.size(), |(_, bytes)| bytes.get())
            }
        }
    }
}
