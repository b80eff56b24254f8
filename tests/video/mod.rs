//! The bridge between GStreamer and the GPU layer, with a filter made for these tests.

mod allocation;
mod caps;
mod choice;
mod delay;
pub mod errors;
mod figures;
mod filter;
mod formats;
mod kept;
mod large;
mod lateness;
pub mod leaks;
mod load;
mod memory;
pub mod metas;
mod pace;
mod passthrough;
mod sharing;
mod skipped;
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

/// The samples of all planes without padding between rows; for formats with a sample order of their own,
/// those of each component as GStreamer reads them.
pub fn samples(buffer: &gst::BufferRef, info: &VideoInfo) -> Vec<Vec<u8>> {
    match gstwgpu::video::format::layout(info).unwrap().host {
        None => rows(buffer, info),
        Some(_) => components(buffer, info),
    }
}

/// The samples of each component at each pixel, as GStreamer reads them: bytes of 8 bits, or pairs of them
/// with all bits in use. Alpha comes last.
pub fn components(buffer: &gst::BufferRef, info: &VideoInfo) -> Vec<Vec<u8>> {
    let mapped = VideoFrameRef::from_buffer_ref_readable(buffer, info).unwrap();
    let known = info.format_info();
    let common = gst_video::VideoFormatInfo::from_format(known.unpack_format());
    let pixel = common.pixel_stride()[0] as usize;
    let strides = &mapped.plane_stride()[..info.n_planes() as usize];
    let planes = (0..mapped.n_planes()).map(|plane| {
        let mut data = mapped.plane_data(plane).unwrap().to_vec();
        // The binding takes all planes for as high as the picture.
        data.resize(
            data.len() + strides[plane as usize] as usize * info.height() as usize,
            0,
        );
        data
    });
    let planes: Vec<_> = planes.collect();
    let planes: Vec<_> = planes.iter().map(Vec::as_slice).collect();
    let width = info.width() as usize;
    let mut line = vec![0; pixel * (width + 16)];
    let colours = !known.is_gray();
    let depths = known.depth();
    let depths = [
        (known.n_components() == 4).then(|| depths[3]),
        Some(depths[0]),
        colours.then(|| depths[1]),
        colours.then(|| depths[2]),
    ];
    // GStreamer has no room for the last sample of V, and reads that of another row.
    let last = known.format() == gst_video::VideoFormat::Nv1210le32
        || known.format() == gst_video::VideoFormat::Nv1610le32;
    let last = last && width % 6 == 3;
    let mut all = vec![Vec::new(); 4];
    for y in 0..info.height() as i32 {
        let flags = gst_video::VideoPackFlags::TRUNCATE_RANGE;
        known.unpack(flags, &mut line, &planes, strides, 0, y, width as i32);
        if last {
            let (before, own) = line[(width - 2) * pixel..width * pixel].split_at_mut(pixel);
            own[6..].copy_from_slice(&before[6..]);
        }
        for one in line[..width * pixel].chunks(pixel) {
            let bytes = one.chunks(pixel / 4).zip(depths);
            for (all, (bytes, depth)) in all.iter_mut().zip(bytes) {
                all.extend(depth.map(|depth| filled(bytes, depth)).unwrap_or_default());
            }
        }
    }
    all.rotate_left(1);
    let [alpha, rest @ ..] = depths;
    let present = rest.into_iter().chain([alpha]);
    let all = all.into_iter().zip(present);
    all.filter_map(|(all, depth)| depth.map(|_| all)).collect()
}

/// A sample whose upper bits are repeated in those that mean nothing.
fn filled(bytes: &[u8], depth: u32) -> Vec<u8> {
    let [low, high] = *bytes else {
        return bytes.to_vec();
    };
    let sample = u16::from_ne_bytes([low, high]) >> (16 - depth);
    let repeats =
        (0..16_u32.div_ceil(depth)).map(|i| (u32::from(sample) << 16 >> (depth * (i + 1))) as u16);
    repeats.fold(0, |all, one| all | one).to_ne_bytes().to_vec()
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

/// The test filter's expected output for these samples.
pub fn inverted(samples: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let planes = samples.into_iter();
    planes
        .map(|plane| plane.into_iter().map(|byte| !byte).collect())
        .collect()
}

/// The same for formats that may have alpha, which stays as it is, and for RGB.
pub fn inverted_colours(samples: Vec<Vec<u8>>, info: &VideoInfo) -> Vec<Vec<u8>> {
    let alpha = samples.last().filter(|_| info.n_components() == 4).cloned();
    let depth = info.comp_depth(0);
    // What is inverted are 16 bits of Y'CbCr, which come back rounded.
    let back = |code: u32| ((1 << depth) - code).min((1 << depth) - 1);
    let primaries = |all: Vec<u8>| match depth {
        8 => all.iter().map(|byte| back((*byte).into()) as u8).collect(),
        _ => all
            .chunks(2)
            .flat_map(|pair| {
                let code = u16::from_ne_bytes([pair[0], pair[1]]) >> (16 - depth);
                let back = back(code.into()) << (16 - depth);
                filled(&(back as u16).to_ne_bytes(), depth)
            })
            .collect(),
    };
    let mut all = match info.is_rgb() {
        true => samples.into_iter().map(primaries).collect(),
        false => inverted(samples),
    };
    if let (Some(last), Some(alpha)) = (all.last_mut(), alpha) {
        *last = alpha;
    }
    all
}

/// One field of an element's statistics.
pub fn stat(element: &impl IsA<gst::Element>, field: &str) -> u64 {
    element
        .property::<gst::Structure>("stats")
        .get(field)
        .unwrap()
}
