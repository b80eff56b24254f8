//! Texels of a source from Y'CbCr of BT.709, limited range.

use super::rgba::Texels;
use crate::reference::samples::Samples;

/// Layout of a frame's samples.
#[derive(Debug, Clone, Copy)]
pub struct Sampling {
    /// Luma pixels in a chroma sample.
    pub sub: [f64; 2],
    /// Position of the first chroma sample.
    pub site: [f64; 2],
    /// Code values in one 8-bit code value: 1 or 4.
    pub fine: f64,
}

/// Interpolates between samples; the outermost are repeated.
pub fn linear(plane: &Samples, x: f64, y: f64) -> f64 {
    let (left, top) = (x.floor(), y.floor());
    let mut sum = 0.0;
    for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
        let weight = (1.0 - (x - left - dx).abs()) * (1.0 - (y - top - dy).abs());
        sum += weight * plane.nearest((left + dx) as i64, (top + dy) as i64);
    }
    sum
}

/// R'G'B' from Y' 0 to 1 and chroma -0.5 to 0.5.
pub fn rgb([y, cb, cr]: [f64; 3]) -> [f64; 3] {
    [
        y + 1.5748 * cr,
        y - 0.187324 * cb - 0.468124 * cr,
        y + 1.8556 * cb,
    ]
}

/// Luma and chroma at any position of a frame: Y' 0 to 1, chroma -0.5 to 0.5.
pub fn yuv_at(planes: &[Samples], how: &Sampling, x: f64, y: f64) -> [f64; 3] {
    let luma = (linear(&planes[0], x, y) / how.fine - 16.0) / 219.0;
    let chroma = |plane: Option<&Samples>| {
        plane.map_or(0.0, |plane| {
            let (x, y) = (
                (x - how.site[0]) / how.sub[0],
                (y - how.site[1]) / how.sub[1],
            );
            (linear(plane, x, y) / how.fine - 128.0) / 224.0
        })
    };
    [luma, chroma(planes.get(1)), chroma(planes.get(2))]
}

/// `planes` are Y, or Y, U and V, in codes.
pub fn source_yuv(planes: &[Samples], how: &Sampling) -> Texels {
    let (width, height) = (planes[0].width, planes[0].height);
    let texel = |at: usize| {
        let [r, g, b] = rgb(yuv_at(
            planes,
            how,
            (at % width) as f64,
            (at / width) as f64,
        ));
        [r, g, b, 1.0]
    };
    Texels {
        width,
        height,
        data: (0..width * height).map(texel).collect(),
    }
}
