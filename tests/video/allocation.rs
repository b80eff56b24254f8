//! Buffers and pools between the elements.

use gst::prelude::*;
use gst_video::{VideoFormat, VideoMeta};
use gstwgpu::video::pool::WgpuBufferPool;

use super::{caps_of, frame, harness, inverted, samples, video};

#[test]
fn upstream_may_use_any_strides_and_gets_a_pool() {
    let info = video(VideoFormat::Nv12, 33, 17);
    let mut harness = harness("wgputestfilter", &caps_of(&info));
    harness.push(frame(&info, 0)).unwrap();
    let mut query = gst::query::Allocation::new(Some(&caps_of(&info)), true);
    assert!(harness.srcpad().unwrap().peer_query(&mut query));
    assert!(query.find_allocation_meta::<VideoMeta>().is_some());
    assert_eq!(query.allocation_pools().count(), 1);
}

#[test]
fn elements_of_ours_offer_gpu_pools() {
    let info = video(VideoFormat::Nv12, 33, 17);
    let mut harness = harness("wgputestfilter ! wgputestfilter name=b", &caps_of(&info));
    harness.push(frame(&info, 0)).unwrap();
    let second: gst::Element = super::find(&mut harness, "b");
    let pad = second.static_pad("sink").unwrap();
    let caps = pad.current_caps().unwrap();
    let mut query = gst::query::Allocation::new(Some(&caps), true);
    assert!(pad.query(&mut query));
    let (pool, ..) = query.allocation_pools().next().unwrap();
    assert!(pool.unwrap().is::<WgpuBufferPool>());
}

#[test]
fn what_downstream_takes_is_offered_upstream() {
    let info = video(VideoFormat::Nv12, 33, 17);
    let mut harness = gst_check::Harness::new_parse("wgputestfilter");
    let api = gst_video::VideoOverlayCompositionMeta::meta_api();
    harness.add_propose_allocation_meta(api, None);
    harness.set_src_caps(caps_of(&info));
    harness.push(frame(&info, 0)).unwrap();
    let mut query = gst::query::Allocation::new(Some(&caps_of(&info)), true);
    assert!(harness.srcpad().unwrap().peer_query(&mut query));
    let found = query.find_allocation_meta::<gst_video::VideoOverlayCompositionMeta>();
    assert!(found.is_some());
}

#[test]
fn a_restart_begins_anew() {
    super::init();
    let line = "videotestsrc num-buffers=3 ! video/x-raw,width=32,height=18 ! \
                wgputestfilter name=f ! wgputestfilter ! fakesink";
    let pipeline = gst::parse::launch(line).unwrap();
    let bus = pipeline.bus().unwrap();
    for _ in 0..3 {
        pipeline.set_state(gst::State::Playing).unwrap();
        let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
        let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(60), &wanted);
        assert_eq!(end.unwrap().type_(), gst::MessageType::Eos);
        let bin = pipeline.downcast_ref::<gst::Bin>().unwrap();
        let filter = bin.by_name("f").unwrap();
        assert_eq!(super::stat(&filter, "frames"), 3);
        pipeline.set_state(gst::State::Null).unwrap();
    }
}

#[test]
fn renegotiation_from_below_keeps_the_frames() {
    let info = video(VideoFormat::Nv12, 33, 17);
    let mut harness = harness("wgputestfilter lookahead=2", &caps_of(&info));
    for index in 0..6 {
        if index == 3 {
            harness.push_upstream_event(gst::event::Reconfigure::new());
        }
        harness.push(frame(&info, index)).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    for index in 0..6 {
        let got = harness.pull().unwrap();
        assert_eq!(
            samples(&got, &info),
            inverted(samples(&frame(&info, index), &info))
        );
    }
}
