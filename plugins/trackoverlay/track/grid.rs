//! The sizes that tracking works at: levels of the frame, and grids of the template.

use crate::trackoverlay::quad::Quad;

/// Grids of the template, the finest first.
pub const GRIDS: usize = 4;
/// Samples along a side of each grid. The finest could have more; it would take longer and find
/// little more, while the coarser ones with fewer lose what is half hidden.
pub const SIDES: [u32; GRIDS] = [96, 64, 32, 16];
/// Samples of all grids.
pub const SAMPLES: u64 = 96 * 96 + 64 * 64 + 32 * 32 + 16 * 16;
/// Cells of the memory along a side, and squares of the finest grid.
pub const CELLS_ALONG: u32 = 16;
/// The grid reaches so far beyond the quad: 16 cells where the quad has 12.
const REACH: f64 = 16.0 / 12.0;
/// Most pixels between the samples of the finest grid, in samples of the finest level. More would
/// let alignment slip from one detail to the next.
const SPARSEST: f64 = 3.2;
/// Largest shrinking of the frame, as a power of two.
const MOST_SHRINK: u32 = 4;
/// Pixels around the prediction that are searched, at the size of the finest level.
const SEARCH_REACH: u32 = 40;
/// Most steps of a search each way.
pub const MOST_REACH: u32 = 10;
/// Fewest samples along the quad's shorter side at the coarsest level.
const FEWEST: f64 = 12.0;

/// One level of the frame, as a grid of the template looks at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Width and height in samples.
    pub size: (u32, u32),
    /// Floats from row to row, a multiple of 8.
    pub pitch: u32,
}

/// Levels of a frame of some size, for a quad of some size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stack {
    size: (u32, u32),
    /// Pixels of luma along a side of a sample of the finest level.
    pub shrink: u32,
    /// The coarsest level in use, 0 to 3.
    pub top: usize,
}

impl Stack {
    /// What a quad needs: enough samples to be seen at the coarsest level, not more than can be
    /// told apart at the finest.
    pub fn for_quad(size: (u32, u32), quad: &Quad) -> Self {
        let (width, height) = mean_sides(quad);
        let spacing = (width * height).sqrt() * REACH / f64::from(SIDES[0]);
        let mut power = 0;
        while spacing / f64::from(1u32 << power) > SPARSEST && power < MOST_SHRINK {
            power += 1;
        }
        let shortest = width.min(height) / f64::from(1u32 << power);
        let top = (shortest / FEWEST).max(1.0).log2().floor().min(3.0) as usize;
        Self {
            size,
            shrink: 1 << power,
            top,
        }
    }

    /// Steps of a search each way, at the coarsest level.
    pub fn reach(&self) -> u32 {
        SEARCH_REACH.div_ceil(1 << self.top).min(MOST_REACH)
    }

    /// The level that a grid looks at.
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

/// Mean lengths of the upper and lower sides, and of the left and right ones.
pub fn mean_sides(quad: &Quad) -> (f64, f64) {
    let [top, right, bottom, left] = quad.sides();
    ((top + bottom) / 2.0, (left + right) / 2.0)
}

/// Floats that the level at `index` can take in a frame of this size, whatever the quad.
pub fn most_floats((width, height): (u32, u32), index: usize) -> u64 {
    let halved = |side: u32| (0..index).fold(side, |side, _| side.div_ceil(2));
    u64::from(halved(width).next_multiple_of(8)) * u64::from(halved(height))
}
