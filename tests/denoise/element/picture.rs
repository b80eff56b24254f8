//! Test pictures: a still scene, and noise that is new in each frame.

use gst_video::prelude::*;
use gst_video::{VideoChromaSite, VideoFormatInfo, VideoFrameRef, VideoInfo, VideoPackFlags};

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

/// A frame from 8-bit code values, put into its format by GStreamer.
pub fn paint(info: &VideoInfo, index: u64, value: impl Fn(u32, u32, u32) -> u16) -> gst::Buffer {
    let mut buffer = gst::Buffer::with_size(info.size()).unwrap();
    let writable = buffer.get_mut().unwrap();
    writable.map_writable().unwrap().fill(0);
    stamp(writable, index);
    let known = info.format_info();
    let mut mapped = VideoFrameRef::from_buffer_ref_writable(writable, info).unwrap();
    let bytes = sample_bytes(info);
    for y in 0..info.height() {
        let mut line = Vec::new();
        for (x, channel) in (0..info.width()).flat_map(|x| (0..4).map(move |c| (x, c))) {
            let component = (channel + 3) % 4;
            let value = match component < info.n_components() {
                true => {
                    let (sub_x, sub_y) = subsampling(info, component);
                    value(component, x >> sub_x, y >> sub_y)
                }
                false => 128,
            };
            match bytes {
                1 => line.push(value as u8),
                _ => line.extend((value << 8).to_ne_bytes()),
            }
        }
        // Some formats are packed by groups of pixels.
        line.resize(line.len() + 64 * 4 * bytes, 0);
        let stride = line.len() as i32;
        let strides = mapped.plane_stride()[..info.n_planes() as usize].to_vec();
        // The binding takes all planes for as high as the picture.
        let data = (0..info.n_planes()).map(|plane| mapped.plane_data(plane).unwrap());
        let room = info.size() + 64;
        let mut data: Vec<_> = data.map(|data| [data, &vec![0; room]].concat()).collect();
        let mut planes: Vec<_> = data.iter_mut().map(Vec::as_mut_slice).collect();
        let (flags, site) = (VideoPackFlags::empty(), VideoChromaSite::COSITED);
        let (y, width) = (y as i32, info.width() as i32);
        known.pack(flags, &line, stride, &mut planes, &strides, site, y, width);
        for (plane, data) in data.iter().enumerate() {
            let to = mapped.plane_data_mut(plane as u32).unwrap();
            to.copy_from_slice(&data[..to.len()]);
        }
    }
    drop(mapped);
    buffer
}

/// Bytes of a sample as GStreamer reads it.
fn sample_bytes(info: &VideoInfo) -> usize {
    let common = VideoFormatInfo::from_format(info.format_info().unpack_format());
    common.pixel_stride()[0] as usize / 4
}

/// Shifts from pixels to samples of a component.
fn subsampling(info: &VideoInfo, component: u32) -> (u32, u32) {
    let (known, component) = (info.format_info(), component as usize);
    (known.w_sub()[component], known.h_sub()[component])
}

/// Samples of a component, across and down.
pub fn size(info: &VideoInfo, component: u32) -> (u32, u32) {
    let component = component as u8;
    (info.comp_width(component), info.comp_height(component))
}

/// The samples of a component in words of the format's own depth, row by row.
pub fn read(buffer: &gst::BufferRef, info: &VideoInfo, component: u32) -> Vec<Vec<u16>> {
    let all = crate::video::components(buffer, info);
    let words = all[component as usize].chunks(sample_bytes(info));
    let depth = info.comp_depth(component as u8);
    let words: Vec<u16> = words.map(|bytes| word(bytes, depth)).collect();
    let (width, height) = size(info, component);
    let (sub_x, sub_y) = subsampling(info, component);
    let sample = |x: u32, y: u32| words[((y << sub_y) * info.width() + (x << sub_x)) as usize];
    (0..height)
        .map(|y| (0..width).map(|x| sample(x, y)).collect())
        .collect()
}

fn word(bytes: &[u8], depth: u32) -> u16 {
    match bytes {
        [low, high] => u16::from_ne_bytes([*low, *high]) >> (16 - depth),
        _ => u16::from(bytes[0]),
    }
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
