//! Passthrough: the very buffer, in and out of it without losing a frame.

use gst::prelude::*;
use gst_video::VideoFormat;
use gstwgpu::video::format::FORMATS;

use super::{TestFilter, caps_of, find, frame, harness, inverted, samples, stat, video};

#[test]
fn the_very_buffer_comes_out() {
    for format in FORMATS {
        let info = video(format, 33, 17);
        let mut harness = harness("wgputestfilter name=f passthrough=true", &caps_of(&info));
        let sent = frame(&info, 0);
        let address = sent.as_ptr();
        harness.push(sent).unwrap();
        let got = harness.pull().unwrap();
        assert_eq!(got.as_ptr(), address, "{format}");
        let filter: TestFilter = find(&mut harness, "f");
        assert_eq!(stat(&filter, "uploads"), 0);
    }
}

#[test]
fn frames_on_the_gpu_stay_there() {
    let info = video(VideoFormat::Nv12, 33, 17);
    let line = "wgputestfilter name=a ! wgputestfilter name=f passthrough=true ! wgputestfilter";
    let mut harness = harness(line, &caps_of(&info));
    let sent = frame(&info, 0);
    let got = harness.push_and_pull(sent.clone()).unwrap();
    assert_eq!(samples(&got, &info), samples(&sent, &info));
    let filter: TestFilter = find(&mut harness, "f");
    assert_eq!(
        (stat(&filter, "uploads"), stat(&filter, "downloads")),
        (0, 0)
    );
}

#[test]
fn switching_while_playing_loses_nothing() {
    let info = video(VideoFormat::Nv12, 33, 17);
    let mut harness = harness("wgputestfilter name=f lookahead=2", &caps_of(&info));
    let filter: TestFilter = find(&mut harness, "f");
    let sent: Vec<_> = (0..12).map(|index| frame(&info, index)).collect();
    let passes = |index: usize| (4..7).contains(&index) || index == 9;
    for (index, buffer) in sent.iter().enumerate() {
        filter.set_property("passthrough", passes(index));
        harness.push(buffer.clone()).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    for (index, sent) in sent.iter().enumerate() {
        let got = harness.pull().unwrap();
        assert_eq!(got.offset(), index as u64);
        let expected = match passes(index) {
            true => samples(sent, &info),
            false => inverted(samples(sent, &info)),
        };
        assert_eq!(samples(&got, &info), expected, "frame {index}");
    }
    assert!(harness.try_pull().is_none());
}
