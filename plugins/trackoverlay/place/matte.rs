//! What hides the plane.

use crate::gpu::StorageBuffer;

/// A grid over the whole plane that says how visible each part of it is.
#[derive(Debug)]
pub struct Matte {
    /// One `f32` for each cell, row after row: 1 where the plane is visible, 0 where something is
    /// in front of it. Values are those of the cells' centres; up to 0.25 counts
    /// as hidden, from 0.75 on as visible.
    pub buffer: StorageBuffer,
    /// Cells in a row.
    pub cols: u32,
    /// Rows.
    pub rows: u32,
}
