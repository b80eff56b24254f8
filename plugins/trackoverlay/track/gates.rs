//! Gates: the GPU decides which passes of a frame run, by writing their workgroup counts; zero for passes
//! that the frame does not need.

use super::buffers::MAX_PLACES;
use super::grid::{CELLS_ALONG, SAMPLES, Stack};
use super::passes::{APPROACH, HUNT, PlanParams, REFINE, SEARCH};
use crate::shader_constant;

/// Number of shapes of dispatches.
pub const SHAPES: u64 = shader_constant!("trackoverlay/track/shared/gates", "SHAPES") as u64;
/// Number of modes with gates.
pub const MODES: u64 = shader_constant!("trackoverlay/track/shared/gates", "MODES") as u64;
/// Bytes of the gates: three counts for each shape and mode, three for each shape with a gate of its own,
/// then the shapes.
pub const GATES_BYTES: u64 = 4 * ((MODES + 1) * 3 * SHAPES + SHAPES);
const _: () = assert!(
    GATES_BYTES == 4 * (shader_constant!("trackoverlay/track/plan", "SHAPES_AT") as u64 + SHAPES)
);
/// Shifts along a side that a workgroup scores.
pub const SHIFTS_TILE: u32 = 8;
/// Columns of a level that a workgroup makes.
pub const TILE_COLUMNS: u32 = shader_constant!("trackoverlay/track/shared/tiles", "TILE_COLUMNS");
/// Rows that a workgroup makes when it shrinks, smooths or halves.
pub const TILE_ROWS: [u32; 3] = [
    shader_constant!("trackoverlay/track/shared/tiles", "SHRINK_ROWS"),
    shader_constant!("trackoverlay/track/shared/tiles", "SMOOTH_ROWS"),
    shader_constant!("trackoverlay/track/shared/tiles", "HALVE_ROWS"),
];
/// Positions that a workgroup of the hunt scores: along x and y.
pub const PLACES_TILE: [u32; 2] = [16, 8];
/// Template squares whose normal equations a workgroup sums.
pub const SQUARES_TILE: u32 = shader_constant!("trackoverlay/track/shared/reduce", "LANES");
/// Template samples that a workgroup draws.
pub const DRAWING_TILE: u32 = shader_constant!("trackoverlay/track/render", "LANES");

/// Number of workgroups of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One.
    Single,
    /// One for each shutter that is tried.
    Shutters,
    /// One for each candidate.
    Candidates,
    /// One for each 32 squares of a grid (0 to 3).
    Squares(usize),
    /// One invocation for each shift.
    Shifts,
    /// One invocation for each sample of all grids.
    Drawing,
    /// One for each 32 columns and 8 rows of the finest level.
    Shrink,
    /// One for each 32 by 32 samples of the finest level.
    Smooth,
    /// One for each 32 columns and 16 rows of a coarser level (1 to 3).
    Level(usize),
    /// One invocation for each position of the hunt.
    Places,
}

impl Shape {
    fn index(self) -> usize {
        match self {
            Self::Single | Self::Squares(2..) => 0,
            Self::Squares(1) => 1,
            Self::Shutters => 2,
            Self::Candidates => 3,
            Self::Squares(_) => 4,
            Self::Shifts => 5,
            Self::Shrink => 9,
            Self::Smooth => 10,
            Self::Level(index) => 10 + index.clamp(1, 3),
            Self::Places => 14,
            Self::Drawing => 15,
        }
    }

    /// True for passes with gates of their own, independent of the mode: those that make the levels of the
    /// frame, and the one that draws the template.
    pub fn is_apart(self) -> bool {
        matches!(
            self,
            Self::Shrink | Self::Smooth | Self::Level(_) | Self::Drawing
        )
    }

    /// Byte offset of the gate of passes with this shape that run in the mode with bit `when`.
    pub fn gate(self, when: u32) -> u64 {
        let mode = match when {
            REFINE => 1,
            _ if self.is_apart() => MODES,
            APPROACH => 4,
            SEARCH => 3,
            HUNT => 2,
            _ => 0,
        };
        12 * (mode * SHAPES + self.index() as u64)
    }
}

/// Number of shutters that are tried.
pub const SHUTTERS: u32 = shader_constant!("trackoverlay/track/shared/shutters", "SHUTTERS");
/// Number of candidates of a hunt.
pub const CANDIDATES: u32 = shader_constant!("trackoverlay/track/shared/candidate", "CANDIDATES");

/// Workgroups of all shapes, for one stack of levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Count along x, and along y in the high half.
    sizes: [u32; SHAPES as usize],
    /// Distance of two positions of a hunt, in samples of its level.
    pub stride: u32,
}

impl Plan {
    /// The plan for a stack of levels.
    pub fn new(stack: &Stack) -> Self {
        let tiles = |(x, y): (u32, u32)| x.div_ceil(SHIFTS_TILE) | (y.div_ceil(SHIFTS_TILE) << 16);
        let line = |x: u32| x | (1 << 16);
        let shifts = 2 * stack.reach() + 1;
        let squares = |grid: usize| line((CELLS_ALONG >> grid).pow(2).div_ceil(SQUARES_TILE));
        let level = |index: usize, rows: u32| {
            let level = stack.level(index);
            level.pitch.div_ceil(TILE_COLUMNS) | (level.size.1.div_ceil(rows) << 16)
        };
        let [shrink, smooth, halve] = TILE_ROWS;
        let (width, height) = stack.level(3).size;
        let crowd = (width * height).div_ceil(MAX_PLACES);
        let stride = (f64::from(crowd).sqrt().ceil() as u32).max(1);
        let sizes = [
            line(1),
            squares(1),
            line(SHUTTERS),
            line(CANDIDATES),
            squares(0),
            tiles((shifts, 2 * shifts)),
            0,
            0,
            0,
            level(0, shrink),
            level(0, smooth),
            level(1, halve),
            level(2, halve),
            level(3, halve),
            width.div_ceil(PLACES_TILE[0] * stride)
                | (height.div_ceil(PLACES_TILE[1] * stride) << 16),
            line((SAMPLES as u32).div_ceil(DRAWING_TILE)),
        ];
        Self { sizes, stride }
    }

    /// Workgroups of a shape.
    pub fn groups(&self, shape: Shape) -> [u32; 3] {
        let size = self.sizes.get(shape.index()).copied().unwrap_or_default();
        [size & 0xffff, size >> 16, 1]
    }

    /// All counts, as parameters of the pass that stores them on the GPU.
    pub fn params(&self) -> PlanParams {
        let [a, b, c, d] = [0, 4, 8, 12].map(|first| {
            let size = |i: usize| self.sizes.get(first + i).copied().unwrap_or_default();
            [0, 1, 2, 3].map(size)
        });
        PlanParams { a, b, c, d }
    }
}
