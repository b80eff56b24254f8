//! Upload and download of frames through rings of staging buffers, in which planes lie as in a frame.

mod download;
mod upload;

use std::sync::{Arc, Mutex, PoisonError};

pub use download::{Download, Downloaded, Downloader};
pub use upload::{Staged, Uploader};

/// One plane in system memory.
#[derive(Debug, Clone, Copy)]
pub struct HostPlane<'a> {
    /// Samples, beginning with the first row.
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
