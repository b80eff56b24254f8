//! The frame at each texel of the plate.

use crate::reference::homography::{Rows, depth, map};
use crate::reference::samples::Samples;
use crate::reference::source::yuv::{Sampling, yuv_at};

/// Texels of the plate along a side.
pub const SIDE: usize = 288;

/// Luma above black and chroma in 8-bit codes, and 1 inside of the frame.
pub type Texel = [f64; 4];

/// Kinds of a texel of the plate besides 0 and 1: something in front was seen there at arming; or the plane since.
pub const MASKED: f64 = -1.0;
pub const RELEARNT: f64 = 2.0;

pub fn look(planes: &[Samples], how: &Sampling, seen: &Rows) -> Vec<Texel> {
    let mut all = Vec::new();
    for at in 0..SIDE * SIDE {
        let p = [at % SIDE, at / SIDE].map(|v| (2 * v + 1) as f64 / SIDE as f64 - 1.0);
        let [x, y] = map(seen, p);
        let (right, bottom) = (planes[0].width as f64 - 1.0, planes[0].height as f64 - 1.0);
        let is_inside = depth(seen, p) > 0.05 && x >= 0.0 && y >= 0.0 && x <= right && y <= bottom;
        let [luma, blue, red] = yuv_at(planes, how, x, y);
        all.push(match is_inside {
            true => [219.0 * luma, 224.0 * blue, 224.0 * red, 1.0],
            false => [0.0; 4],
        });
    }
    all
}
