//! Blur that makes the template look like the frame, and the other way round.

use super::known::{Known, Taps};
use crate::reference::homography::{
    CORNERS, Point, Rows, SAME, distance, each, inverse, map, normalised, product,
};

type Square = [[f64; 2]; 2];

/// Derivatives at the plane's centre, by differences.
fn slope(h: &Rows) -> Square {
    let d = 1e-4;
    let along = |p: Point| {
        let [a, b] = [map(h, p), map(h, p.map(|v| -v))];
        [0, 1].map(|i| (a[i] - b[i]) / (2.0 * d))
    };
    let [x, y] = [along([d, 0.0]), along([0.0, d])];
    [[x[0], y[0]], [x[1], y[1]]]
}

fn inverse2([[a, b], [c, d]]: Square) -> Square {
    let determinant = a * d - b * c;
    [[d, -b], [-c, a]].map(|row| row.map(|v| v / determinant))
}

fn product2(a: &Square, b: &Square) -> Square {
    [0, 1].map(|i| [0, 1].map(|j| a[i][0] * b[0][j] + a[i][1] * b[1][j]))
}

fn turned(a: &Square) -> Square {
    [0, 1].map(|i| [0, 1].map(|j| a[j][i]))
}

/// Variance along x, covariance, and variance along y of taps with weights 1, 4, 1.
pub fn variance(taps: &Taps) -> [f64; 3] {
    let sum = |i: usize, j: usize| taps.iter().map(|tap| tap[i] * tap[j]).sum::<f64>() / 3.0;
    [sum(0, 0), sum(0, 1), sum(1, 1)]
}

/// Variance of a level's smoothing in luma pixels: that of a pixel, and of a binomial filter of five taps at
/// each level so far.
fn smoothing(level: u32, shrink: f64) -> f64 {
    let filters: f64 = (0..=level).map(|k| 4.0f64.powi(k.max(1) as i32 - 1)).sum();
    (1.0 / 12.0 + filters) * shrink * shrink
}

/// The part of a symmetric matrix with eigenvalues that, times `sign`, exceed `least`.
fn part(m: &Square, sign: f64, least: f64) -> Square {
    let angle = 0.5 * (2.0 * m[0][1]).atan2(m[0][0] - m[1][1]);
    let mut sum = [[0.0; 2]; 2];
    for axis in [[angle.cos(), angle.sin()], [-angle.sin(), angle.cos()]] {
        let along = |i: usize| m[i][0] * axis[0] + m[i][1] * axis[1];
        let value = sign * (axis[0] * along(0) + axis[1] * along(1));
        if value > least {
            for (i, row) in sum.iter_mut().enumerate() {
                row[0] += value * axis[i] * axis[0];
                row[1] += value * axis[i] * axis[1];
            }
        }
    }
    sum
}

/// Variances of the blur for the template, in the plane, and for the frame, in pixels: the pixels at arming
/// and now may differ in size and shape. Less than 8 % of the smoothing is ignored.
fn footprint(level: u32, shrink: f64, home: &Rows, now: &Rows) -> [[f64; 3]; 2] {
    let home = slope(home);
    let to_home = product2(&home, &inverse2(slope(now)));
    let smoothing = smoothing(level, shrink);
    let spread = product2(&to_home, &turned(&to_home));
    let same = |i: usize, j: usize| if i == j { 1.0 } else { 0.0 };
    let excess = [0, 1].map(|i| [0, 1].map(|j| smoothing * (spread[i][j] - same(i, j))));
    let brought = |m: &Square, by: Square| {
        let m = product2(&product2(&by, m), &turned(&by));
        [m[0][0], m[0][1], m[1][1]]
    };
    let template = part(&excess, 1.0, 0.08 * smoothing);
    let image = part(&excess, -1.0, 0.08 * smoothing);
    [
        brought(&template, inverse2(home)),
        brought(&image, inverse2(to_home)),
    ]
}

/// Taps with this variance.
fn taps([xx, xy, yy]: [f64; 3]) -> Taps {
    if xx <= 0.0 {
        return [[0.0; 2], [0.0, (3.0 * yy).max(0.0).sqrt()]];
    }
    let first = [xx, xy].map(|v| v * (3.0 / xx).sqrt());
    [first, [0.0, (3.0 * (yy - xy * xy / xx)).max(0.0).sqrt()]]
}

/// Taps of all levels for the plane at `h`.
pub fn set_footprints(known: &mut Known, h: &Rows, shrink: f64) {
    for level in 0..4 {
        let [template, image] = footprint(level as u32, shrink, &known.home, h);
        known.template_taps[level] = taps(template);
        known.image_taps[level] = taps(image);
    }
}

/// Homography from the start of the exposure to its end, and the longest motion in pixels; `way` is the
/// motion during a frame time, of which the shutter is open for a part, centred on the middle.
pub fn path(h: &Rows, way: &Rows, shutter: f64) -> (Rows, f64) {
    let end = |sign: f64| {
        let part = each(&SAME, way, |same, way| {
            same + sign * shutter / 2.0 * (way - same)
        });
        product(&part, h)
    };
    let (start, end) = (end(-1.0), end(1.0));
    let way = |p: Point| distance(map(&start, p), map(&end, p));
    let ways = CORNERS.iter().map(|corner| way(*corner));
    (
        normalised(&product(&inverse(&end), &start)),
        ways.fold(way([0.0, 0.0]), f64::max),
    )
}
