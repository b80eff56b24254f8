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

/// What the fields come to as progressive streams of their own, top and bottom.
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
    let got = run_with_caps("wgpudenoise sigma=10", &caps, &sent);
    let [(small, top), _] = alone("wgpudenoise sigma=10", info.format(), COUNT);
    let last = got.last().unwrap();
    assert!(field(last, &info, 0, 0) != read(top.last().unwrap(), &small, 0));
}

#[test]
fn fields_in_buffers_of_their_own_do_not_mix() {
    crate::video::init();
    let text = "video/x-raw(format:Interlaced),format=I420,width=64,height=48,framerate=25/1,\
                interlace-mode=alternate";
    let caps = gst::Caps::from_str(text).unwrap();
    let small = video(VideoFormat::I420, 64, 24);
    let sent: Vec<_> = (0..2 * COUNT)
        .map(|index| {
            let mut frame = scene(index as u32 % 2).frame(&small, index / 2);
            let field = match index % 2 {
                0 => VideoBufferFlags::TOP_FIELD,
                _ => VideoBufferFlags::BOTTOM_FIELD,
            };
            let frame_ref = frame.get_mut().unwrap();
            frame_ref.set_video_flags(field);
            frame_ref.set_offset(index);
            frame
        })
        .collect();
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
