//! Caps fields other than the memory stay the same.

use std::str::FromStr;

use gst::prelude::*;
use gst_video::VideoFormat;

use super::{caps_of, find, frame, harness, init, inverted, samples, video};

const RICH: &str = "video/x-raw,format=P010_10LE,width=64,height=48,framerate=50/1,\
    interlace-mode=mixed,pixel-aspect-ratio=4/3,colorimetry=bt2100-pq,chroma-site=cosited,\
    multiview-mode=mono,content-light-level=(string)1000:400,unknown-field=(int)7,\
    mastering-display-info=(string)35400:14600:8500:39850:6550:2300:15635:16450:10000000:1";

#[test]
fn fields_pass_through_filters_and_transfers() {
    init();
    let caps = gst::Caps::from_str(RICH).unwrap();
    let info = gst_video::VideoInfo::from_caps(&caps).unwrap();
    for line in [
        "wgputestfilter",
        "wgpuupload ! wgpudownload",
        "wgpuupload ! wgputestfilter ! wgputestfilter ! wgpudownload",
    ] {
        let mut harness = harness(line, &caps);
        harness.push_and_pull(frame(&info, 0)).unwrap();
        let got = harness.sinkpad().unwrap().current_caps().unwrap();
        assert_eq!(got, caps, "{line}");
    }
}

#[test]
fn single_fields_are_frames_of_half_the_height() {
    init();
    let text = "video/x-raw(format:Interlaced),format=NV12,width=64,height=50,framerate=25/1,\
                interlace-mode=alternate,field-order=top-field-first";
    let caps = gst::Caps::from_str(text).unwrap();
    let info = gst_video::VideoInfo::from_caps(&caps).unwrap();
    let mut harness = harness("wgputestfilter name=f", &caps);
    let sent = frame(&info, 0);
    let got = harness.push_and_pull(sent.clone()).unwrap();
    assert_eq!(samples(&got, &info), inverted(samples(&sent, &info)));
    assert_eq!(harness.sinkpad().unwrap().current_caps().unwrap(), caps);
    let filter: super::TestFilter = find(&mut harness, "f");
    let stream = filter.read(|log| log.streams[0]);
    assert_eq!((stream.layout.height, stream.alternate), (25, true));
}

#[test]
fn overlays_travel_on() {
    init();
    let text = "video/x-raw(memory:SystemMemory,meta:GstVideoOverlayComposition),format=NV12,\
                width=64,height=48,framerate=25/1";
    let caps = gst::Caps::from_str(text).unwrap();
    let info = gst_video::VideoInfo::from_caps(&caps).unwrap();
    let mut harness = harness("wgputestfilter", &caps);
    harness.push_and_pull(frame(&info, 0)).unwrap();
    let got = harness.sinkpad().unwrap().current_caps().unwrap();
    let features = got.features(0).unwrap();
    assert!(
        features.contains("meta:GstVideoOverlayComposition"),
        "{got}"
    );
}

#[test]
fn a_sink_that_takes_anything_gets_system_memory() {
    let info = video(VideoFormat::I420, 16, 16);
    let mut harness = harness("wgputestfilter ! queue ! identity", &caps_of(&info));
    harness.push_and_pull(frame(&info, 0)).unwrap();
    let got = harness.sinkpad().unwrap().current_caps().unwrap();
    assert_eq!(got, caps_of(&info));
}

#[test]
fn interlacing_is_told_frame_by_frame() {
    use gst_video::VideoBufferFlags as Flags;
    use gstwgpu::video::Fields;
    init();
    let caps = gst::Caps::from_str(RICH).unwrap();
    let info = gst_video::VideoInfo::from_caps(&caps).unwrap();
    let mut harness = harness("wgputestfilter name=f", &caps);
    let kinds = [
        Flags::empty(),
        Flags::INTERLACED,
        Flags::INTERLACED | Flags::TFF,
    ];
    for (index, flags) in kinds.into_iter().enumerate() {
        let mut sent = frame(&info, index as u64);
        gst_video::prelude::VideoBufferExt::set_video_flags(sent.get_mut().unwrap(), flags);
        let got = harness.push_and_pull(sent).unwrap();
        assert_eq!(
            gst_video::prelude::VideoBufferExt::video_flags(&*got)
                & (Flags::INTERLACED | Flags::TFF),
            flags
        );
    }
    let filter: super::TestFilter = find(&mut harness, "f");
    let fields: Vec<Fields> = filter.read(|log| log.contexts.iter().map(|c| c.fields).collect());
    let expected = [
        Fields::Progressive,
        Fields::Interlaced { top_first: false },
        Fields::Interlaced { top_first: true },
    ];
    assert_eq!(fields, expected);
}

#[test]
fn new_caps_while_playing() {
    let small = video(VideoFormat::Nv12, 32, 18);
    let large = video(VideoFormat::I42010le, 64, 48);
    let mut harness = harness("wgputestfilter name=f lookahead=2", &caps_of(&small));
    let infos = [&small, &small, &small, &large, &large, &large];
    let sent: Vec<_> = (0..6).map(|i| frame(infos[i as usize], i)).collect();
    for (index, buffer) in sent.iter().enumerate() {
        if index == 3 {
            harness.set_src_caps(caps_of(&large));
        }
        harness.push(buffer.clone()).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    for (index, sent) in sent.iter().enumerate() {
        let got = harness.pull().unwrap();
        assert_eq!(got.offset(), index as u64);
        assert_eq!(
            samples(&got, infos[index]),
            inverted(samples(sent, infos[index]))
        );
    }
    let filter: super::TestFilter = find(&mut harness, "f");
    assert_eq!(filter.read(|log| log.streams.len()), 2);
}
