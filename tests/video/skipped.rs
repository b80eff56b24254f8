//! Buffers that do not hold a frame of the caps: dropped with one warning, and the stream goes on.

use gst::prelude::*;
use gst_video::{VideoFormat, VideoFrameFlags, VideoInfo, VideoMeta};

use super::{TestFilter, caps_of, find, frame, harness, stat, video};

fn info() -> VideoInfo {
    video(VideoFormat::I420, 64, 48)
}

/// A buffer of so many bytes, with a meta that says where its planes lie.
fn with_meta(bytes: usize, offsets: [usize; 3], strides: [i32; 3]) -> gst::Buffer {
    let mut buffer = gst::Buffer::from_mut_slice(vec![90u8; bytes]);
    let writable = buffer.get_mut().unwrap();
    let flags = VideoFrameFlags::empty();
    VideoMeta::add_full(
        writable,
        flags,
        VideoFormat::I420,
        64,
        48,
        &offsets,
        &strides,
    )
    .unwrap();
    super::stamp(writable, 1);
    buffer
}

fn bad_buffers() -> Vec<(&'static str, gst::Buffer)> {
    let whole = info().size();
    let mut short = frame(&info(), 1);
    short.make_mut().set_size(whole / 2);
    let places = [0, 64 * 48, 64 * 48 + 32 * 24];
    let taller = {
        let mut buffer = gst::Buffer::from_mut_slice(vec![90u8; whole]);
        let writable = buffer.get_mut().unwrap();
        VideoMeta::add(
            writable,
            VideoFrameFlags::empty(),
            VideoFormat::Gray8,
            64,
            48,
        )
        .unwrap();
        buffer
    };
    vec![
        ("half a frame", short),
        ("no bytes", gst::Buffer::from_mut_slice(vec![0u8; 1])),
        ("long strides", with_meta(whole, places, [1 << 20, 32, 32])),
        (
            "far planes",
            with_meta(whole, [0, 64 * 48, 1 << 30], [64, 32, 32]),
        ),
        (
            "an overflow",
            with_meta(whole, [0, usize::MAX - 7, 9], [64, i32::MAX, i32::MAX]),
        ),
        (
            "backward rows",
            with_meta(whole, [64 * 47, 64 * 48, 9], [-64, 32, 32]),
        ),
        ("another format", taller),
    ]
}

#[test]
fn bad_buffers_are_skipped_with_a_warning() {
    for element in [
        "wgputestfilter",
        "wgpuupload",
        "wgpuupload ! wgpudownload",
        "wgpudenoise preset=fast",
        "wgpudeartifact preset=fast",
        "wgputone",
    ] {
        for (what, bad) in bad_buffers() {
            let mut harness = harness(&format!("{element} name=f"), &caps_of(&info()));
            let element = harness.element().unwrap();
            let bus = gst::Bus::new();
            element.set_bus(Some(&bus));
            harness.push(frame(&info(), 0)).unwrap();
            harness.push(bad.copy()).unwrap();
            harness.push(bad).unwrap();
            harness.push(frame(&info(), 2)).unwrap();
            let offsets: Vec<_> = std::iter::from_fn(|| harness.try_pull())
                .map(|buffer| {
                    (
                        buffer.offset(),
                        buffer.flags().contains(gst::BufferFlags::DISCONT),
                    )
                })
                .collect();
            assert_eq!(offsets.last(), Some(&(2, true)), "{what}");
            assert_eq!(offsets.len(), 2, "{what}");
            let count = |kind| std::iter::from_fn(|| bus.pop_filtered(&[kind])).count();
            assert_eq!(count(gst::MessageType::Error), 0, "{what}");
            element.set_bus(None);
        }
    }
}

#[test]
fn a_run_of_bad_buffers_has_one_warning_and_is_counted() {
    let mut harness = harness("wgputestfilter name=f", &caps_of(&info()));
    let element: TestFilter = find(&mut harness, "f");
    let bus = gst::Bus::new();
    element.set_bus(Some(&bus));
    for (index, is_bad) in [false, true, true, false, true].into_iter().enumerate() {
        let mut buffer = frame(&info(), index as u64);
        if is_bad {
            buffer.make_mut().set_size(100);
        }
        harness.push(buffer).unwrap();
    }
    let warnings = std::iter::from_fn(|| bus.pop_filtered(&[gst::MessageType::Warning]));
    assert_eq!(warnings.count(), 2);
    assert_eq!(stat(&element, "skipped"), 3);
    assert_eq!(stat(&element, "frames"), 2);
    element.set_bus(None);
}
