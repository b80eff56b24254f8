//! The colour of what is in front near each cell.

use super::windows::{CELLS, Sums};

/// Cells hidden no more than this are free; cells hidden no less than that are hidden.
pub const FREE_MOST: f64 = 0.15;
pub const HIDDEN_LEAST: f64 = 1.0;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Front {
    pub colour: [f64; 3],
    pub sure: f64,
    /// Least and most hidden of 3x3 cells.
    pub least: f64,
    pub most: f64,
}

/// `free` is the visible share of each cell.
pub fn front(cells: &[Sums], free: &[f64]) -> Vec<Front> {
    let last = CELLS as i64 - 1;
    let index = |x: i64, y: i64| (y.clamp(0, last) * (last + 1) + x.clamp(0, last)) as usize;
    let bounds = |x: i64, y: i64| {
        let mut found = (1.0f64, 0.0f64);
        for (i, j) in (-1..=1).flat_map(|j| (-1..=1).map(move |i| (i, j))) {
            let hidden = 1.0 - free[index(x + i, y + j)];
            found = (found.0.min(hidden), found.1.max(hidden));
        }
        found
    };
    let mut all = Vec::new();
    for at in 0..CELLS * CELLS {
        let (x, y) = ((at % CELLS) as i64, (at / CELLS) as i64);
        let (least, most) = bounds(x, y);
        if most <= FREE_MOST || least >= HIDDEN_LEAST {
            all.push(Front {
                least,
                most,
                ..Front::default()
            });
            continue;
        }
        let (mut colour, mut weight) = ([0.0; 3], 0.0);
        for (i, j) in (-3..=3).flat_map(|j| (-3..=3).map(move |i| (i, j))) {
            let k = index(x + i, y + j);
            let count = cells[k].n + cells[k].masked;
            if count < 0.5 {
                continue;
            }
            let inside = bounds(x + i, y + j).0;
            let near = (-((i * i + j * j) as f64) / 4.0).exp();
            let w = (inside * inside + 1e-3 * (1.0 - free[k])) * near;
            for (sum, own) in colour.iter_mut().zip(cells[k].colour) {
                *sum += w * own / count;
            }
            weight += w;
        }
        all.push(Front {
            colour: colour.map(|sum| sum / weight.max(1e-9)),
            sure: (weight / 0.3).min(1.0),
            least,
            most,
        });
    }
    all
}
