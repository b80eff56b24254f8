//! Working planes: quads of four pixels in storage buffers, in the layout of `shared/packed.wgsl`.

use crate::gpu::StorageBuffer;

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
    /// Columns of quads (four pixels each) and rows.
    pub fn quads(&self) -> (u32, u32) {
        (self.width.div_ceil(4), self.height)
    }
}
