//! Lookahead: latency is reported, frames come out in order, none stays behind.

use gst::prelude::*;
use gst_video::{VideoFormat, VideoInfo};

use super::{TestFilter, caps_of, find, frame, harness, inverted, samples, video};

fn small() -> VideoInfo {
    video(VideoFormat::I420, 32, 18)
}

#[test]
fn lookahead_is_latency() {
    let info = small();
    let mut harness = harness("wgputestfilter name=f lookahead=2", &caps_of(&info));
    let upstream = gst::ClockTime::from_mseconds(7);
    harness.set_upstream_latency(upstream);
    harness.push(frame(&info, 0)).unwrap();
    let frame_time = gst::ClockTime::from_mseconds(40);
    assert_eq!(harness.query_latency(), Some(upstream + 2 * frame_time));
    let filter: TestFilter = find(&mut harness, "f");
    filter.set_property("lookahead", 0u32);
    harness.push(frame(&info, 1)).unwrap();
    assert_eq!(harness.query_latency(), Some(upstream));
}

/// Caps without a rate, or with the clock of a protocol in its place.
#[test]
fn latency_follows_the_timestamps() {
    super::init();
    let bus = gst::Bus::new();
    for rate in [(0, 1), (90_000, 1), (25, 1)] {
        let builder = VideoInfo::builder(VideoFormat::I420, 32, 18);
        let info = builder
            .fps(gst::Fraction::new(rate.0, rate.1))
            .build()
            .unwrap();
        let mut harness = harness("wgputestfilter name=f lookahead=2", &caps_of(&info));
        let filter: TestFilter = find(&mut harness, "f");
        filter.set_bus(Some(&bus));
        let time = gst::ClockTime::from_mseconds(100);
        for index in 0..8 {
            let mut buffer = frame(&info, index);
            let buffer_mut = buffer.get_mut().unwrap();
            buffer_mut.set_pts(index * time);
            buffer_mut.set_duration(None);
            harness.push(buffer).unwrap();
        }
        assert_eq!(harness.query_latency(), Some(2 * time), "{rate:?}");
        let messages = std::iter::from_fn(|| bus.pop_filtered(&[gst::MessageType::Latency]));
        assert_eq!(messages.count(), 1, "{rate:?}");
        filter.set_bus(None);
    }
}

/// A source that has just as many buffers as it works with itself does not run dry.
#[test]
fn buffers_of_a_limited_pool_go_back_to_it() {
    let info = small();
    let mut harness = harness("wgputestfilter lookahead=4", &caps_of(&info));
    let pool = gst_video::VideoBufferPool::new();
    let mut config = pool.config();
    config.set_params(Some(&caps_of(&info)), info.size() as u32, 2, 2);
    pool.set_config(config).unwrap();
    pool.set_active(true).unwrap();
    let params = gst::BufferPoolAcquireParams::with_flags(gst::BufferPoolAcquireFlags::DONTWAIT);
    let mut sent = Vec::new();
    for index in 0..8 {
        let mut buffer = pool.acquire_buffer(Some(&params)).expect("the pool is dry");
        let source = frame(&info, index);
        let bytes = source.map_readable().unwrap();
        let writable = buffer.get_mut().unwrap();
        writable.copy_from_slice(0, &bytes).unwrap();
        super::stamp(writable, index);
        sent.push(source.clone());
        harness.push(buffer).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    for sent in &sent {
        let got = harness.try_pull().unwrap();
        assert_eq!((got.offset(), got.pts()), (sent.offset(), sent.pts()));
        assert_eq!(samples(&got, &info), inverted(samples(sent, &info)));
    }
    pool.set_active(false).unwrap();
}

#[test]
fn a_change_of_lookahead_is_announced() {
    let info = small();
    super::init();
    let bus = gst::Bus::new();
    let mut harness = harness("wgputestfilter name=f lookahead=2", &caps_of(&info));
    let filter: TestFilter = find(&mut harness, "f");
    filter.set_bus(Some(&bus));
    let mut announced = |lookahead: u32, index| {
        filter.set_property("lookahead", lookahead);
        harness.push(frame(&info, index)).unwrap();
        let mut count = 0;
        while let Some(message) = bus.pop() {
            count += u32::from(message.type_() == gst::MessageType::Latency);
        }
        count
    };
    assert_eq!(announced(2, 0), 0);
    assert_eq!(announced(3, 1), 1);
    assert_eq!(announced(3, 2), 0);
    assert_eq!(announced(1, 3), 1);
    filter.set_bus(None);
}

#[test]
fn the_end_of_the_stream_drains_in_order() {
    let info = small();
    let mut harness = harness("wgputestfilter lookahead=4", &caps_of(&info));
    let sent: Vec<_> = (0..7).map(|index| frame(&info, index)).collect();
    for buffer in &sent {
        harness.push(buffer.clone()).unwrap();
    }
    assert_eq!(harness.buffers_received(), 3);
    harness.push_event(gst::event::Eos::new());
    assert_eq!(harness.buffers_received(), 7);
    for (index, sent) in sent.iter().enumerate() {
        let got = harness.pull().unwrap();
        assert_eq!(got.offset(), index as u64);
        assert_eq!(samples(&got, &info), inverted(samples(sent, &info)));
    }
}

#[test]
fn a_segment_lets_all_frames_out_first() {
    let info = small();
    let segment = gst::FormattedSegment::<gst::ClockTime>::new();
    let mut harness = harness("wgputestfilter lookahead=4", &caps_of(&info));
    for index in 0..3 {
        harness.push(frame(&info, index)).unwrap();
    }
    assert_eq!(harness.buffers_received(), 0);
    harness.push_event(gst::event::Segment::new(&segment));
    assert_eq!(harness.buffers_received(), 3);
}

#[test]
fn other_events_keep_their_place() {
    let info = small();
    let mut harness = harness("wgputestfilter lookahead=2", &caps_of(&info));
    let order = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = order.clone();
    let mask = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
    harness
        .sinkpad()
        .unwrap()
        .peer()
        .unwrap()
        .add_probe(mask, move |_, info| {
            let entry = match &info.data {
                Some(gst::PadProbeData::Buffer(buffer)) => format!("frame {}", buffer.offset()),
                Some(gst::PadProbeData::Event(event)) => match event.structure() {
                    Some(structure) if structure.name() == "mark" => "mark".to_string(),
                    _ => return gst::PadProbeReturn::Ok,
                },
                _ => return gst::PadProbeReturn::Ok,
            };
            seen.lock().unwrap().push(entry);
            gst::PadProbeReturn::Ok
        });
    let mark = || gst::event::CustomDownstream::new(gst::Structure::new_empty("mark"));
    harness.push_event(mark());
    for index in 0..4 {
        harness.push(frame(&info, index)).unwrap();
        if index == 1 {
            harness.push_event(mark());
        }
    }
    harness.push_event(gst::event::Eos::new());
    let expected = ["mark", "frame 0", "frame 1", "mark", "frame 2", "frame 3"];
    assert_eq!(*order.lock().unwrap(), expected);
}

#[test]
fn a_flush_forgets_the_old_scene() {
    let info = small();
    let mut harness = harness("wgputestfilter name=f lookahead=2", &caps_of(&info));
    for index in 0..2 {
        harness.push(frame(&info, index)).unwrap();
    }
    let filter: TestFilter = find(&mut harness, "f");
    let before = filter.read(|log| log.resets);
    harness.push_event(gst::event::FlushStart::new());
    harness.push_event(gst::event::FlushStop::new(true));
    assert!(filter.read(|log| log.resets) > before);
    let segment = gst::FormattedSegment::<gst::ClockTime>::new();
    harness.push_event(gst::event::Segment::new(&segment));
    for index in 10..13 {
        harness.push(frame(&info, index)).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    let offsets: Vec<u64> = std::iter::from_fn(|| harness.try_pull())
        .map(|b| b.offset())
        .collect();
    assert_eq!(offsets, [10, 11, 12]);
}

/// A leaky queue and lost packets mark dozens of frames a minute: none of them is a reason to forget, or to
/// hurry out what is held.
#[test]
fn a_discontinuity_keeps_the_past_and_its_place() {
    let info = small();
    let mut harness = harness("wgputestfilter name=f lookahead=2", &caps_of(&info));
    for index in 0..3 {
        harness.push(frame(&info, index)).unwrap();
    }
    let filter: TestFilter = find(&mut harness, "f");
    let before = filter.read(|log| log.resets);
    let mut cut = frame(&info, 3);
    cut.get_mut().unwrap().set_flags(gst::BufferFlags::DISCONT);
    harness.push(cut).unwrap();
    assert_eq!(harness.buffers_received(), 2);
    assert_eq!(filter.read(|log| log.resets), before);
    assert!(filter.read(|log| log.contexts[3].discont));
    harness.push_event(gst::event::Eos::new());
    let frames: Vec<_> = std::iter::from_fn(|| harness.try_pull()).collect();
    let offsets: Vec<u64> = frames.iter().map(|b| b.offset()).collect();
    assert_eq!(offsets, [0, 1, 2, 3]);
    assert!(frames[3].flags().contains(gst::BufferFlags::DISCONT));
}

/// What a jitter buffer sends for lost packets keeps its place between frames, and hurries none of them out.
#[test]
fn a_gap_event_keeps_its_place() {
    let info = small();
    let mut harness = harness("wgputestfilter name=f lookahead=2", &caps_of(&info));
    for index in 0..3 {
        harness.push(frame(&info, index)).unwrap();
    }
    let filter: TestFilter = find(&mut harness, "f");
    let before = filter.read(|log| log.resets);
    while harness.try_pull_event().is_some() {}
    let time = gst::ClockTime::from_mseconds(40);
    harness.push_event(gst::event::Gap::new(3 * time, time));
    let is_gap = |event: &gst::Event| event.type_() == gst::EventType::Gap;
    assert!(std::iter::from_fn(|| harness.try_pull_event()).all(|event| !is_gap(&event)));
    assert_eq!(harness.buffers_received(), 1);
    for index in 4..6 {
        harness.push(frame(&info, index)).unwrap();
    }
    assert_eq!(harness.buffers_received(), 3);
    assert!(std::iter::from_fn(|| harness.try_pull_event()).any(|event| is_gap(&event)));
    assert_eq!(filter.read(|log| log.resets), before);
}

#[test]
fn seeks_and_stops_while_frames_flow() {
    super::init();
    let line = "videotestsrc ! video/x-raw,format=I420,width=64,height=48 ! \
                wgputestfilter name=f lookahead=2 ! queue ! wgputestfilter lookahead=1 ! fakesink";
    let pipeline = gst::parse::launch(line).unwrap();
    let bus = pipeline.bus().unwrap();
    for _ in 0..8 {
        pipeline.set_state(gst::State::Playing).unwrap();
        let (reached, ..) = pipeline.state(gst::ClockTime::from_seconds(30));
        reached.unwrap();
        for second in [5, 1, 3] {
            let flags = gst::SeekFlags::FLUSH;
            pipeline
                .seek_simple(flags, gst::ClockTime::from_seconds(second))
                .unwrap();
            let (reached, ..) = pipeline.state(gst::ClockTime::from_seconds(30));
            reached.unwrap();
        }
        pipeline.set_state(gst::State::Null).unwrap();
    }
    let errors = bus.pop_filtered(&[gst::MessageType::Error, gst::MessageType::Warning]);
    assert!(errors.is_none(), "{errors:?}");
    let bin = pipeline.downcast_ref::<gst::Bin>().unwrap();
    let filter = bin.by_name("f").unwrap().downcast::<TestFilter>().unwrap();
    assert_eq!(filter.read(|log| log.releases), 8);
}

/// No frame is filtered with settings from two different times.
#[test]
fn settings_are_copied_once_for_a_frame() {
    let info = video(VideoFormat::Nv12, 33, 17);
    let mut harness = harness("wgputestfilter name=f lookahead=1", &caps_of(&info));
    let filter: TestFilter = find(&mut harness, "f");
    harness.push(frame(&info, 0)).unwrap();
    let before = filter.read(|log| log.asked);
    for index in 1..4 {
        harness.push(frame(&info, index)).unwrap();
    }
    assert_eq!(filter.read(|log| log.asked) - before, 3);
}
