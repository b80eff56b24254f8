//! What a frame shows of a placement, pixel by pixel.

use crate::reference::place::setup::{Point, Rows, corners, covered, map};
use crate::reference::samples::Samples;
use crate::reference::source::yuv::linear;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Pixels of the frame that the placement covers.
    pub area: f64,
    /// Share of them that something is in front of.
    pub hidden: f64,
    /// Mean codes where nothing is: of the frame with the placement, and without.
    pub codes: [f64; 2],
}

/// A placement that covers `fit` of the plane, in luma before and after.
pub fn measure(
    (to_frame, to_plane): (&Rows, &Rows),
    fit: Point,
    shares: Option<&Samples>,
    (before, after): (&Samples, &Samples),
) -> Found {
    let quad = corners(to_frame, fit);
    let (mut area, mut visible, mut codes) = (0.0, 0.0, [0.0; 2]);
    for y in 0..before.height {
        for x in 0..before.width {
            let at = [x as f64, y as f64];
            let cover = covered(&quad, at, [1.0, 1.0]);
            let seen = cover * shares.map_or(1.0, |cells| share(cells, map(to_plane, at)));
            area += cover;
            visible += seen;
            codes[0] += seen * after.at(x, y);
            codes[1] += seen * before.at(x, y);
        }
    }
    Found {
        area,
        hidden: 1.0 - visible / area,
        codes: codes.map(|sum| sum / visible),
    }
}

/// Share of the plane at a place of the plane, -1 to 1.
fn share(cells: &Samples, [u, v]: Point) -> f64 {
    let x = (u + 1.0) / 2.0 * cells.width as f64 - 0.5;
    let y = (v + 1.0) / 2.0 * cells.height as f64 - 0.5;
    linear(cells, x, y)
}
