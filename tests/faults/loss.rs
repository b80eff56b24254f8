//! What is told of a lost device, and what the property `on-device-loss` makes of it.

use std::time::{Duration, Instant};

use gst::prelude::*;
use gst_video::VideoFormat;

use super::stream::{Stream, WARM, begin};
use super::{ALWAYS, Call, LOST, OUT_OF_DEVICE_MEMORY, STUCK, heal, through_layer};
use crate::video::errors::in_child;
use crate::video::{TestFilter, caps_of, find, stat, video};

fn states(told: &[gst::Structure]) -> Vec<String> {
    told.iter().map(|one| one.get("state").unwrap()).collect()
}

#[test]
fn loss_retries_and_return_are_told_with_times() {
    let test = "faults::loss::loss_retries_and_return_are_told_with_times";
    if through_layer(test).is_some() {
        return;
    }
    let mut stream = Stream::new("wgputestfilter name=f");
    stream.push_many(WARM);
    begin(Call::Submit, LOST, ALWAYS);
    stream.push();
    std::thread::sleep(Duration::from_millis(400));
    heal();
    let told = stream.push_until_well();
    let names = states(&told);
    assert_eq!(names[0], "lost");
    assert_eq!(names.last().unwrap(), "restored");
    let retries: Vec<_> = told.iter().filter(|one| one.has_field("attempt")).collect();
    assert!(retries.len() >= 2, "{told:?}");
    let delays = retries
        .iter()
        .map(|one| one.get::<gst::ClockTime>("delay").unwrap());
    assert!(delays.is_sorted(), "{told:?}");
    let restored = told.last().unwrap();
    let downtime: gst::ClockTime = restored.get("downtime").unwrap();
    assert!(
        downtime >= gst::ClockTime::from_mseconds(400),
        "{restored:?}"
    );
    assert!(!restored.get::<String>("adapter").unwrap().is_empty());
    let filter: TestFilter = find(&mut stream.harness, "f");
    let unfiltered: u64 = restored.get("unfiltered").unwrap();
    assert_eq!(stat(&filter, "unfiltered"), unfiltered);
    assert!(unfiltered > 0);
    stream.push_many(3);
    assert_eq!(stat(&filter, "unfiltered"), unfiltered);
    assert_eq!(stream.missing(), 0);
}

#[test]
fn with_error_there_is_one_and_a_restart_works() {
    let test = "faults::loss::with_error_there_is_one_and_a_restart_works";
    if through_layer(test).is_some() {
        return;
    }
    crate::video::init();
    for (call, result) in [(Call::Submit, LOST), (Call::Wait, LOST)] {
        let line = "videotestsrc is-live=true ! video/x-raw,format=I420,width=64,height=48 ! \
                    wgputestfilter on-device-loss=error ! wgputestfilter on-device-loss=error ! \
                    wgputestfilter on-device-loss=error ! fakesink name=out";
        let pipeline = gst::parse::launch(line).unwrap();
        pipeline.set_state(gst::State::Playing).unwrap();
        begin(call, result, ALWAYS);
        let errors = crate::video::errors::errors(&pipeline);
        let ours = errors
            .iter()
            .filter(|error| error.kind::<gst::ResourceError>().is_some());
        let texts: Vec<_> = ours.map(|error| error.message().to_string()).collect();
        assert_eq!(texts.len(), 1, "{errors:?}");
        assert!(texts[0].contains("lost"), "{texts:?}");
        pipeline.set_state(gst::State::Null).unwrap();
        heal();
        pipeline.set_state(gst::State::Playing).unwrap();
        let (result, state, _) = pipeline.state(gst::ClockTime::from_seconds(30));
        result.unwrap();
        assert_eq!(state, gst::State::Playing);
        pipeline.set_state(gst::State::Null).unwrap();
    }
}

#[test]
fn a_hanging_device_holds_nothing_up() {
    let test = "faults::loss::a_hanging_device_holds_nothing_up";
    if through_layer(test).is_some() {
        return;
    }
    let mut stream = Stream::new("wgputestfilter name=f");
    stream.push_many(WARM);
    begin(Call::Wait, STUCK, ALWAYS);
    stream.push();
    assert_eq!(states(&stream.told()), ["late"]);
    // Those after it do not wait.
    let begun = Instant::now();
    stream.push_many(5);
    assert!(
        begun.elapsed() < Duration::from_millis(200),
        "{:?}",
        begun.elapsed()
    );
    heal();
    assert_eq!(states(&stream.push_until_well()), ["restored"]);
    assert_eq!(stream.missing(), 0);
}

/// Nobody has asked for the latency yet when the first frame comes, which is how the element learns that the
/// source is live.
#[test]
fn a_device_that_hangs_from_the_start_lets_frames_of_a_live_source_pass() {
    let test = "faults::loss::a_device_that_hangs_from_the_start_lets_frames_of_a_live_source_pass";
    if through_layer(test).is_some() {
        return;
    }
    crate::video::init();
    let line = "videotestsrc is-live=true ! video/x-raw,format=I420,width=64,height=48 ! \
                wgputestfilter ! appsink name=out sync=false";
    let pipeline = gst::parse::launch(line).unwrap();
    begin(Call::Wait, STUCK, ALWAYS);
    pipeline.set_state(gst::State::Playing).unwrap();
    let out = pipeline
        .downcast_ref::<gst::Bin>()
        .unwrap()
        .by_name("out")
        .unwrap();
    let out = out.downcast::<gst_app::AppSink>().unwrap();
    for _ in 0..5 {
        assert!(
            out.try_pull_sample(gst::ClockTime::from_seconds(20))
                .is_some()
        );
    }
    pipeline.set_state(gst::State::Null).unwrap();
    heal();
}

/// An overlay waits for its last poses then.
#[test]
fn the_end_of_a_stream_does_not_wait_for_a_hanging_device() {
    let test = "faults::loss::the_end_of_a_stream_does_not_wait_for_a_hanging_device";
    if through_layer(test).is_some() {
        return;
    }
    let line = "wgpuupload ! wgputrackoverlay points=\"10,10 40,10 40,30 10,30\"";
    let mut stream = Stream::new(line);
    stream.push_many(WARM);
    begin(Call::Wait, STUCK, ALWAYS);
    stream.push();
    let begun = Instant::now();
    stream.harness.push_event(gst::event::Eos::new());
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    heal();
}

#[test]
fn a_wait_ends_when_the_element_stops() {
    let test = "faults::loss::a_wait_ends_when_the_element_stops";
    if through_layer(test).is_some() {
        return;
    }
    crate::video::init();
    let line = "videotestsrc ! video/x-raw,format=I420,width=64,height=48 ! \
                wgputestfilter ! fakesink";
    let pipeline = gst::parse::launch(line).unwrap();
    begin(Call::Wait, STUCK, ALWAYS);
    pipeline.set_state(gst::State::Playing).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    let begun = Instant::now();
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    heal();
}

#[test]
fn memory_that_runs_out_with_new_caps_lets_frames_pass() {
    let test = "faults::loss::memory_that_runs_out_with_new_caps_lets_frames_pass";
    if through_layer(test).is_some() {
        return;
    }
    let mut stream = Stream::new("wgputestfilter ! wgputestfilter");
    stream.push_many(WARM);
    begin(Call::Allocate, OUT_OF_DEVICE_MEMORY, ALWAYS);
    begin(Call::Buffer, OUT_OF_DEVICE_MEMORY, ALWAYS);
    stream.info = video(VideoFormat::I420, 640, 480);
    stream.harness.set_src_caps(caps_of(&stream.info));
    stream.out.clear();
    let before = stream.sent;
    stream.push_many(5);
    assert_eq!(stream.out.len() as u64, stream.sent - before);
    // As they came.
    assert!(
        stream.out.iter().all(|(_, difference)| *difference == 0.0),
        "{:?}",
        stream.out
    );
    heal();
    let told = stream.push_until_well();
    assert_eq!(states(&told).last().unwrap(), "restored");
}

/// A panic in a filter's own code, or in a driver.
#[test]
fn a_panic_is_survived() {
    let test = "faults::loss::a_panic_is_survived";
    if let Some(output) = in_child(test, &[]) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let mut stream = Stream::new("wgputestfilter name=f");
    stream.push_many(2);
    let filter: TestFilter = find(&mut stream.harness, "f");
    filter.set_property("panics", true);
    stream.push();
    filter.set_property("panics", false);
    let told = stream.told();
    assert!(
        told[0]
            .get::<String>("reason")
            .unwrap()
            .contains("on purpose"),
        "{told:?}"
    );
    stream.push_until_well();
    assert_eq!(stream.missing(), 0);
}

#[test]
fn after_a_panic_and_an_error_the_element_starts_again() {
    let test = "faults::loss::after_a_panic_and_an_error_the_element_starts_again";
    if let Some(output) = in_child(test, &[]) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    crate::video::init();
    let line = "videotestsrc num-buffers=9 ! video/x-raw,width=64,height=48 ! \
                wgputestfilter name=f on-device-loss=error panics=true ! fakesink";
    let (pipeline, errors) = crate::video::errors::play(line);
    let told = errors
        .iter()
        .any(|error| error.message().contains("on purpose"));
    assert!(told, "{errors:?}");
    pipeline.set_state(gst::State::Null).unwrap();
    let filter = pipeline
        .downcast_ref::<gst::Bin>()
        .unwrap()
        .by_name("f")
        .unwrap();
    filter.set_property("panics", false);
    crate::video::leaks::cycle(&pipeline);
}
