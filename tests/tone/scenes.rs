//! A well exposed scene, and what goes wrong with it.

use gst_video::{VideoColorimetry, VideoFormat, VideoInfo};

use crate::video::{frame, init};

pub const SIZE: (u32, u32) = (96, 60);

/// What is wrong with a picture.
#[derive(Debug, Clone, Copy)]
pub struct Damage {
    /// Stops too bright.
    pub stops: f64,
    /// Luma of black.
    pub lift: f64,
    /// Factors of light on red and blue.
    pub cast: [f64; 2],
}

pub const NONE: Damage = Damage {
    stops: 0.0,
    lift: 0.0,
    cast: [1.0; 2],
};
pub const DARK: Damage = Damage {
    stops: -2.0,
    ..NONE
};
pub const BRIGHT: Damage = Damage { stops: 1.5, ..NONE };
pub const HAZY: Damage = Damage { lift: 0.16, ..NONE };
pub const WARM: Damage = Damage {
    cast: [1.45, 0.55],
    ..NONE
};

fn hash(x: u32, y: u32, seed: u32) -> f64 {
    let mut h =
        x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    f64::from((h ^ (h >> 15)) >> 8) / f64::from(1u32 << 24)
}

/// Red, green and blue of a scene with dark, middle and bright parts, most of them nearly grey.
pub fn scene(seed: u32, x: u32, y: u32) -> [f64; 3] {
    let patch = |salt: u32| hash(x / 8, y / 6, seed + 977 * salt);
    let light = (0.03 + 0.95 * patch(0).powf(1.6)) * (0.94 + 0.06 * hash(x, y, seed + 5));
    let tint = if patch(1) < 0.7 { 0.03 } else { 0.3 };
    [2, 3, 4].map(|salt| (light * (1.0 + tint * (patch(salt) - 0.5))).clamp(0.0, 1.0))
}

fn damaged(colour: [f64; 3], damage: &Damage) -> [f64; 3] {
    let [red, blue] = damage.cast;
    let grey = 0.2126 * red + 0.7152 + 0.0722 * blue;
    let gains = [red, 1.0, blue].map(|gain| gain / grey * damage.stops.exp2());
    let mut gains = gains.into_iter();
    colour.map(|code| {
        let light = code.powf(2.2) * gains.next().unwrap_or(1.0);
        damage.lift + (1.0 - damage.lift) * light.min(1.0).powf(1.0 / 2.2)
    })
}

pub fn info() -> VideoInfo {
    init();
    VideoInfo::builder(VideoFormat::Y444, SIZE.0, SIZE.1)
        .fps(gst::Fraction::new(25, 1))
        .colorimetry(&"bt709".parse::<VideoColorimetry>().unwrap())
        .build()
        .unwrap()
}

/// A frame of 4:4:4 whose R'G'B' is `colour(x, y)`.
pub fn painted(index: u64, colour: impl Fn(u32, u32) -> [f64; 3]) -> gst::Buffer {
    let info = info();
    let mut buffer = frame(&info, index);
    let mut map = buffer.make_mut().map_writable().unwrap();
    for (x, y) in (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (x, y))) {
        let [r, g, b] = colour(x, y);
        let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        let codes = [
            16.0 + 219.0 * luma,
            128.0 + 224.0 * (b - luma) / 1.8556,
            128.0 + 224.0 * (r - luma) / 1.5748,
        ];
        for (plane, code) in codes.into_iter().enumerate() {
            let at = info.offset()[plane] + (y * info.stride()[plane] as u32 + x) as usize;
            map[at] = code.round().clamp(0.0, 255.0) as u8;
        }
    }
    drop(map);
    buffer
}

/// A frame of a scene.
pub fn shown(index: u64, seed: u32, damage: &Damage) -> gst::Buffer {
    painted(index, |x, y| damaged(scene(seed, x, y), damage))
}

/// Codes of a component.
pub fn codes(buffer: &gst::Buffer, component: usize) -> Vec<f64> {
    let info = info();
    let map = buffer.map_readable().unwrap();
    let first = info.offset()[component];
    let row = |y: u32| first + (y * info.stride()[component] as u32) as usize;
    let rows = (0..SIZE.1).flat_map(|y| map[row(y)..row(y) + SIZE.0 as usize].iter());
    rows.map(|code| f64::from(*code)).collect()
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Mean square difference over all components.
pub fn error(a: &gst::Buffer, b: &gst::Buffer) -> f64 {
    let parts = [0, 1, 2].map(|component| {
        let pairs = codes(a, component).into_iter().zip(codes(b, component));
        mean(&pairs.map(|(a, b)| (a - b).powi(2)).collect::<Vec<_>>())
    });
    parts.iter().sum()
}
