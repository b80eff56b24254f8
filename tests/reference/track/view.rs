//! Views in which a lost plane is searched for.

use crate::reference::homography::{Rows, map, normalised, product};

/// Views other than as last seen, in the order in which they are tried.
pub const VIEWS: u32 = 12;

/// The number of the view in a frame, after so many frames of being lost; 0 is as last seen.
pub fn view_in(lost: u32) -> u32 {
    match lost {
        0..12 => 0,
        _ if lost.is_multiple_of(2) => 0,
        _ => 1 + lost / 2 % VIEWS,
    }
}

/// Rows of the change in a view: a size, a turn in radians, or narrower by the cosine of 45 degrees along a line.
fn change(view: u32) -> [[f64; 2]; 2] {
    let sized = |size: f64| [[size, 0.0], [0.0, size]];
    let turned = |angle: f64| {
        let (sin, cos) = angle.sin_cos();
        [[cos, -sin], [sin, cos]]
    };
    let slanted = |degrees: f64| {
        let (y, x) = degrees.to_radians().sin_cos();
        let less = 1.0 - 45f64.to_radians().cos();
        [
            [1.0 - less * x * x, -less * x * y],
            [-less * x * y, 1.0 - less * y * y],
        ]
    };
    match view {
        1 => sized(0.7),
        2 => sized(1.4),
        3 => sized(0.5),
        4 => sized(2.0),
        5 => turned(0.5),
        6 => turned(-0.5),
        7 => turned(0.9),
        8 => turned(-0.9),
        9 => slanted(0.0),
        10 => slanted(45.0),
        11 => slanted(90.0),
        12 => slanted(135.0),
        _ => sized(1.0),
    }
}

/// The pose in a view; the plane's middle stays.
pub fn viewed(h: &Rows, view: u32) -> Rows {
    let [[a, b], [c, d]] = change(view);
    let [x, y] = map(h, [0.0, 0.0]);
    let about = [
        [a, b, x - a * x - b * y],
        [c, d, y - c * x - d * y],
        [0.0, 0.0, 1.0],
    ];
    normalised(&product(&about, h))
}
