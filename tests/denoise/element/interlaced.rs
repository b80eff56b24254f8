//! Each field is filtered by itself.

use std::str::FromStr;

use gst_video::{VideoBufferFlags, VideoFormat, VideoInfo, prelude::*};

use super::picture::{BRIGHT, DARK, Scene, paint, read};
use super::{KINDS, run, run_with_caps};
use crate::video::video;

const COUNT: u64 = 5;

/// The fields of a frame show scenes that have nothing in common.
fn scene(row: u32) -> &'static Scene {
    [&DARK, &BRIGHT][row as usize % 2]
}

fn woven(info: &VideoInfo, index: u64, flags: VideoBufferFlags) -> gst::Buffer {
    let mut frame = paint(info, index, |component, x, y| {
        scene(y).noisy(index, component, x, y / 2)
    });
    frame.get_mut().unwrap().set_video_flags(flags);
    frame
}

/// The rows of one field.
fn field(frame: &gst::BufferRef, info: &VideoInfo, component: u32, first: usize) -> Vec<Vec<u16>> {
    let rows = read(frame, info, component);
    rows.into_iter().skip(first).step_by(2).collect()
}

/// Output for the fields as progressive streams of their own, top and bottom.
fn alone(line: &str, format: VideoFormat, count: u64) -> [(VideoInfo, Vec<gst::Buffer>); 2] {
    let info = video(format, 64, 24);
    [DARK, BRIGHT].map(|scene| (info.clone(), run(line, &info, &scene.frames(&info, count))))
}

fn compare(line: &str, info: &VideoInfo, got: &[gst::Buffer]) {
    assert_eq!(got.len() as u64, COUNT, "{line}");
    let fields = alone(line, info.format(), COUNT);
    for (first, (field_info, expected)) in fields.iter().enumerate() {
        for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
            for component in 0..info.n_components() {
                let got = field(got, info, component, first);
                let expected = read(expected, field_info, component);
                assert!(
                    got == expected,
                    "{line}: frame {index}, field {first}, {component}"
                );
            }
        }
    }
}

fn info_of(mode: &str) -> (gst::Caps, VideoInfo) {
    crate::video::init();
    let text =
        format!("video/x-raw,format=I420,width=64,height=48,framerate=25/1,interlace-mode={mode}");
    let caps = gst::Caps::from_str(&text).unwrap();
    let info = VideoInfo::from_caps(&caps).unwrap();
    (caps, info)
}

#[test]
fn fields_of_interleaved_frames_do_not_mix() {
    let (caps, info) = info_of("interleaved,field-order=top-field-first");
    let none = VideoBufferFlags::empty();
    let sent: Vec<_> = (0..COUNT).map(|index| woven(&info, index, none)).collect();
    for kind in KINDS {
        let line = format!("{kind} sigma=10");
        compare(&line, &info, &run_with_caps(&line, &caps, &sent));
    }
}

#[test]
fn fields_of_mixed_streams_do_not_mix() {
    let (caps, info) = info_of("mixed");
    // A frame that says nothing of fields comes first.
    let flags = |index| match index {
        0 => VideoBufferFlags::empty(),
        _ => VideoBufferFlags::INTERLACED | VideoBufferFlags::TFF,
    };
    let sent: Vec<_> = (0..COUNT)
        .map(|index| woven(&info, index, flags(index)))
        .collect();
    for kind in KINDS {
        let line = format!("{kind} sigma=10");
        compare(&line, &info, &run_with_caps(&line, &caps, &sent));
    }
}

#[test]
fn progressive_frames_are_filtered_whole() {
    let (caps, info) = info_of("progressive");
    let none = VideoBufferFlags::empty();
    let sent: Vec<_> = (0..COUNT).map(|index| woven(&info, index, none)).collect();
    let got = run_with_caps("wgpudenoise sigma=10 preset=fast", &caps, &sent);
    let [(small, top), _] = alone("wgpudenoise sigma=10 preset=fast", info.format(), COUNT);
    let last = got.last().unwrap();
    assert!(field(last, &info, 0, 0) != read(top.last().unwrap(), &small, 0));
}

fn alternate_caps() -> gst::Caps {
    crate::video::init();
    let text = "video/x-raw(format:Interlaced),format=I420,width=64,height=48,framerate=25/1,\
                interlace-mode=alternate";
    gst::Caps::from_str(text).unwrap()
}

#[test]
fn fields_in_buffers_of_their_own_do_not_mix() {
    let caps = alternate_caps();
    let small = video(VideoFormat::I420, 64, 24);
    let sent: Vec<_> = (0..2 * COUNT).map(|index| single(&small, index)).collect();
    for kind in KINDS {
        let line = format!("{kind} sigma=10");
        let got = run_with_caps(&line, &caps, &sent);
        let fields = alone(&line, VideoFormat::I420, COUNT);
        for (index, got) in got.iter().enumerate() {
            assert_eq!(got.offset(), index as u64, "{line}");
            let expected = &fields[index % 2].1[index / 2];
            let equal = *got.map_readable().unwrap() == *expected.map_readable().unwrap();
            assert!(equal, "{line}: field {index}");
        }
    }
}

/// A field of an alternate stream, with its place in the stream as its offset.
fn single(info: &VideoInfo, index: u64) -> gst::Buffer {
    let mut frame = scene(index as u32 % 2).frame(info, index / 2);
    let frame_ref = frame.get_mut().unwrap();
    frame_ref.set_video_flags(match index % 2 {
        0 => VideoBufferFlags::TOP_FIELD,
        _ => VideoBufferFlags::BOTTOM_FIELD,
    });
    frame_ref.set_offset(index);
    frame
}

/// A decoder that drops a field may not say so: two fields of the same parity then follow each other.
#[test]
fn a_lost_field_mixes_no_parities() {
    let small = video(VideoFormat::I420, 64, 24);
    let caps = alternate_caps();
    let [lost, last] = [5, 9];
    let (before, after) = ((0..lost), (lost + 1..=last));
    let fields = |range: std::ops::Range<u64>| range.map(|index| single(&small, index));
    let sent: Vec<_> = fields(before.clone())
        .chain(fields(lost + 1..last + 1))
        .collect();
    let repair = [
        "wgpudeartifact preset=fast",
        "wgpudeartifact preset=balanced",
    ];
    let lines = KINDS.map(|kind| format!("{kind} sigma=10"));
    for line in lines.into_iter().chain(repair.map(str::to_string)) {
        let got = run_with_caps(&line, &caps, &sent);
        let offsets: Vec<u64> = got.iter().map(|buffer| buffer.offset()).collect();
        let wanted: Vec<u64> = before.clone().chain(after.clone()).collect();
        assert_eq!(offsets, wanted, "{line}");
        // Frames that are held come out before the gap, and what follows starts afresh.
        let cut = match line.contains("lookahead") {
            true => lost,
            false => last + 1,
        };
        let runs = [0..cut, cut..last + 1];
        for parity in 0..2 {
            let ours = |index: &u64| *index % 2 == parity && *index != lost;
            let pick = |run: &std::ops::Range<u64>| run.clone().filter(ours).collect::<Vec<_>>();
            for places in runs.iter().map(pick) {
                let alone: Vec<_> = places.iter().map(|index| single(&small, *index)).collect();
                let alone = run(&line, &small, &alone);
                for (place, expected) in places.iter().zip(&alone) {
                    let got = got.iter().find(|buffer| buffer.offset() == *place).unwrap();
                    let equal = *got.map_readable().unwrap() == *expected.map_readable().unwrap();
                    assert!(equal, "{line}: field {place}");
                }
            }
        }
    }
}

/// Mean square error of luma in a frame of each part of a stream: its first frame, with parts of six frames in
/// these modes.
fn errors_at_changes(line: &str, modes: &[&str]) -> Vec<f64> {
    let (caps, info) = info_of(modes[0]);
    let mut harness = super::harness(line, &caps);
    let mut found = Vec::new();
    for (part, mode) in modes.iter().enumerate() {
        harness.set_src_caps(info_of(mode).0);
        for index in 0..6 {
            let number = 6 * part as u64 + index;
            let got = harness.push_and_pull(DARK.frame(&info, number)).unwrap();
            if index == 0 && part > 0 {
                found.push(super::picture::error(&got, &info, &DARK, 0));
            }
        }
    }
    found
}

#[test]
fn a_change_of_interlacing_keeps_the_past() {
    for kind in &KINDS[..3] {
        let line = format!("{kind} sigma=10");
        let modes = ["progressive", "interleaved", "progressive", "interleaved"];
        let found = errors_at_changes(&line, &modes);
        let wanted = errors_at_changes(&line, &["interleaved"; 4]);
        for (found, wanted) in found.iter().zip(&wanted) {
            let loss = 10.0 * (found / wanted).log10();
            // To begin anew costs 7 dB.
            assert!(loss < 1.0, "{line}: {loss} dB, {found} and {wanted}");
        }
    }
}
