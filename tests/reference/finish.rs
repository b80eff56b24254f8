//! Last step of the repair: limits, and debanding.

use super::samples::Samples;

/// Largest change that each limit allows, in 8-bit code values.
pub struct Limits {
    pub change: f64,
    pub band: f64,
    pub code: f64,
    /// Contrast from which a drawing stays.
    pub drawn: f64,
}

fn dither(x: u32, y: u32) -> f64 {
    let mut hash = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    f64::from((hash ^ (hash >> 15)) >> 8) / f64::from(1 << 24) - 0.5
}

/// Pixels 8 away; columns outside are those of the nearest quad.
fn taps(plane: &Samples, x: i64, y: i64) -> [f64; 4] {
    let column = |x: i64| match x {
        x if x < 0 => x.rem_euclid(4),
        x if x >= plane.width as i64 => plane.width as i64 - 4 + x % 4,
        x => x,
    };
    [(-8, 0), (8, 0), (0, -8), (0, 8)].map(|(dx, dy)| plane.nearest(column(x + dx), y + dy))
}

/// A pixel with its neighbours.
fn around(plane: &Samples, x: i64, y: i64) -> [[f64; 3]; 3] {
    [-1, 0, 1].map(|dy| [-1, 0, 1].map(|dx| plane.nearest(x + dx, y + dy)))
}

/// Minimum and maximum of them.
fn range(pixels: &[[f64; 3]; 3]) -> (f64, f64) {
    let all = pixels.as_flattened().iter();
    all.fold((f64::MAX, f64::MIN), |(low, high), value| {
        (low.min(*value), high.max(*value))
    })
}

/// Whether the pixels have two values, or are two or four areas of one value each, divided by a straight
/// line along each axis.
fn is_drawing(pixels: &[[f64; 3]; 3]) -> bool {
    let (low, high) = range(pixels);
    let mut all = pixels.as_flattened().iter();
    let turned = [0, 1, 2].map(|x| [0, 1, 2].map(|y| pixels[y][x]));
    let divided = |rows: &[[f64; 3]; 3]| rows[0] == rows[1] || rows[1] == rows[2];
    all.all(|value| [low, high].contains(value)) || divided(pixels) && divided(&turned)
}

pub fn finish(source: &Samples, repaired: &Samples, limits: &Limits) -> Samples {
    Samples::from_fn((source.width, source.height), |x, y| {
        let at = y * source.width + x;
        let change = repaired.data[at] - source.data[at];
        let pixels = around(source, x as i64, y as i64);
        let (low, high) = range(&pixels);
        let value = source.data[at] + change.clamp(-limits.change, limits.change);
        let stays = high - low >= limits.drawn && is_drawing(&pixels);
        let value = if stays {
            source.data[at]
        } else {
            value.clamp(low, high)
        };
        let taps = taps(repaired, x as i64, y as i64);
        let far = taps.iter().map(|tap| (tap - value).abs());
        let farthest = far.fold(0.0, f64::max);
        if farthest < limits.band && farthest > limits.code / 4.0 {
            let mean = taps.iter().sum::<f64>() / 4.0;
            mean + dither(x as u32, y as u32) * limits.code
        } else {
            value
        }
    })
}
