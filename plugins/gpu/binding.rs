//! What a pass reads or writes.

use std::num::NonZero;

use super::frame::Frame;
use super::image::{Image, StorageBuffer};

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

impl Binding<'_> {
    /// The resource, held for as long as a recording needs it.
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

/// Number of a resource, first byte and bytes of the part bound; 0 bytes for all of it.
pub(super) type ResourceId = (u64, u64, u64);

/// What a recorded pass reads or writes.
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
        /// First byte and bytes; `None` for all.
        range: Option<(u64, NonZero<u64>)>,
    },
}

impl Resource {
    /// What no other binding of this process has.
    pub(super) fn id(&self) -> ResourceId {
        match self {
            Self::Image { id, .. } => (*id, 0, 0),
            Self::Buffer { id, range, .. } => {
                let (offset, bytes) = range.map_or((0, 0), |(at, bytes)| (at, bytes.get()));
                (*id, offset, bytes)
            }
        }
    }

    /// For a bind group.
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

    /// Bytes that are bound.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Image { bytes, .. } => *bytes,
            Self::Buffer { buffer, range, .. } => {
                range.map_or(buffer.size(), |(_, bytes)| bytes.get())
            }
        }
    }
}
