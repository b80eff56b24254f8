//! Twin of `packed_split.wgsl` and `packed_join.wgsl`: host memory that orders samples in its own way.

use gstwgpu::gpu::{FrameLayout, HostOrder};

/// Rows of each plane of host memory.
pub type Rows = Vec<Vec<Vec<u8>>>;

/// Where sample `x` of a component lies: its plane, and its first bit in a row.
fn place_of(order: &HostOrder, component: usize, x: usize) -> (usize, usize) {
    let letter = match order.rgb {
        Some(_) => b"RGBA"[component],
        None => b"YUVA"[component],
    };
    let bits = order.bits as usize;
    // So many letters stand for a word.
    let in_word = 32_usize.div_ceil(bits);
    for (plane, letters) in order.samples.split('|').enumerate() {
        let group = letters.len().div_ceil(in_word) * 32;
        let own = letters.bytes().enumerate().filter(|(_, l)| *l == letter);
        let own: Vec<usize> = own.map(|(at, _)| at).collect();
        if !own.is_empty() {
            let at = own[x % own.len()];
            let bit = x / own.len() * group + at / in_word * 32 + at % in_word * bits;
            return (plane, bit);
        }
    }
    panic!("{order:?} has no {letter}");
}

/// A sample's bits from a bit of a row on, the lowest first; those that fit in its word.
fn bits_of(order: &HostOrder, bit: usize) -> impl Iterator<Item = usize> {
    bit..(bit + order.bits as usize).min((bit / 32 + 1) * 32)
}

fn components(layout: &FrameLayout) -> Vec<usize> {
    let chroma = layout.has_chroma();
    let all = (0..4).filter(|c| [true, chroma, chroma, layout.alpha][*c]);
    all.collect()
}

fn size(layout: &FrameLayout, component: usize) -> (usize, usize) {
    let (width, height) = match component {
        0 | 3 => (layout.width, layout.height),
        _ => layout.chroma_size(),
    };
    (width as usize, height as usize)
}

/// Samples of each component, from host memory.
pub fn split(layout: &FrameLayout, host: &Rows) -> Vec<Vec<u32>> {
    let order = layout.host.unwrap();
    let sample = |component, x, y: usize| {
        let (plane, bit) = place_of(&order, component, x);
        let row = &host[plane][y];
        // Where the row ends before the last sample, the one before it is taken.
        let bit = match bit / 8 < row.len() {
            true => bit,
            false => place_of(&order, component, x - 1).1,
        };
        let bits = bits_of(&order, bit).enumerate();
        let one = |at: usize| u32::from(row[at / 8] >> (at % 8) & 1);
        bits.map(|(i, at)| one(at) << i).sum()
    };
    let one = |component| {
        let (width, height) = size(layout, component);
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        places.map(|(x, y)| sample(component, x, y)).collect()
    };
    let all: Vec<Vec<u32>> = components(layout).into_iter().map(one).collect();
    match order.rgb {
        Some(depth) => per_pixel(all, |colour| luma_chroma(colour, depth)),
        None => all,
    }
}

/// Each pixel's first three components changed.
fn per_pixel(mut all: Vec<Vec<u32>>, change: impl Fn([u32; 3]) -> [u32; 3]) -> Vec<Vec<u32>> {
    for at in 0..all[0].len() {
        let changed = change([all[0][at], all[1][at], all[2][at]]);
        for (component, value) in changed.into_iter().enumerate() {
            all[component][at] = value;
        }
    }
    all
}

/// Weights of red and blue in luma by BT.709, and what chroma is divided by, as fractions of these.
const WEIGHTS: (i64, i64) = (3483, 1183);
const ONE: i64 = 1 << 14;

fn divided(value: i64, divisor: i64) -> i64 {
    (value + divisor / 2).div_euclid(divisor)
}

/// Y'CbCr of 16 bits from R, G and B, whose lowest `depth` bits mean something.
pub fn luma_chroma(colour: [u32; 3], depth: u32) -> [u32; 3] {
    let [r, g, b] = colour.map(|code| i64::from(code % (1 << depth)) << (16 - depth));
    let (kr, kb) = WEIGHTS;
    let y = divided(kr * r + (ONE - kr - kb) * g + kb * b, ONE);
    // 1 / (2 - 2 k), in steps of 1 / 2^15.
    let scale = |k: i64| divided(ONE << 14, ONE - k);
    let chroma = |primary: i64, k: i64| 32768 + divided((primary - y) * scale(k), 1 << 15);
    [y, chroma(b, kb), chroma(r, kr)].map(|value| value as u32)
}

/// R, G and B of `depth` bits from Y'CbCr of 16 bits.
pub fn colour(values: [u32; 3], depth: u32) -> [u32; 3] {
    let [y, u, v] = values.map(i64::from);
    let (kr, kb) = WEIGHTS;
    let primary = |chroma: i64, k: i64| y + divided((chroma - 32768) * 2 * (ONE - k), ONE);
    let (r, b) = (primary(v, kr), primary(u, kb));
    let kg = ONE - kr - kb;
    let g = (y * ONE - kr * r - kb * b + kg / 2) / kg;
    let most = (1 << depth) - 1;
    [r, g, b].map(|value| divided(value, 1 << (16 - depth)).clamp(0, most) as u32)
}

/// Host memory with so many bytes to a row of each plane. Where a row goes on beyond the last column, its
/// samples are repeated; other bits are 0.
pub fn join(layout: &FrameLayout, samples: &[Vec<u32>], spans: &[(usize, usize)]) -> Rows {
    let order = layout.host.unwrap();
    let samples = match order.rgb {
        Some(depth) => per_pixel(samples.to_vec(), |values| colour(values, depth)),
        None => samples.to_vec(),
    };
    let mut host: Rows = spans
        .iter()
        .map(|(bytes, rows)| vec![vec![0; *bytes]; *rows])
        .collect();
    for (samples, component) in samples.iter().zip(components(layout)) {
        let (width, height) = size(layout, component);
        for y in 0..height {
            for x in 0..width + 8 {
                let (plane, bit) = place_of(&order, component, x);
                let value = samples[y * width + x.min(width - 1)];
                let row = &mut host[plane][y];
                for (i, at) in bits_of(&order, bit).enumerate() {
                    if at / 8 < row.len() {
                        row[at / 8] |= ((value >> i & 1) as u8) << (at % 8);
                    }
                }
            }
        }
    }
    host
}
