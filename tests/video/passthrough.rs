//! Passthrough: outputs the same buffer; switching it on and off loses no frame.

use gst::prelude::*;
use gst_video::VideoFormat;
use gstwgpu::video::format::FORMATS;

use super::transfer::scattered;
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

#[test]
fn who_cannot_read_strides_gets_a_packed_copy() {
    let info = video(VideoFormat::I420, 33, 17);
    let sent = scattered(&frame(&info, 1), &info);
    for reads_strides in [false, true] {
        super::init();
        let mut harness = gst_check::Harness::new_parse("wgputestfilter passthrough=true");
        if reads_strides {
            let api = gst_video::VideoMeta::meta_api();
            harness.add_propose_allocation_meta(api, None);
        }
        harness.set_src_caps(caps_of(&info));
        let mut got = harness.push_and_pull(sent.clone()).unwrap();
        assert_eq!(got.as_ptr() == sent.as_ptr(), reads_strides);
        if !reads_strides {
            // As such an element sees it: by the caps alone.
            while let Some(meta) = got.make_mut().meta_mut::<gst_video::VideoMeta>() {
                meta.remove().unwrap();
            }
        }
        assert_eq!(samples(&got, &info), samples(&sent, &info));
    }
}

#[test]
fn a_filter_forgets_what_was_before_the_passthrough() {
    let info = video(VideoFormat::I420, 33, 17);
    let mut harness = harness("wgputestfilter name=f", &caps_of(&info));
    let filter: TestFilter = find(&mut harness, "f");
    let mut resets = |passthrough: bool, index| {
        filter.set_property("passthrough", passthrough);
        harness.push_and_pull(frame(&info, index)).unwrap();
        filter.read(|log| log.resets)
    };
    let before = resets(false, 0);
    resets(true, 1);
    let after = resets(false, 2);
    assert!(after > before);
    assert_eq!(resets(false, 3), after);
}

#[test]
fn a_filter_that_only_looks_gives_the_very_buffer() {
    for format in FORMATS {
        let info = video(format, 33, 17);
        let mut harness = harness("wgputestfilter name=f untouched=true", &caps_of(&info));
        let sent = frame(&info, 0);
        let address = sent.as_ptr();
        harness.push(sent).unwrap();
        assert_eq!(harness.pull().unwrap().as_ptr(), address, "{format}");
        let filter: TestFilter = find(&mut harness, "f");
        let moved = (stat(&filter, "uploads"), stat(&filter, "downloads"));
        assert_eq!(moved, (1, 0), "{format}");
    }
}

#[test]
fn frames_that_were_only_looked_at_go_into_either_memory() {
    let info = video(VideoFormat::I42010le, 33, 17);
    for line in [
        "wgputestfilter untouched=true name=f ! wgputestfilter untouched=true",
        "wgputestfilter untouched=true name=f ! wgpudownload",
        "wgpuupload ! wgputestfilter untouched=true name=f ! wgpudownload",
        "wgpuupload ! wgputestfilter untouched=true name=f",
    ] {
        let mut harness = harness(line, &caps_of(&info));
        for index in 0..3 {
            let sent = frame(&info, index);
            let got = harness.push_and_pull(sent.clone()).unwrap();
            assert_eq!(samples(&got, &info), samples(&sent, &info), "{line}");
            assert_eq!((got.offset(), got.pts()), (index, sent.pts()), "{line}");
        }
        let filter: TestFilter = find(&mut harness, "f");
        assert!(
            stat(&filter, "uploads") <= 3,
            "{line}: more than one upload"
        );
    }
}

#[test]
fn each_frame_is_finished_once_in_order() {
    let info = video(VideoFormat::Nv12, 33, 17);
    for (kind, work) in [
        ("passthrough=true", None),
        ("untouched=true", Some(false)),
        ("lookahead=0", Some(true)),
        ("lookahead=2", Some(true)),
    ] {
        let mut harness = harness(&format!("wgputestfilter name=f {kind}"), &caps_of(&info));
        for index in 0..5 {
            harness.push(frame(&info, index)).unwrap();
        }
        harness.push_event(gst::event::Eos::new());
        let filter: TestFilter = find(&mut harness, "f");
        let expected: Vec<_> = (0..5).map(|offset| (offset, work)).collect();
        assert_eq!(filter.read(|log| log.finished.clone()), expected, "{kind}");
    }
}
