//! Draws a source into chroma, interleaved or not.

use super::luma::Scene;
use crate::reference::samples::Samples;
use crate::reference::source::yuv::{Sampling, yuv_at};

/// Unrounded codes of U and V of a frame in BT.709, limited range.
pub fn place_chroma(planes: &[Samples], how: &Sampling, scene: &Scene) -> [Samples; 2] {
    let size = (planes[1].width, planes[1].height);
    [0, 1].map(|component| {
        Samples::from_fn(size, |x, y| {
            let site = |x: f64| {
                [
                    x * how.sub[0] + how.site[0],
                    y as f64 * how.sub[1] + how.site[1],
                ]
            };
            let at = site(x as f64);
            let over = scene.placed(at, how.sub, site((x / 4 * 4) as f64 + 1.5));
            if over == [0.0; 4] {
                return planes[1 + component].at(x, y);
            }
            let [red, green, blue] = scene.change(at, yuv_at(planes, how, at[0], at[1]), over);
            let luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            let chroma = [(blue - luma) / 1.8556, (red - luma) / 1.5748][component];
            planes[1 + component].at(x, y) + 224.0 * chroma * how.fine
        })
    })
}
