//! Sites: squares of cells.

use super::noise_cells::Cell;
use super::noise_coarse::level;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    pub luma: f64,
    pub spatial: Option<f64>,
    pub temporal: Option<f64>,
    pub stands: bool,
    pub dead: bool,
    pub flat: bool,
    pub changed: bool,
    /// Contains only newly coded white noise.
    pub white: bool,
    /// Contains only coarse noise.
    pub coarse: bool,
    /// Level of its contrast.
    pub contrast: usize,
    /// Correlation of the change across and down, in 32 steps.
    pub correlations: [usize; 2],
}

/// Cells of a plane, and their number in a row.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    pub cells: Vec<Cell>,
    pub columns: usize,
    pub rows: usize,
}

/// Sites of a plane. `luma` is `None` for luma itself.
pub fn sites(
    grid: &Grid,
    luma: Option<&Grid>,
    side: usize,
    most: usize,
    first: bool,
    code: f64,
) -> (usize, Vec<Site>) {
    let side = side.min(grid.columns).min(grid.rows);
    if side == 0 {
        return (0, Vec::new());
    }
    let step = ((grid.cells.len() as f64 / most as f64).sqrt().ceil() as usize).max(1);
    let mut all = Vec::new();
    for y in (0..=grid.rows - side).step_by(step) {
        for x in (0..=grid.columns - side).step_by(step) {
            all.push(site(grid, luma, [x, y, side], first, code));
        }
    }
    (side, all)
}

fn site(
    grid: &Grid,
    luma: Option<&Grid>,
    [x0, y0, side]: [usize; 3],
    first: bool,
    code: f64,
) -> Site {
    let cell = |x: usize, y: usize| grid.cells[y * grid.columns + x];
    let mut inside = Vec::new();
    let mut lumas = 0.0;
    for y in y0..y0 + side {
        for x in x0..x0 + side {
            inside.push(cell(x, y));
            lumas += luma.map_or(cell(x, y).sum / 64.0, |luma| luma_at(grid, luma, x, y));
        }
    }
    let mut near = false;
    for y in y0.saturating_sub(1)..(y0 + side + 1).min(grid.rows) {
        for x in x0.saturating_sub(1)..(x0 + side + 1).min(grid.columns) {
            near |= cell(x, y).dead;
        }
    }
    let m = inside.len() as f64;
    let total = |f: fn(&Cell) -> f64| inside.iter().map(f).sum::<f64>();
    let q = total(|c| c.clipped as f64) / (128.0 * m);
    let g = 1.0 - 1.7539 * q + 1.3427 * q * q - 1.1572 * q * q * q;
    let rounding = code * code / 12.0;
    let temporal = (total(|c| c.temporal) / (63.0 * m) / 2.0 / g - rounding).max(0.0);
    let detail = (total(|c| c.spatial) / (36.0 * m) / 36.0 / g - rounding).max(0.0);
    let plain = total(|c| c.plain as f64) / (36.0 * m);
    let still = total(|c| c.still as f64) / (64.0 * m);
    // Far more values near 0 than noise of this variance has: drawn on a plain ground.
    let drawn = plain > 0.12 && plain * detail.sqrt() > 3.0 * 0.266;
    let jumps = still > 0.2 && still * temporal.sqrt() > 3.0 * 0.846;
    let spatial = match drawn {
        true => detail.min((0.266 / plain).powi(2)),
        false => detail,
    };
    let mean = total(|c| c.sum) / (64.0 * m);
    let dead = inside.iter().all(|c| c.dead);
    let changed = inside.iter().any(|c| c.changed);
    let usable = q <= 0.3 && !near;
    let moved = usable && changed && !first && !jumps;
    let contrast = total(|c| c.contrast) / (63.0 * m);
    let kinds = [if first { spatial } else { temporal }, spatial, contrast];
    let least = kinds.into_iter().fold(f64::MAX, f64::min);
    let most = kinds.into_iter().fold(0.0, f64::max);
    let agree = temporal.min(contrast);
    let correlation = |steps: f64| {
        let mean = steps / (56.0 * m);
        ((1.0 - mean / (4.0 * temporal).max(1e-6)) * 32.0).clamp(0.0, 31.0) as usize
    };
    Site {
        luma: lumas / m,
        spatial: usable.then_some(spatial),
        temporal: moved.then_some(temporal),
        stands: moved && contrast > 6.0 * temporal.max(0.25),
        dead,
        flat: dead && mean > 20.0 && mean < 235.0,
        changed,
        coarse: moved
            && !drawn
            && agree >= 0.25
            && temporal.max(contrast) < 1.6 * agree
            && spatial < 0.5 * agree,
        contrast: level(contrast),
        correlations: [total(|c| c.across), total(|c| c.down)].map(correlation),
        white: usable && !drawn && (first || moved) && least >= 0.25 && most < 1.6 * least,
    }
}

/// Mean of the first and the last luma cell under a chroma cell.
fn luma_at(grid: &Grid, luma: &Grid, x: usize, y: usize) -> f64 {
    let first = [x * luma.columns / grid.columns, y * luma.rows / grid.rows];
    let wide = (luma.columns / grid.columns).max(1);
    let high = (luma.rows / grid.rows).max(1);
    let last = [
        (first[0] + wide - 1).min(luma.columns - 1),
        (first[1] + high - 1).min(luma.rows - 1),
    ];
    let sum = |[x, y]: [usize; 2]| luma.cells[y * luma.columns + x].sum;
    (sum(first) + sum(last)) / 128.0
}
