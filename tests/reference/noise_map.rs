//! Where in the picture the noise is: the share of it that each cell has.

use super::noise_cells::Cell;
use super::noise_sites::Grid;

/// Share of a cell, how much it is known by, and whether a border crosses the cell. Then, smoothed over pictures,
/// whether its details are faint, and whether noise was found in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    pub share: f64,
    pub weight: f64,
    pub border: bool,
    pub faint: f64,
    pub noisy: f64,
}

impl Entry {
    /// Noise as everywhere.
    pub const UNKNOWN: Self = Self {
        share: 1.0,
        weight: 0.0,
        border: false,
        faint: 0.0,
        noisy: 0.0,
    };
}

/// A plane, or U and V together, with the model's variance where luma is y.
pub struct Measured<'a> {
    pub grids: Vec<(&'a Grid, &'a dyn Fn(f64) -> f64)>,
    pub first: bool,
    /// Share of detail in the noise, for each plane.
    pub details: [f64; 2],
    /// The model's variance at mean luma.
    pub mean: f64,
}

/// Temporal variance, that of details, contrast: relative to the model's.
type Evidence = [f64; 3];

fn relative(cells: &[Cell], variance: &dyn Fn(f64) -> f64) -> Evidence {
    let n = cells.len() as f64;
    let sum = |of: fn(&Cell) -> f64| cells.iter().map(of).sum::<f64>() / n;
    let variance = variance(sum(|c| c.sum) / 64.0).max(0.0625);
    let found = [
        sum(|c| c.temporal) / 126.0,
        sum(|c| c.spatial) / 1296.0,
        sum(|c| c.contrast) / 63.0,
    ];
    found.map(|found| (found - 1.0 / 12.0).max(0.0) / variance)
}

fn ramp(from: f64, to: f64, x: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

impl Measured<'_> {
    fn size(&self) -> [i64; 2] {
        let grid = self.grids[0].0;
        [grid.columns as i64, grid.rows as i64]
    }

    /// Index of the cell nearest to a place.
    fn nearest(&self, x: i64, y: i64) -> usize {
        let [columns, rows] = self.size();
        (y.clamp(0, rows - 1) * columns + x.clamp(0, columns - 1)) as usize
    }

    /// The larger of the planes' evidence, of the cells up to `reach` away.
    fn evidence(&self, x: i64, y: i64, reach: i64) -> Evidence {
        let mut most = [0.0; 3];
        for ((grid, variance), detail) in self.grids.iter().zip(self.details) {
            let mut cells = Vec::new();
            for dy in -reach..=reach {
                for dx in -reach..=reach {
                    cells.push(grid.cells[self.nearest(x + dx, y + dy)]);
                }
            }
            let mut found = relative(&cells, *variance);
            found[1] /= detail;
            most = std::array::from_fn(|i| f64::max(most[i], found[i]));
        }
        most
    }

    /// Least and largest of the variances that there are.
    fn extremes(&self, [temporal, spatial, contrast]: Evidence) -> [f64; 2] {
        let temporal = if self.first { spatial } else { temporal };
        [
            temporal.min(spatial).min(contrast),
            temporal.max(spatial).max(contrast),
        ]
    }

    /// Whether on one side of a cell some cells are faint, and hardly any have had noise.
    fn has_outside(&self, x: i64, y: i64, known: &[Entry]) -> bool {
        let steps = [-7, -5, -3, -1, 1, 3, 5, 7];
        let is_outside = |is_in: &dyn Fn(i64, i64) -> bool| {
            let (mut faint, mut noisy) = (0.0, 0.0);
            for dy in steps {
                for dx in steps.into_iter().filter(|dx| is_in(*dx, dy)) {
                    let near = known[self.nearest(x + dx, y + dy)];
                    faint += near.faint / 32.0;
                    noisy += near.noisy / 32.0;
                }
            }
            faint > 0.25 && noisy < 0.05
        };
        is_outside(&|dx, _| dx < 0)
            || is_outside(&|dx, _| dx > 0)
            || is_outside(&|_, dy| dy < 0)
            || is_outside(&|_, dy| dy > 0)
    }

    fn judged(&self, x: i64, y: i64, known: &[Entry]) -> Entry {
        let own = known[self.nearest(x, y)];
        let evidence = self.evidence(x, y, 0);
        let [least, most] = self.extremes(evidence);
        let wide = self.evidence(x, y, 1);
        let [wide_least, wide_most] = self.extremes(wide);
        let [temporal, spatial, contrast] = evidence;
        let clean = contrast < 0.3 && wide[2] < 0.45;
        let white = least >= 0.4 && most <= 2.2 && wide_least >= 0.65 && wide_most <= 1.5;
        let coarse = self.details[..self.grids.len()]
            .iter()
            .any(|detail| *detail < 0.8);
        let uneven = coarse && (0.3..=2.2).contains(&contrast) && temporal >= 0.15;
        let noise = white || uneven;
        let faint = !coarse && spatial < 0.4 && wide[1] < 0.4;
        let now = f64::from(clean || faint);
        let pace = if self.first { 1.0 } else { 0.25 };
        let entry = |share, weight| Entry {
            share,
            weight,
            border: false,
            faint: own.faint + pace * (now - own.faint),
            noisy: f64::from(noise).max(0.95 * own.noisy),
        };
        if clean || noise || faint && self.has_outside(x, y, known) {
            let fresh = match (clean, noise) {
                (true, _) => least,
                (false, noise) => f64::from(noise),
            };
            let kept = if own.weight == 1.0 { 0.5 } else { 0.0 };
            return entry(kept * own.share + (1.0 - kept) * fresh, 1.0);
        }
        if self.first && spatial < 0.15 {
            return entry(0.0, 0.0);
        }
        let (mut sum, mut weight) = (4.0 * own.weight * own.share, 4.0 * own.weight);
        for dy in [-3, -1, 1, 3] {
            for dx in [-3, -1, 1, 3] {
                let near = known[self.nearest(x + dx, y + dy)];
                sum += near.weight * near.share;
                weight += near.weight;
            }
        }
        let around = if weight > 1e-6 { sum / weight } else { 1.0 };
        let change = match self.first {
            true => spatial.min(contrast),
            false => temporal,
        };
        let [from, to] = match (least >= 0.4, change <= 2.2) {
            (false, _) => [0.4, 0.85],
            (true, false) => [0.12, 0.45],
            (true, true) => [0.05, 0.35],
        };
        let at = self.nearest(x, y);
        let still = self
            .grids
            .iter()
            .all(|(grid, _)| grid.cells[at].still == 64);
        let share = match still && around < 0.9 {
            true => 0.0,
            false => ramp(from, to, around),
        };
        entry(share, 0.9 * weight / 20.0)
    }

    /// The map after a picture.
    pub fn next(&self, known: &[Entry]) -> Vec<Entry> {
        let [columns, rows] = self.size();
        let mut all = Vec::new();
        for y in 0..rows {
            for x in 0..columns {
                let mut entry = self.judged(x, y, known);
                if entry.share < 0.02 {
                    entry.share = 0.0;
                }
                let beside = [(1, 0), (-1, 0), (0, 1), (0, -1)]
                    .map(|(dx, dy)| known[self.nearest(x + dx, y + dy)].share);
                entry.border = entry.share > 0.0
                    && beside.iter().any(|share| *share < 0.02)
                    && beside.iter().any(|share| *share > 0.5);
                all.push(match self.mean < 0.0625 {
                    true => Entry::UNKNOWN,
                    false => entry,
                });
            }
        }
        all
    }
}
