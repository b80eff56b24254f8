//! Deblocking at a block grid.

use super::samples::Samples;

/// Period and first boundary along x, then y.
pub type Grids = [(f64, f64); 2];

/// Share of the step that is added to a pixel at this distance after the boundary.
fn share(behind: i64) -> f64 {
    match behind {
        -2 => 0.125,
        -1 => 0.375,
        0 => -0.375,
        1 => -0.125,
        _ => 0.0,
    }
}

/// Step between the inner two of four pixels beyond the slope around it; reduced if it is too high.
fn jump(p: [f64; 4], limit: f64) -> f64 {
    let excess = p[2] - p[1] - (p[1] - p[0] + p[3] - p[2]) / 2.0;
    excess * (2.0 - excess.abs() / limit).clamp(0.0, 1.0)
}

/// The boundary close to a pixel, if it lies well inside the picture.
fn near((period, offset): (f64, f64), place: i64, side: i64) -> Option<i64> {
    (0..)
        .map(|k| (offset + f64::from(k) * period).round() as i64)
        .take_while(|at| at + 2 <= side)
        .find(|at| *at >= 2 && (-2..=1).contains(&(place - at)))
}

/// `size` is that of the picture; the plane has whole quads.
pub fn level(plane: &Samples, size: (u32, u32), grids: Grids, limit: f64) -> Samples {
    Samples::from_fn((plane.width, plane.height), |x, y| {
        let (x, y) = (x as i64, y as i64);
        let mut value = plane.nearest(x, y);
        if let Some(at) = near(grids[0], x, i64::from(size.0)) {
            let around = [-2, -1, 0, 1].map(|d| plane.nearest(at + d, y));
            value += share(x - at) * jump(around, limit);
        }
        if let Some(at) = near(grids[1], y, i64::from(size.1)) {
            let around = [-2, -1, 0, 1].map(|d| plane.nearest(x, at + d));
            value += share(y - at) * jump(around, limit);
        }
        value
    })
}
