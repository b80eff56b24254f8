//! The property `grain-table-location`.

use std::path::PathBuf;

use gst::prelude::*;
use gst_video::{VideoFormat, VideoInfo};

use super::{flush, harness};
use crate::denoise::noise_rig::Random;
use crate::reference::grain::{Entry, grain, parse, product};
use crate::video::{caps_of, init, stamp};

const SIGMA: f64 = 8.0;
const FRAME: u64 = 40_000_000;

fn place(name: &str) -> PathBuf {
    let name = format!("gstwgpu-table-{}-{name}.tbl", std::process::id());
    std::env::temp_dir().join(name)
}

/// A grey slope with noise, at a time.
fn frame(info: &VideoInfo, number: u64, origin: u64) -> gst::Buffer {
    let mut random = Random(number + 1);
    let width = info.width() as usize;
    let bytes = (0..info.size()).map(|i| {
        let level = 100.0 + 30.0 * (i % width) as f64 / width as f64;
        (level + SIGMA * random.gauss()).round().clamp(0.0, 255.0) as u8
    });
    let mut buffer = gst::Buffer::from_mut_slice(bytes.collect::<Vec<u8>>());
    let inner = buffer.get_mut().unwrap();
    stamp(inner, number);
    inner.set_pts(gst::ClockTime::from_nseconds(origin + number * FRAME));
    buffer
}

fn info() -> VideoInfo {
    init();
    let info = VideoInfo::builder(VideoFormat::Gray8, 192, 128);
    info.fps(gst::Fraction::new(25, 1)).build().unwrap()
}

/// The table of a stream that is pushed into an element by `play`.
fn table(
    name: &str,
    settings: &str,
    play: impl FnOnce(&mut gst_check::Harness, &VideoInfo),
) -> Vec<Entry> {
    let info = info();
    let path = place(name);
    let line = format!(
        "wgpudenoise name=d {settings} grain-table-location={}",
        path.display()
    );
    let mut harness = harness(&line, &caps_of(&info));
    play(&mut harness, &info);
    drop(harness);
    let entries = parse(&std::fs::read_to_string(&path).unwrap());
    std::fs::remove_file(path).unwrap();
    entries
}

fn push(
    harness: &mut gst_check::Harness,
    info: &VideoInfo,
    numbers: std::ops::Range<u64>,
    origin: u64,
) {
    for number in numbers {
        harness.push(frame(info, number, origin)).unwrap();
        while harness.try_pull().is_some() {}
    }
}

fn end(harness: &mut gst_check::Harness) {
    harness.push_event(gst::event::Eos::new());
    while harness.try_pull().is_some() {}
}

/// Deviation of the grain that a decoder adds to grey.
fn strength(entry: &Entry) -> f64 {
    let [luma, ..] = grain(entry, 115.0, 16, &mut Random(2));
    product(&luma, 0, 0).sqrt()
}

/// Periods in frames.
fn frames(entries: &[Entry]) -> Vec<(f64, f64)> {
    let frames = |time: i64| time as f64 * 100.0 / FRAME as f64;
    entries
        .iter()
        .map(|e| (frames(e.start), frames(e.end)))
        .collect()
}

#[test]
fn the_grain_table_has_the_noise_that_was_taken() {
    for (name, settings) in [
        ("fast", "preset=fast"),
        ("held", "preset=balanced lookahead=2"),
    ] {
        let hour = 3_600_000_000_000;
        let entries = table(name, settings, |harness, info| {
            push(harness, info, 0..14, hour);
            end(harness);
        });
        assert_eq!(frames(&entries), [(0.0, 0.0), (0.0, 14.0)], "{name}");
        for entry in entries {
            let ratio = strength(&entry) / SIGMA;
            assert!((0.88..1.08).contains(&ratio), "{name}: {ratio}");
        }
    }
}

#[test]
fn with_less_strength_the_grain_table_has_less() {
    let entries = table("half", "preset=fast strength=0.4", |harness, info| {
        push(harness, info, 0..12, 0);
        end(harness);
    });
    let ratio = strength(&entries[1]) / SIGMA;
    assert!((0.2..0.97).contains(&ratio), "{ratio}");
}

#[test]
fn what_passes_through_and_what_is_sought_is_told_apart() {
    let entries = table("apart", "preset=fast", |harness, info| {
        let denoise = harness.element().unwrap();
        let denoise = denoise
            .downcast::<gst::Bin>()
            .unwrap()
            .by_name("d")
            .unwrap();
        push(harness, info, 0..6, 0);
        denoise.set_property("strength", 0.0);
        push(harness, info, 6..10, 0);
        denoise.set_property("strength", 1.0);
        push(harness, info, 10..16, 0);
        flush(harness);
        push(harness, info, 2..8, 0);
        end(harness);
    });
    let wanted = [(0.0, 0.0), (0.0, 6.0), (9.5, 16.0), (1.5, 8.0)];
    assert_eq!(frames(&entries), wanted);
}

#[test]
fn a_grain_table_that_cannot_be_written_is_a_warning() {
    init();
    let line = "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=64,height=64 ! \
                wgpudenoise preset=fast grain-table-location=/nowhere/at/all.tbl ! fakesink";
    let pipeline = gst::parse::launch(line).unwrap();
    let pipeline = pipeline.downcast::<gst::Pipeline>().unwrap();
    let context = gstwgpu::video::context::new_context(&crate::gpu::gpu(), true);
    pipeline.set_context(&context);
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let mut warnings = Vec::new();
    loop {
        let message = bus.timed_pop(gst::ClockTime::from_seconds(60)).unwrap();
        match message.view() {
            gst::MessageView::Warning(warning) => warnings.push(warning.error()),
            gst::MessageView::Error(error) => panic!("{error}"),
            gst::MessageView::Eos(_) => break,
            _ => {}
        }
    }
    pipeline.set_state(gst::State::Null).unwrap();
    let [warning] = warnings.as_slice() else {
        panic!("{warnings:?}")
    };
    assert!(warning.matches(gst::ResourceError::OpenWrite));
    assert!(
        warning
            .message()
            .contains("`grain-table-location` is \"/nowhere/at/all.tbl\""),
        "{warning}"
    );
}
