//! Frames in DMABuf memory come to the GPU without the CPU, and as they are.

use gst_video::{VideoFormat, VideoInfo};

use super::{PLACES, in_dmabuf, memory, with_dmabuf};
use crate::denoise::element::picture::DARK;
use crate::video::{caps_of, find, harness, rows, stat, video};

/// Every way in which elements take frames in.
const LINES: [&str; 4] = [
    "wgputestfilter name=f",
    "wgpuupload name=f ! wgpudownload",
    "wgpudenoise name=f preset=fast sigma=10",
    "wgpudeartifact name=f preset=fast quantizer=40",
];

/// What comes out of a line, and the numbers of imports and uploads.
fn run(line: &str, info: &VideoInfo, frames: &[gst::Buffer]) -> (Vec<Vec<Vec<u8>>>, u64, u64) {
    let mut harness = harness(line, &caps_of(info));
    let out = frames.iter().map(|frame| {
        let out = harness.push_and_pull(frame.clone()).unwrap();
        rows(&out, info)
    });
    let out = out.collect();
    let element: gst::Element = find(&mut harness, "f");
    (out, stat(&element, "imports"), stat(&element, "uploads"))
}

#[test]
fn pictures_are_those_of_system_memory() {
    let test = "dmabuf::import::pictures_are_those_of_system_memory";
    if with_dmabuf(test).is_some() {
        return;
    }
    let formats = [
        VideoFormat::Nv12,
        VideoFormat::I420,
        VideoFormat::P01010le,
        VideoFormat::Yuy2,
    ];
    for (line, format) in LINES.iter().flat_map(|line| formats.map(|f| (line, f))) {
        let info = video(format, 70, 45);
        let sent = DARK.frames(&info, 3);
        let (wanted, imports, uploads) = run(line, &info, &sent);
        assert_eq!((imports, uploads), (0, 3), "{line}");
        for places in PLACES {
            let foreign = sent.iter().map(|frame| in_dmabuf(frame, &info, places));
            let foreign: Vec<_> = foreign.collect();
            let (found, imports, uploads) = run(line, &info, &foreign);
            assert_eq!((imports, uploads), (3, 0), "{line} {format} {places:?}");
            assert!(found == wanted, "{line} {format} {places:?}");
        }
    }
}

/// A part of a memory, which tells its own place in the whole.
#[test]
fn a_part_of_a_memory_is_where_it_is() {
    let test = "dmabuf::import::a_part_of_a_memory_is_where_it_is";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Gray8, 64, 48);
    let picture = DARK.frames(&info, 1);
    let bytes = rows(&picture[0], &info).concat();
    let whole = memory(&[&[9; 128], &bytes[..], &[9; 64]].concat());
    let mut buffer = gst::Buffer::new();
    let part = whole.share(128..128 + bytes.len());
    buffer.get_mut().unwrap().append_memory(part);
    let line = "wgpuupload name=f ! wgpudownload";
    let (found, imports, _) = run(line, &info, &[buffer]);
    assert_eq!(imports, 1);
    assert_eq!(found[0].concat(), bytes);
}
