//! Test pictures: a still scene, and noise that is new in each frame.

use gst_video::prelude::*;
use gst_video::{VideoFrameRef, VideoInfo};

use crate::video::stamp;

/// Standard deviation of the noise in [`Scene::noisy`], in 8-bit code values.
pub const SIGMA: f64 = 10.0;

/// A scene: stripes around a level, in 8-bit code values.
#[derive(Clone, Copy)]
pub struct Scene {
    pub level: f64,
    pub stripes: f64,
}

pub const DARK: Scene = Scene {
    level: 70.0,
    stripes: 0.35,
};
/// So close to [`DARK`] that nobody can take the change for a cut.
pub const NEAR: Scene = Scene {
    level: 74.0,
    stripes: 0.35,
};
pub const BRIGHT: Scene = Scene {
    level: 170.0,
    stripes: 0.23,
};

impl Scene {
    pub fn clean(&self, component: u32, x: u32, y: u32) -> f64 {
        let phase = self.stripes * (f64::from(x) + 0.5 * f64::from(y) + f64::from(component));
        self.level + 20.0 * phase.sin()
    }

    /// An 8-bit code value of frame `index`.
    pub fn noisy(&self, index: u64, component: u32, x: u32, y: u32) -> u16 {
        let seed = index << 40 | u64::from(component) << 32 | u64::from(y) << 16 | u64::from(x);
        let value = self.clean(component, x, y) + SIGMA * normal(seed);
        value.round().clamp(1.0, 254.0) as u16
    }

    /// Frame `index` of the noisy scene.
    pub fn frame(&self, info: &VideoInfo, index: u64) -> gst::Buffer {
        paint(info, index, |component, x, y| {
            self.noisy(index, component, x, y)
        })
    }

    pub fn frames(&self, info: &VideoInfo, count: u64) -> Vec<gst::Buffer> {
        (0..count).map(|index| self.frame(info, index)).collect()
    }
}

/// About normal, mean 0, deviation 1: the sum of 12 evenly spread numbers.
fn normal(seed: u64) -> f64 {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut sum = -6.0;
    for _ in 0..12 {
        state ^= state >> 31;
        state = state.wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(1);
        sum += (state >> 40) as f64 / (1u64 << 24) as f64;
    }
    sum
}

/// Bits below a sample's value in its word, those that more than 8 bits of depth add included.
fn shift(info: &VideoInfo) -> u32 {
    info.format_info().shift()[0] + info.comp_depth(0) - 8
}

/// A frame from 8-bit code values.
pub fn paint(info: &VideoInfo, index: u64, value: impl Fn(u32, u32, u32) -> u16) -> gst::Buffer {
    let mut buffer = gst::Buffer::with_size(info.size()).unwrap();
    let writable = buffer.get_mut().unwrap();
    writable.map_writable().unwrap().fill(0);
    stamp(writable, index);
    let mut mapped = VideoFrameRef::from_buffer_ref_writable(writable, info).unwrap();
    for component in 0..info.n_components() {
        let (step, stride) = steps(info, component);
        let (width, height) = size(info, component);
        let plane = mapped.comp_plane(component);
        let data = &mut mapped.plane_data_mut(plane).unwrap()[first(info, component)..];
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let word = value(component, x, y) << shift(info);
            let at = y as usize * stride + x as usize * step;
            match info.comp_depth(0) {
                8 => data[at] = word as u8,
                _ => data[at..at + 2].copy_from_slice(&word.to_le_bytes()),
            }
        }
    }
    drop(mapped);
    buffer
}

/// Bytes before the first sample of a component. GStreamer 1.22 itself puts the second one of
/// P010 at byte 1.
fn first(info: &VideoInfo, component: u32) -> usize {
    match (info.comp_poffset(component as u8), info.comp_depth(0)) {
        (0, _) => 0,
        (offset, 8) => offset as usize,
        _ => 2,
    }
}

/// Bytes from sample to sample and from row to row.
fn steps(info: &VideoInfo, component: u32) -> (usize, usize) {
    let step = info.comp_pstride(component as u8);
    (step as usize, info.comp_stride(component as u8) as usize)
}

/// Samples of a component, across and down.
pub fn size(info: &VideoInfo, component: u32) -> (u32, u32) {
    let component = component as u8;
    (info.comp_width(component), info.comp_height(component))
}

/// The samples of a component in words of the format's own depth, row by row.
pub fn read(buffer: &gst::BufferRef, info: &VideoInfo, component: u32) -> Vec<Vec<u16>> {
    let mapped = VideoFrameRef::from_buffer_ref_readable(buffer, info).unwrap();
    let step = mapped.comp_pstride(component) as usize;
    let stride = mapped.comp_stride(component) as usize;
    let (width, height) = size(info, component);
    let plane = mapped.plane_data(mapped.comp_plane(component)).unwrap();
    let data = &plane[first(info, component)..];
    let sample = |at: usize| match info.comp_depth(0) {
        8 => u16::from(data[at]),
        _ => u16::from_le_bytes([data[at], data[at + 1]]) >> info.format_info().shift()[0],
    };
    let row = |y: u32| (0..width).map(move |x| y as usize * stride + x as usize * step);
    (0..height).map(|y| row(y).map(sample).collect()).collect()
}

/// Mean square difference from the clean scene, in 8-bit code values.
pub fn error(buffer: &gst::BufferRef, info: &VideoInfo, scene: &Scene, component: u32) -> f64 {
    let scale = f64::from(1 << (info.comp_depth(0) - 8));
    let rows = read(buffer, info, component);
    let mut sum = 0.0;
    for (y, row) in rows.iter().enumerate() {
        for (x, sample) in row.iter().enumerate() {
            let clean = scene.clean(component, x as u32, y as u32);
            sum += (f64::from(*sample) / scale - clean).powi(2);
        }
    }
    sum / (rows.len() * rows[0].len()) as f64
}
