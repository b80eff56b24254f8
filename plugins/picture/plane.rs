//! Working planes: quads of four pixels in storage buffers, as `shared/packed.wgsl` defines them.

use crate::gpu::{Gpu, StorageBuffer};

/// Bytes of a quad of values.
pub(super) const VALUES: u64 = 8;
/// Bytes of a quad of values and deviations.
pub(super) const STATE: u64 = 16;

/// One component of a picture.
#[derive(Debug)]
pub struct Plane {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The quads, row after row.
    pub buffer: StorageBuffer,
}

impl Plane {
    /// A plane of values.
    pub fn values(gpu: &Gpu, label: &str, size: (u32, u32)) -> Self {
        Self::new(gpu, label, size, VALUES)
    }

    /// A plane of values with the deviation of their noise.
    pub fn state(gpu: &Gpu, label: &str, size: (u32, u32)) -> Self {
        Self::new(gpu, label, size, STATE)
    }

    fn new(gpu: &Gpu, label: &str, (width, height): (u32, u32), quad: u64) -> Self {
        let quads = u64::from(width.div_ceil(4)) * u64::from(height);
        Self::with_quads(gpu, label, (width, height), quads, quad)
    }

    /// A plane at the start of a buffer of so many quads.
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

    /// Width and height in quads: four columns, one row.
    pub fn quads(&self) -> (u32, u32) {
        (self.width.div_ceil(4), self.height)
    }
}
