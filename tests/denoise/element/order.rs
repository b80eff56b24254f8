//! As many frames out as in, in order, with their metadata.

use std::str::FromStr;

use gst::prelude::*;
use gst_video::VideoFormat;

use super::picture::DARK;
use super::{KINDS, harness, received, run, run_with_caps};
use crate::video::metas::{check, decorated};
use crate::video::{caps_of, find, frame, stat, video};

const RICH: &str = "video/x-raw,format=P010_10LE,width=64,height=48,framerate=50/1,\
    interlace-mode=progressive,pixel-aspect-ratio=4/3,colorimetry=bt2100-pq,chroma-site=cosited,\
    multiview-mode=mono,content-light-level=(string)1000:400,unknown-field=(int)7,\
    mastering-display-info=(string)35400:14600:8500:39850:6550:2300:15635:16450:10000000:1";

#[test]
fn times_flags_and_metas_stay_with_their_frame() {
    let info = video(VideoFormat::Nv12, 64, 48);
    let sent: Vec<_> = (0..6).map(|index| decorated(&info, index)).collect();
    for kind in KINDS {
        let got = run(kind, &info, &sent);
        assert_eq!(got.len(), sent.len(), "{kind}");
        for (index, (got, sent)) in got.iter().zip(&sent).enumerate() {
            check(got, sent, index as u64);
            let tagged = gst::BufferFlags::TAG_MEMORY;
            assert_eq!(
                got.flags() - tagged,
                sent.flags() - tagged,
                "{kind}: {index}"
            );
        }
    }
}

#[test]
fn fields_of_the_caps_stay() {
    crate::video::init();
    let caps = gst::Caps::from_str(RICH).unwrap();
    let info = gst_video::VideoInfo::from_caps(&caps).unwrap();
    for mode in ["progressive", "interleaved", "mixed"] {
        let mut caps = caps.clone();
        caps.make_mut().set("interlace-mode", mode);
        for line in [
            "wgpudenoise",
            "wgpudenoise ! wgpudenoise",
            "wgpudenoise strength=0",
        ] {
            let mut harness = harness(line, &caps);
            harness.push_and_pull(frame(&info, 0)).unwrap();
            let got = harness.sinkpad().unwrap().current_caps().unwrap();
            assert_eq!(got, caps, "{line}");
        }
    }
}

#[test]
fn the_end_lets_all_frames_out() {
    let info = video(VideoFormat::I420, 64, 48);
    for (lookahead, count) in [(1, 1), (2, 7), (8, 3), (8, 12)] {
        let sent = DARK.frames(&info, count);
        let got = run(&format!("wgpudenoise lookahead={lookahead}"), &info, &sent);
        let offsets: Vec<u64> = got.iter().map(|buffer| buffer.offset()).collect();
        assert_eq!(
            offsets,
            (0..count).collect::<Vec<_>>(),
            "lookahead {lookahead}"
        );
        let passed = got
            .iter()
            .zip(&sent)
            .position(|(got, sent)| *got.map_readable().unwrap() == *sent.map_readable().unwrap());
        assert_eq!(passed, None, "lookahead {lookahead}: not filtered");
    }
}

#[test]
fn only_lookahead_holds_frames() {
    let info = video(VideoFormat::I420, 64, 48);
    for lookahead in [0, 1, 3] {
        let line = format!("wgpudenoise lookahead={lookahead}");
        let mut harness = harness(&line, &caps_of(&info));
        for index in 0..6 {
            harness.push(DARK.frame(&info, index)).unwrap();
            let out = (index + 1).saturating_sub(lookahead) as u32;
            assert_eq!(harness.buffers_received(), out, "lookahead {lookahead}");
        }
    }
}

#[test]
fn changes_while_playing_lose_nothing() {
    let info = video(VideoFormat::Nv12, 64, 48);
    let bus = gst::Bus::new();
    let mut harness = harness("wgpudenoise name=f preset=fast", &caps_of(&info));
    let denoise: gst::Element = find(&mut harness, "f");
    denoise.set_bus(Some(&bus));
    let changes: [(&str, &str); 9] = [
        ("lookahead", "2"),
        ("preset", "balanced"),
        ("strength", "0"),
        ("strength", "2"),
        ("lookahead", "3"),
        ("preset", "quality"),
        ("chroma-strength", "0"),
        ("lookahead", "0"),
        ("preset", "auto"),
    ];
    for (step, (name, value)) in changes.into_iter().enumerate() {
        denoise.set_property_from_str(name, value);
        for index in 0..4 {
            harness
                .push(DARK.frame(&info, 4 * step as u64 + index))
                .unwrap();
        }
    }
    harness.push_event(gst::event::Eos::new());
    let offsets: Vec<u64> = received(&mut harness).iter().map(|b| b.offset()).collect();
    assert_eq!(offsets, (0..36).collect::<Vec<_>>());
    assert_eq!(
        stat(&denoise, "passed"),
        4,
        "frames that came out unfiltered"
    );
    let messages = std::iter::from_fn(|| bus.pop());
    let latency = messages.filter(|message| message.type_() == gst::MessageType::Latency);
    assert_eq!(latency.count(), 3);
    denoise.set_bus(None);
}

#[test]
fn lookahead_is_reported_as_latency() {
    let upstream = gst::ClockTime::from_mseconds(7);
    let time = gst::ClockTime::from_mseconds(40);
    let alternate = "video/x-raw(format:Interlaced),format=NV12,width=64,height=48,\
                     framerate=25/1,interlace-mode=alternate";
    let info = video(VideoFormat::Nv12, 64, 48);
    for caps in [caps_of(&info), gst::Caps::from_str(alternate).unwrap()] {
        for lookahead in [0, 1, 8] {
            let mut harness = harness(&format!("wgpudenoise lookahead={lookahead}"), &caps);
            harness.set_upstream_latency(upstream);
            let info = gst_video::VideoInfo::from_caps(&caps).unwrap();
            harness.push(frame(&info, 0)).unwrap();
            let expected = Some(upstream + lookahead * time);
            assert_eq!(harness.query_latency(), expected, "{caps}");
        }
    }
}

#[test]
fn single_fields_come_out_in_order() {
    crate::video::init();
    let text = "video/x-raw(format:Interlaced),format=NV12,width=64,height=48,framerate=25/1,\
                interlace-mode=alternate";
    let caps = gst::Caps::from_str(text).unwrap();
    let info = gst_video::VideoInfo::from_caps(&caps).unwrap();
    let sent: Vec<_> = (0..7).map(|index| frame(&info, index)).collect();
    for lookahead in [0, 1, 2] {
        let got = run_with_caps(&format!("wgpudenoise lookahead={lookahead}"), &caps, &sent);
        let offsets: Vec<u64> = got.iter().map(|buffer| buffer.offset()).collect();
        assert_eq!(offsets, (0..7).collect::<Vec<_>>(), "lookahead {lookahead}");
    }
}
