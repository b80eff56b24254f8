//! The bridge between GStreamer and the GPU layer, with a filter made for these tests.

mod allocation;
mod caps;
mod delay;
pub mod errors;
mod filter;
pub mod leaks;
mod memory;
pub mod metas;
mod passthrough;
mod sharing;
pub mod transfer;

use std::sync::Once;

use gst::prelude::*;
use gst_check::Harness;
use gst_video::prelude::*;
use gst_video::{VideoFrameRef, VideoInfo};

pub use filter::TestFilter;

/// Initialises GStreamer with the plugin linked into this binary, not an installed one.
pub fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gst::init().unwrap();
        gstwgpu::plugin_register_static().unwrap();
        filter::register();
    });
}

/// A harness around a launch line, with the same caps on both sides.
pub fn harness(line: &str, caps: &gst::Caps) -> Harness {
    init();
    let mut harness = Harness::new_parse(line);
    harness.set_src_caps(caps.clone());
    harness
}

/// The element of that name in a harness.
pub fn find<T: IsA<gst::Element>>(harness: &mut Harness, name: &str) -> T {
    let element = harness.element().unwrap();
    let found = match element.downcast_ref::<gst::Bin>() {
        Some(bin) => bin.by_name(name).unwrap(),
        None => element,
    };
    found.downcast().unwrap()
}

pub fn video(format: gst_video::VideoFormat, width: u32, height: u32) -> VideoInfo {
    init();
    let fps = gst::Fraction::new(25, 1);
    VideoInfo::builder(format, width, height)
        .fps(fps)
        .build()
        .unwrap()
}

pub fn caps_of(info: &VideoInfo) -> gst::Caps {
    info.to_caps().unwrap()
}

/// Bytes without a pattern.
pub fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..bytes).map(step).collect()
}

/// Frame `index` of a stream of noise, in GStreamer's default layout.
pub fn frame(info: &VideoInfo, index: u64) -> gst::Buffer {
    let mut buffer = gst::Buffer::from_mut_slice(noise(info.size(), index + 1));
    stamp(buffer.get_mut().unwrap(), index);
    buffer
}

pub fn stamp(buffer: &mut gst::BufferRef, index: u64) {
    let time = gst::ClockTime::from_mseconds(40);
    buffer.set_pts(index * time);
    buffer.set_dts(index * time);
    buffer.set_duration(time);
    buffer.set_offset(index);
    buffer.set_offset_end(index + 1);
}

/// The samples of all planes, without what lies between the rows; of packed formats those of each
/// component, without what lies beyond the last column.
pub fn samples(buffer: &gst::BufferRef, info: &VideoInfo) -> Vec<Vec<u8>> {
    let layout = gstwgpu::video::format::layout(info).unwrap();
    if layout.packed.is_none() {
        return rows(buffer, info);
    }
    let mapped = VideoFrameRef::from_buffer_ref_readable(buffer, info).unwrap();
    let component = |component: u32| {
        let data = mapped.comp_data(component).unwrap();
        let step = mapped.comp_pstride(component) as usize;
        let stride = mapped.comp_stride(component) as usize;
        let row = move |y: u32| y as usize * stride;
        let places = (0..mapped.comp_height(component)).map(row);
        let width = mapped.comp_width(component) as usize;
        places
            .flat_map(|start| (0..width).map(move |x| data[start + x * step]))
            .collect()
    };
    (0..mapped.n_components()).map(component).collect()
}

/// The bytes of all planes of host memory, without what lies between the rows.
pub fn rows(buffer: &gst::BufferRef, info: &VideoInfo) -> Vec<Vec<u8>> {
    let layout = gstwgpu::video::format::layout(info).unwrap();
    let mapped = VideoFrameRef::from_buffer_ref_readable(buffer, info).unwrap();
    let planes = layout.host_spans().into_iter().enumerate();
    planes
        .map(|(index, plane)| {
            let data = mapped.plane_data(index as u32).unwrap();
            let stride = mapped.plane_stride()[index] as usize;
            let row = plane.row_bytes as usize;
            (0..plane.rows as usize)
                .flat_map(|y| data[y * stride..][..row].to_vec())
                .collect()
        })
        .collect()
}

/// What the test filter makes of these samples.
pub fn inverted(samples: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let planes = samples.into_iter();
    planes
        .map(|plane| plane.into_iter().map(|byte| !byte).collect())
        .collect()
}

/// One field of an element's statistics.
pub fn stat(element: &impl IsA<gst::Element>, field: &str) -> u64 {
    element
        .property::<gst::Structure>("stats")
        .get(field)
        .unwrap()
}
