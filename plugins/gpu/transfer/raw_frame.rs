//! Frames as plain bytes in a storage buffer.

use super::{StagedPlane, buffer_layout, extent, staging_layout};
use crate::gpu::device::Gpu;
use crate::gpu::frame::{Frame, FrameLayout};
use crate::gpu::image::StorageBuffer;

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

    pub(in crate::gpu) fn copies(&self, frame: &Frame) -> Vec<PlaneCopy> {
        plane_copies(self.buffer.buffer(), &self.planes, frame)
    }
}

/// The copies between a frame's planes and their places in a buffer.
pub(in crate::gpu) fn plane_copies(
    buffer: &wgpu::Buffer,
    planes: &[StagedPlane],
    frame: &Frame,
) -> Vec<PlaneCopy> {
    let planes = frame.planes().iter().zip(planes);
    planes
        .map(|(plane, staged)| PlaneCopy {
            buffer: buffer.clone(),
            texture: plane.texture.clone(),
            staged: *staged,
            size: [plane.layout.width, plane.layout.height],
        })
        .collect()
}

/// A copy between a plane's texture and its place in a buffer.
#[derive(Debug)]
pub(in crate::gpu) struct PlaneCopy {
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

    pub(in crate::gpu) fn encode_to_buffer(&self, encoder: &mut wgpu::CommandEncoder) {
        let texture = self.texture.as_image_copy();
        encoder.copy_texture_to_buffer(texture, self.buffer_side(), extent(self.size));
    }

    pub(in crate::gpu) fn encode_to_texture(&self, encoder: &mut wgpu::CommandEncoder) {
        let texture = self.texture.as_image_copy();
        encoder.copy_buffer_to_texture(self.buffer_side(), texture, extent(self.size));
    }
}
