//! Mask of the objects in front of the plane.

use crate::gpu::StorageBuffer;

/// Visibility of each part of the plane, as a grid of cells.
#[derive(Debug)]
pub struct Matte {
    /// One `f32` for each cell, in row order: 1 if the plane is visible, 0 if something is in front of it.
    /// Values are at the cells' centres; up to 0.25 counts as hidden, from 0.75 on as visible.
    pub buffer: StorageBuffer,
    /// Columns of cells.
    pub cols: u32,
    /// Rows of cells.
    pub rows: u32,
}
