//! Homography to source texels, and coverage of pixels.

/// A position: x to the right, y down.
pub type Point = [f64; 2];
/// Rows of a homography.
pub type Rows = [[f64; 3]; 3];

pub fn map(rows: &Rows, [x, y]: Point) -> Point {
    let row = |row: [f64; 3]| row[0] * x + row[1] * y + row[2];
    let w = row(rows[2]);
    [row(rows[0]) / w, row(rows[1]) / w]
}

/// Corners in the frame of a source that covers `fit` of the plane.
pub fn corners(to_frame: &Rows, fit: Point) -> [Point; 4] {
    let [x, y] = fit.map(|part| part.min(1.0));
    [[-x, -y], [x, -y], [x, y], [-x, y]].map(|corner| map(to_frame, corner))
}

/// From plane coordinates, -1 to 1, to texels of a source.
pub fn texel([u, v]: Point, fit: Point, (width, height): (usize, usize)) -> Point {
    [
        (u / fit[0] + 1.0) / 2.0 * width as f64,
        (v / fit[1] + 1.0) / 2.0 * height as f64,
    ]
}

/// Share of the pixel around `at` inside a polygon, by clipping the polygon at the pixel's four sides.
pub fn covered(polygon: &[Point], at: Point, size: Point) -> f64 {
    let mut rest = polygon.to_vec();
    for (axis, sign) in [(0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)] {
        let inside = |p: &Point| sign * (p[axis] - at[axis]) + size[axis] / 2.0;
        let mut cut = Vec::new();
        for (index, from) in rest.iter().enumerate() {
            let to = &rest[(index + 1) % rest.len()];
            let (a, b) = (inside(from), inside(to));
            if a >= 0.0 {
                cut.push(*from);
            }
            if (a >= 0.0) != (b >= 0.0) {
                let t = a / (a - b);
                cut.push([
                    from[0] + t * (to[0] - from[0]),
                    from[1] + t * (to[1] - from[1]),
                ]);
            }
        }
        rest = cut;
    }
    let twice: f64 = rest
        .iter()
        .zip(rest.iter().cycle().skip(1))
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    (twice / 2.0).abs() / (size[0] * size[1])
}

/// Distance of a position from the line through two points.
pub fn distance(at: Point, from: Point, to: Point) -> f64 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let across = along[0] * (at[1] - from[1]) - along[1] * (at[0] - from[0]);
    across.abs() / along[0].hypot(along[1])
}
