//! Sizes that tracking works at: levels of the frame, and grids of the template.

use crate::shader_constant;
use crate::trackoverlay::quad::Quad;

/// Grids of the template, finest first.
pub const GRIDS: usize = 4;
/// Samples along a side of each grid. More for the finest would take longer and gain little; fewer for the
/// coarser ones would lose half-hidden planes.
pub const SIDES: [u32; GRIDS] = [
    shader_constant!("trackoverlay/track/shared/grid", "SIDE_0"),
    shader_constant!("trackoverlay/track/shared/grid", "SIDE_1"),
    shader_constant!("trackoverlay/track/shared/grid", "SIDE_2"),
    shader_constant!("trackoverlay/track/shared/grid", "SIDE_3"),
];
/// Number of samples in all grids.
pub const SAMPLES: u64 = {
    let [a, b, c, d] = SIDES;
    (a * a + b * b + c * c + d * d) as u64
};
/// Cells of the memory along a side; also squares of the finest grid.
pub const CELLS_ALONG: u32 = shader_constant!("trackoverlay/track/shared/state", "CELLS");
const _: () = assert!(
    CELLS_ALONG.pow(2) == shader_constant!("trackoverlay/track/shared/state", "CELL_COUNT")
);
/// Side of the grid relative to the quad: 16 cells where the quad has 12.
const REACH: f64 = 16.0 / 12.0;
/// Largest distance of the finest grid's samples, in samples of the finest level. With a larger one,
/// alignment could lock on to a neighbouring detail.
const MAX_SPACING: f64 = 3.2;
/// Largest reduction of the frame, as a power of two.
const MAX_SHRINK_LOG2: u32 = 4;
/// Pixels that are searched around the prediction, at the size of the finest level.
const SEARCH_REACH: u32 = 40;
/// Most steps of a search in each direction.
pub const MAX_REACH: u32 = 10;
/// Fewest samples along the quad's shorter side at the coarsest level.
const MIN_SAMPLES: f64 = 12.0;

/// One level of the frame, as used by a grid of the template.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Width and height in samples.
    pub size: (u32, u32),
    /// Floats from one row to the next, a multiple of 8.
    pub pitch: u32,
}

/// Levels of a frame, for the size of a quad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stack {
    size: (u32, u32),
    /// Side of a sample of the finest level in luma pixels.
    pub shrink: u32,
    /// Index of the coarsest level in use, 0 to 3.
    pub top: usize,
}

impl Stack {
    /// The levels that a quad needs: with enough samples at the coarsest level to recognise it, and no more
    /// at the finest than can be distinguished.
    ///
    /// The frame is reduced by 2^`least` at least.
    pub fn for_quad(size: (u32, u32), quad: &Quad, least: u32) -> Self {
        let (width, height) = mean_sides(quad);
        let spacing = (width * height).sqrt() * REACH / f64::from(SIDES[0]);
        let mut power = least;
        while spacing / f64::from(1u32 << power) > MAX_SPACING && power < MAX_SHRINK_LOG2 {
            power += 1;
        }
        let shortest = width.min(height) / f64::from(1u32 << power);
        let top = (shortest / MIN_SAMPLES).max(1.0).log2().floor().min(3.0) as usize;
        Self {
            size,
            shrink: 1 << power,
            top,
        }
    }

    /// Steps of a search in each direction, at the coarsest level.
    pub fn reach(&self) -> u32 {
        SEARCH_REACH.div_ceil(1 << self.top).min(MAX_REACH)
    }

    /// The level that a grid uses.
    pub fn level(&self, grid: usize) -> Level {
        let index = grid.min(self.top);
        let mut size = (
            self.size.0.div_ceil(self.shrink),
            self.size.1.div_ceil(self.shrink),
        );
        for _ in 0..index {
            size = (size.0.div_ceil(2), size.1.div_ceil(2));
        }
        Level {
            size,
            pitch: size.0.next_multiple_of(8),
        }
    }
}

/// Mean length of the upper and lower sides, and of the left and right sides, in pixels.
pub fn mean_sides(quad: &Quad) -> (f64, f64) {
    let [top, right, bottom, left] = quad.sides();
    ((top + bottom) / 2.0, (left + right) / 2.0)
}

/// Power of two by which frames of this size must be reduced, for all levels to fit in so many bytes.
pub fn least_shrink_log2((width, height): (u32, u32), bytes: u64) -> u32 {
    let fits = |power: &u32| {
        let size = (width.div_ceil(1 << power), height.div_ceil(1 << power));
        4 * level_floats(size) <= bytes
    };
    (0..MAX_SHRINK_LOG2).find(fits).unwrap_or(MAX_SHRINK_LOG2)
}

/// Most floats that all levels together can need in a frame of this size.
pub fn level_floats(size: (u32, u32)) -> u64 {
    (0..GRIDS).map(|level| most_floats(size, level)).sum()
}

/// Most floats that the level at `index` can need in a frame of this size, for any quad.
pub fn most_floats((width, height): (u32, u32), index: usize) -> u64 {
    let halved = |side: u32| (0..index).fold(side, |side, _| side.div_ceil(2));
    u64::from(halved(width).next_multiple_of(8)) * u64::from(halved(height))
}
