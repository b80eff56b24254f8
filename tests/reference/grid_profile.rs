//! Profile of steps: how much higher a step is than its neighbours.

use super::samples::Samples;

/// Boundaries before each column of whole quads, over rows 1, 5, 9 ...; then those before each row, over
/// every fourth quad. Outside the picture, the rim's samples repeat.
pub fn profile(plane: &Samples) -> Vec<f64> {
    let (width, height) = (plane.width as i64, plane.height as i64);
    let excess = |p: [f64; 4]| {
        let side = ((p[1] - p[0]).abs() + (p[3] - p[2]).abs()) / 2.0;
        ((p[2] - p[1]).abs() - side).clamp(-8.0, 8.0)
    };
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / (values.len().max(1) as f64);
    let column = |x: i64| {
        let rows = (1..height).step_by(4);
        let one = |y| excess([-2, -1, 0, 1].map(|d| plane.nearest(x + d, y)));
        mean(rows.map(one).collect())
    };
    let row = |y: i64| {
        let columns = (0..width).filter(|x| x / 4 % 4 == 0);
        let one = |x| excess([-2, -1, 0, 1].map(|d| plane.nearest(x, y + d)));
        mean(columns.map(one).collect())
    };
    (0..width).map(column).chain((0..height).map(row)).collect()
}
