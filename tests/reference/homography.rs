//! Arithmetic of homographies for the tracker's twins.

pub use super::place::setup::{Point, Rows, map};

pub const SAME: Rows = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// Corners of the quad in plane coordinates, clockwise.
pub const CORNERS: [Point; 4] = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];

/// The homography that applies `b`, then `a`.
pub fn product(a: &Rows, b: &Rows) -> Rows {
    let mut all = [[0.0; 3]; 3];
    for (i, row) in all.iter_mut().enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            *value = (0..3).map(|k| a[i][k] * b[k][j]).sum();
        }
    }
    all
}

/// All elements times `f`.
pub fn each(a: &Rows, b: &Rows, f: impl Fn(f64, f64) -> f64) -> Rows {
    [0, 1, 2].map(|i| [0, 1, 2].map(|j| f(a[i][j], b[i][j])))
}

/// Scaled to a last element of 1.
pub fn normalised(a: &Rows) -> Rows {
    a.map(|row| row.map(|value| value / a[2][2]))
}

/// Inverse by cofactors.
pub fn inverse(a: &Rows) -> Rows {
    let minor = |i: usize, j: usize| {
        let (r, s) = ((i + 1) % 3, (i + 2) % 3);
        let (c, d) = ((j + 1) % 3, (j + 2) % 3);
        a[r][c] * a[s][d] - a[r][d] * a[s][c]
    };
    let determinant: f64 = (0..3).map(|j| a[0][j] * minor(0, j)).sum();
    [0, 1, 2].map(|i| [0, 1, 2].map(|j| minor(j, i) / determinant))
}

pub fn shift([x, y]: Point) -> Rows {
    [[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]]
}

/// The third coordinate: below zero, a position lies behind the camera.
pub fn depth(a: &Rows, [x, y]: Point) -> f64 {
    a[2][0] * x + a[2][1] * y + a[2][2]
}

pub fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Mean distance of the corners between two poses.
pub fn corner_way(a: &Rows, b: &Rows) -> f64 {
    CORNERS
        .iter()
        .map(|corner| distance(map(a, *corner), map(b, *corner)))
        .sum::<f64>()
        / 4.0
}

/// True for a convex, clockwise quad in front of the camera whose area is 1/50 to 30 times that of the armed
/// one.
pub fn is_plausible(a: &Rows, armed_area: f64) -> bool {
    if CORNERS.iter().any(|corner| depth(a, *corner) <= 0.05) {
        return false;
    }
    let quad = CORNERS.map(|corner| map(a, corner));
    let mut area = 0.0;
    for i in 0..4 {
        let [p, q, r] = [0, 1, 2].map(|k| quad[(i + k) % 4]);
        let turn = (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0]);
        if turn <= 0.0 {
            return false;
        }
        area += (p[0] * q[1] - q[0] * p[1]) / 2.0;
    }
    (0.02..30.0).contains(&(area / armed_area))
}
