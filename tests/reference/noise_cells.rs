//! Statistics of 8x8 cells.

use super::samples::Samples;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cell {
    pub sum: f64,
    pub clipped: usize,
    pub temporal: f64,
    pub spatial: f64,
    pub contrast: f64,
    pub changed: bool,
    pub dead: bool,
    /// Mixed second differences of up to 2 codes, and samples that changed by up to 1.
    pub plain: usize,
    pub still: usize,
    /// Squared steps of the change from one sample to the next, across and down.
    pub across: f64,
    pub down: f64,
}

/// Statistics of all cells of a plane in row order; `highest` is the largest code.
pub fn cells(now: &Samples, before: &Samples, highest: f64) -> Vec<Cell> {
    let mut all = Vec::new();
    for y in 0..now.height / 8 {
        for x in 0..now.width / 8 {
            all.push(cell(now, before, highest, x * 8, y * 8));
        }
    }
    all
}

fn cell(now: &Samples, before: &Samples, highest: f64, x0: usize, y0: usize) -> Cell {
    let mut cell = Cell {
        dead: true,
        ..Default::default()
    };
    let (mut squares, mut moved, mut moved_squares) = (0.0, 0.0, 0.0);
    for y in y0..y0 + 8 {
        for x in x0..x0 + 8 {
            let (a, b) = (now.at(x, y), before.at(x, y));
            cell.sum += a;
            squares += a * a;
            moved += a - b;
            moved_squares += (a - b) * (a - b);
            for v in [a, b] {
                cell.clipped += usize::from(v <= 0.0) + usize::from(v >= highest);
            }
            let moved = |x: usize, y: usize| now.at(x, y) - before.at(x, y);
            if x > x0 {
                cell.across += (moved(x, y) - moved(x - 1, y)).powi(2);
            }
            if y > y0 {
                cell.down += (moved(x, y) - moved(x, y - 1)).powi(2);
            }
            cell.still += usize::from((a - b).abs() <= 1.0);
            cell.changed |= a != b;
            cell.dead &= a == now.at(x0, y0);
        }
    }
    cell.temporal = moved_squares - moved * moved / 64.0;
    cell.contrast = squares - cell.sum * cell.sum / 64.0;
    for y in y0 + 1..y0 + 7 {
        for x in x0 + 1..x0 + 7 {
            let l = laplacian(now, x, y);
            cell.spatial += l * l;
            cell.plain += usize::from(l.abs() <= 2.0);
        }
    }
    cell
}

fn laplacian(p: &Samples, x: usize, y: usize) -> f64 {
    let corners = p.at(x - 1, y - 1) + p.at(x + 1, y - 1) + p.at(x - 1, y + 1) + p.at(x + 1, y + 1);
    let sides = p.at(x, y - 1) + p.at(x, y + 1) + p.at(x - 1, y) + p.at(x + 1, y);
    corners - 2.0 * sides + 4.0 * p.at(x, y)
}
