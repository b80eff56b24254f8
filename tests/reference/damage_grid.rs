//! Finds the block grid in profiles of steps.

/// Period and first boundary along x, then y, and how visible the grid is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Grid {
    pub axes: [(f64, f64); 2],
    pub blockiness: f64,
}

fn grids() -> Vec<(f64, f64)> {
    let offsets = |period: f64, count: u32| (0..count).map(move |o| (period, f64::from(o)));
    let all = offsets(8.0, 8).chain(offsets(16.0, 16));
    all.chain(offsets(12.0, 12))
        .chain(offsets(32.0 / 3.0, 11))
        .collect()
}

/// Height of a grid's boundaries above all others; boundaries at the rim do not count.
fn height(profile: &[f64], (period, offset): (f64, f64)) -> f64 {
    let on = |at: usize| {
        let k = ((at as f64 - offset) / period).round();
        (offset + k * period).round() as i64 == at as i64
    };
    let inside = 2..profile.len().max(4) - 2;
    let (at_grid, others): (Vec<usize>, Vec<usize>) = inside.partition(|at| on(*at));
    if at_grid.len() < 2 || others.len() < 2 {
        return 0.0;
    }
    let mean = |all: &[usize]| all.iter().map(|at| profile[*at]).sum::<f64>() / all.len() as f64;
    mean(&at_grid) - mean(&others)
}

/// The most significant grid and its height; the present one has a bonus.
fn best(profile: &[f64], present: Option<(f64, f64)>) -> ((f64, f64), f64) {
    let score = |grid: (f64, f64)| {
        let lead = if Some(grid) == present { 1.25 } else { 1.0 };
        height(profile, grid) * lead / grid.0.sqrt()
    };
    let mut all = grids().into_iter();
    let first = all.next().unwrap();
    let found = all.fold(first, |a, b| if score(b) > score(a) { b } else { a });
    (found, height(profile, found))
}

/// The grid after a picture with this profile of `width` columns (whole quads), then rows.
pub fn grid(profile: &[f64], width: usize, before: Option<Grid>) -> Grid {
    let (columns, rows) = profile.split_at(width.next_multiple_of(4));
    let present = |axis: usize| before.map(|grid| grid.axes[axis]);
    let x = best(&columns[..width], present(0));
    let y = best(rows, present(1));
    let seen = x.1.min(y.1).max(0.0);
    Grid {
        axes: [x.0, y.0],
        blockiness: before.map_or(seen, |b| 0.8 * b.blockiness + 0.2 * seen),
    }
}
