//! Mask of the objects in front of the plane, and the light on it.

use crate::gpu::StorageBuffer;

/// Visibility of each part of the plane and the light on it, as a grid of cells.
#[derive(Debug)]
pub struct Matte {
    /// Four `f32` for each cell, in row order. The first is 1 if the plane is visible, 0 if something is in front
    /// of it: up to 0.25 counts as hidden, from 0.75 on as visible. Then gain and bias (0 to 1) of the light
    /// for what is placed there, and gain of the plane's own. Values are at the cells' centres.
    pub buffer: StorageBuffer,
    /// Columns of cells.
    pub cols: u32,
    /// Rows of cells.
    pub rows: u32,
    /// Texels along a side of a cell, in the buffers that follow.
    pub cell_texels: u32,
    /// One `f32` for each texel: share of the plane, 0 to 1; the rest is in front of it.
    pub shares: StorageBuffer,
    /// Four `f32` for each texel: the plane itself, luma above black and both chroma in 8-bit codes, and 1 where it
    /// is known.
    pub plate: StorageBuffer,
}
