//! Division of a plane into cells and sites for the noise estimator.

use crate::gpu::{Gpu, StorageBuffer};

/// Side of a cell in samples.
const CELL: u32 = 8;
/// Approximate number of sites sampled in a plane: at first, and once the model is settled.
const SITES: [u32; 2] = [4096, 1024];

/// Cells and sites of a plane. A site is a square of cells. Sites overlap in small planes, and lie apart in
/// large ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoiseGrid {
    /// Columns and rows of whole cells; the rest at the edges is ignored.
    pub cells: (u32, u32),
    /// Columns and rows of sites.
    pub sites: (u32, u32),
    /// Distance of two sites in cells.
    pub step: u32,
    /// Side of a site in cells.
    pub side: u32,
}

impl NoiseGrid {
    /// The grid of a plane with about `most` sites. A site has a side of `side` cells, or less if the plane
    /// is smaller.
    pub fn new((width, height): (u32, u32), side: u32, most: u32) -> Self {
        let cells = (width / CELL, height / CELL);
        let side = side.min(cells.0).min(cells.1);
        let mut step = 1;
        while u64::from(step * step) * u64::from(most) < u64::from(cells.0) * u64::from(cells.1) {
            step += 1;
        }
        let along = |cells: u32| match side {
            0 => 0,
            _ => (cells - side) / step + 1,
        };
        Self {
            cells,
            sites: (along(cells.0), along(cells.1)),
            step,
            side,
        }
    }

    /// Number of cells in the plane.
    pub fn cell_count(&self) -> u32 {
        self.cells.0 * self.cells.1
    }

    /// Number of sites in the plane.
    pub fn site_count(&self) -> u32 {
        self.sites.0 * self.sites.1
    }
}

/// Measurements of luma, or of U and V together.
#[derive(Debug)]
pub(super) struct CellBuffers {
    /// Grids used at first, and once the model is settled.
    pub(super) grids: [NoiseGrid; 2],
    pub(super) moments: StorageBuffer,
    pub(super) flags: StorageBuffer,
    pub(super) sites: StorageBuffer,
}

impl CellBuffers {
    pub(super) fn new(gpu: &Gpu, size: (u32, u32), side: u32, layers: u32) -> Self {
        let grids = SITES.map(|most| NoiseGrid::new(size, side, most));
        let [grid, _] = grids;
        let buffer = |label, count: u32, bytes: u64| {
            StorageBuffer::new(gpu, label, u64::from(count) * u64::from(layers) * bytes)
        };
        Self {
            moments: buffer("noise moments", grid.cell_count(), 16),
            flags: buffer("noise flags", grid.cell_count(), 16),
            sites: buffer("noise sites", grid.site_count(), 16),
            grids,
        }
    }
}
