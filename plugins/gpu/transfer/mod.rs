//! Between frames and memory: upload and readback through rings of staging buffers, and frames as
//! plain bytes for shaders.

mod download;
mod raw_frame;
mod upload;

use std::sync::{Arc, Mutex, PoisonError};

pub use download::{Download, Downloaded, Downloader};
pub(super) use raw_frame::PlaneCopy;
pub use raw_frame::RawFrame;
pub use upload::{Staged, Uploader};

use super::frame::FrameLayout;

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
/// One plane in system memory.
#[derive(Debug, Clone, Copy)]
pub struct HostPlane<'a> {
    /// Samples, from the first of the plane.
    pub data: &'a [u8],
    /// Bytes from one row to the next.
    pub stride: usize,
}
/// Staging buffers that are not in use.
type FreeList = Arc<Mutex<Vec<wgpu::Buffer>>>;

fn put_back(free: &FreeList, buffer: wgpu::Buffer) {
    free.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(buffer);
}

fn take(free: &FreeList) -> Option<wgpu::Buffer> {
    free.lock().unwrap_or_else(PoisonError::into_inner).pop()
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
