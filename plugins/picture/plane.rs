//! Working planes: quads of four pixels in storage buffers, in the layout of `shared/packed.wgsl`.

use crate::gpu::{Gpu, StorageBuffer};

/// Bytes in a quad of values.
pub(super) const VALUES: u64 = 8;
/// Bytes in a quad of values and deviations.
pub(super) const STATE: u64 = 16;

/// One component of a picture.
#[derive(Debug)]
pub struct Plane {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Quads in row order.
    pub buffer: StorageBuffer,
}

impl Plane {
    /// A plane of pixel values.
    pub fn values(gpu: &Gpu, label: &str, size: (u32, u32)) -> Self {
        Self::new(gpu, label, size, VALUES)
    }

    /// A plane of pixel values, each with the standard deviation of its noise.
    pub fn state(gpu: &Gpu, label: &str, size: (u32, u32)) -> Self {
        Self::new(gpu, label, size, STATE)
    }

    fn new(gpu: &Gpu, label: &str, (width, height): (u32, u32), quad: u64) -> Self {
        let quads = u64::from(width.div_ceil(4)) * u64::from(height);
        Self::with_quads(gpu, label, (width, height), quads, quad)
    }

    /// A plane at the start of a buffer that holds `quads` quads.
    pub(super) fn with_quads(
        gpu: &Gpu,
        label: &str,
        (width, height): (u32, u32),
        quads: u64,
        quad: u64,
    ) -> Self {
        Self {
            width,
            height,
            buffer: StorageBuffer::new(gpu, label, quads * quad),
        }
    }

    /// Columns of quads (four pixels each) and rows.
    pub fn quads(&self) -> (u32, u32) {
        (self.width.div_ceil(4), self.height)
    }
}
