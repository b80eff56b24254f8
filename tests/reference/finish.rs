//! Last step of the repair: limits, and debanding.

use super::samples::Samples;

/// Largest change that each limit allows, in 8-bit code values.
pub struct Limits {
    pub change: f64,
    pub band: f64,
    pub code: f64,
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

/// Minimum and maximum of a pixel and its neighbours.
fn range(plane: &Samples, x: i64, y: i64) -> (f64, f64) {
    let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
    let values = around.map(|(x, y)| plane.nearest(x, y));
    values.fold((f64::MAX, f64::MIN), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

pub fn finish(source: &Samples, repaired: &Samples, limits: &Limits) -> Samples {
    Samples::from_fn((source.width, source.height), |x, y| {
        let at = y * source.width + x;
        let change = repaired.data[at] - source.data[at];
        let (low, high) = range(source, x as i64, y as i64);
        let value = source.data[at] + change.clamp(-limits.change, limits.change);
        let value = value.clamp(low, high);
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
