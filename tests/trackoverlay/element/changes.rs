//! Caps, flushes and fields while a plane is followed.

use std::str::FromStr;

use gst::prelude::*;
use gst_video::prelude::*;
use gst_video::{VideoBufferFlags, VideoFormat, VideoInfo};
use gstwgpu::trackoverlay::quad::Quad;

use super::{QUAD, TestFile, distance, element, harness, quad_of, run, states, textured};
use crate::video::{caps_of, stamp, video};

/// The textured frame twice as large.
fn doubled(index: u64) -> (VideoInfo, gst::Buffer) {
    let info = video(VideoFormat::I420, 640, 480);
    let small = textured(&super::info(), 0);
    let small = small.map_readable().unwrap();
    let mut bytes = vec![128; info.size()];
    for y in 0..480 {
        for x in 0..640 {
            bytes[y * 640 + x] = small[y / 2 * 320 + x / 2];
        }
    }
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    stamp(buffer.get_mut().unwrap(), index);
    (info, buffer)
}

#[test]
fn a_scaled_stream_keeps_its_plane() {
    let file = TestFile::new("scaled.jsonl");
    let line = format!("points=\"{QUAD}\" track-location={}", file.as_str());
    let (mut harness, element, bus) = element(&line);
    run(&mut harness, 0..4);
    let (info, first) = doubled(4);
    harness.set_src_caps(caps_of(&info));
    harness.push_and_pull(first).unwrap();
    for index in 5..8 {
        harness.push_and_pull(doubled(index).1).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    let track = file.track();
    assert_eq!(track.len(), 8);
    let scaled = QUAD.rescaled((320, 240), (640, 480));
    for (frame, line) in track.iter().enumerate() {
        let expected = if frame < 4 { QUAD } else { scaled };
        let far = distance(&quad_of(line), &expected);
        assert!(far < 1.0, "frame {frame}: {far} px off");
        assert_eq!(line.get("frame").unwrap().number(), Some(frame as f64));
    }
    assert_eq!(states(&bus).len(), 1, "it was tracked all the time");
    element.set_bus(None);
}

#[test]
fn another_rate_changes_nothing() {
    let (mut harness, element, _) = element(&format!("points=\"{QUAD}\""));
    run(&mut harness, 0..3);
    let mut caps = caps_of(&super::info());
    caps.make_mut().set("framerate", gst::Fraction::new(0, 1));
    harness.set_src_caps(caps);
    run(&mut harness, 3..6);
    assert_eq!(crate::video::stat(&element, "frames-tracked"), 6);
}

#[test]
fn a_flush_keeps_the_plane() {
    let file = TestFile::new("flush.jsonl");
    let line = format!("points=\"{QUAD}\" track-location={}", file.as_str());
    let (mut harness, _, _) = element(&line);
    run(&mut harness, 0..4);
    harness.push_event(gst::event::FlushStart::new());
    harness.push_event(gst::event::FlushStop::new(true));
    let segment = gst::FormattedSegment::<gst::ClockTime>::new();
    harness.push_event(gst::event::Segment::new(&segment));
    run(&mut harness, 0..6);
    harness.push_event(gst::event::Eos::new());
    let track = file.track();
    let numbers: Vec<_> = track
        .iter()
        .map(|l| l.get("frame").unwrap().number())
        .collect();
    assert_eq!(
        numbers,
        (0..10).map(|n| Some(f64::from(n))).collect::<Vec<_>>()
    );
    assert!(distance(&quad_of(&track[9]), &QUAD) < 0.5);
}

#[test]
fn single_fields_have_quads_of_the_picture() {
    crate::video::init();
    let file = TestFile::new("fields.jsonl");
    let caps = "video/x-raw(format:Interlaced),format=I420,width=320,height=240,\
                framerate=25/1,interlace-mode=alternate";
    let caps = gst::Caps::from_str(caps).unwrap();
    let line = format!(
        "wgputrackoverlay points=\"{QUAD}\" track-location={}",
        file.as_str()
    );
    let mut harness = harness(&line, &caps);
    let whole = textured(&super::info(), 0);
    let whole = whole.map_readable().unwrap();
    for index in 0..6_usize {
        let lines = (0..120).map(|y| &whole[(2 * y + index % 2) * 320..][..320]);
        let mut bytes: Vec<u8> = lines.flatten().copied().collect();
        bytes.resize(320 * 120 * 3 / 2, 128);
        let mut buffer = gst::Buffer::from_mut_slice(bytes);
        let writable = buffer.get_mut().unwrap();
        stamp(writable, index as u64);
        writable.set_video_flags(match index % 2 {
            0 => VideoBufferFlags::TOP_FIELD | VideoBufferFlags::INTERLACED,
            _ => VideoBufferFlags::ONEFIELD | VideoBufferFlags::INTERLACED,
        });
        harness.push_and_pull(buffer).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    let track = file.track();
    assert_eq!(track.len(), 6);
    for (field, line) in track.iter().enumerate() {
        let far = distance(&quad_of(line), &QUAD);
        assert!(far < 1.5, "field {field}: {far} px off");
    }
}

#[test]
fn interlaced_frames_are_followed_as_a_whole() {
    let (mut harness, element, _) = element(&format!("points=\"{QUAD}\""));
    let mut caps = caps_of(&super::info());
    caps.make_mut().set("interlace-mode", "interleaved");
    harness.set_src_caps(caps);
    run(&mut harness, 0..4);
    assert_eq!(crate::video::stat(&element, "frames-tracked"), 4);
}

#[test]
fn a_plane_may_reach_beyond_the_frame() {
    let quad = Quad::rectangle(-60.0, 40.0, 140.0, 160.0);
    let (mut harness, element, _) = element(&format!("points=\"{quad}\""));
    let got = run(&mut harness, 0..3);
    let roi = got[2]
        .meta::<gst_video::VideoRegionOfInterestMeta>()
        .unwrap();
    assert_eq!(roi.rect().0, 0);
    assert_eq!(crate::video::stat(&element, "frames-lost"), 0);
}
