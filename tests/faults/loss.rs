//! What is told of a lost device, and what the property `on-device-loss` makes of it.

use std::time::{Duration, Instant};

use gst::prelude::*;
use gst_video::VideoFormat;

use super::stream::{Stream, WARM, begin};
use super::{
    ALWAYS, Call, LOST, OUT_OF_DEVICE_MEMORY, STUCK, fault, heal, through_layer, through_layer_with,
};
use crate::video::errors::{in_child, is_child};
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

/// Software's driver and a copy of it: two cards.
struct TwoCards(std::path::PathBuf);

impl TwoCards {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("gstwgpu-cards-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let known = std::fs::read_dir("/usr/share/vulkan/icd.d").unwrap();
        let driver = known
            .map(|file| file.unwrap().path())
            .find(|path| path.to_string_lossy().contains("lvp_icd"))
            .expect("no driver for software: mesa-vulkan-drivers is not installed");
        let manifest = std::fs::read_to_string(driver).unwrap();
        let library = manifest
            .split('"')
            .find(|text| text.ends_with(".so"))
            .unwrap();
        for (number, copy) in [(0, false), (1, true)] {
            let mut path = std::path::PathBuf::from(library);
            if copy {
                path = folder.join("copy.so");
                std::fs::copy(library, &path).unwrap();
            }
            let manifest = manifest.replace(library, path.to_str().unwrap());
            std::fs::write(folder.join(format!("{number}.json")), manifest).unwrap();
        }
        Self(folder)
    }

    fn drivers(&self) -> String {
        let file = |number| self.0.join(format!("{number}.json")).display().to_string();
        format!("{}:{}", file(0), file(1))
    }
}

impl Drop for TwoCards {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The number of the attempt that brought a device back, where the first card has failed for good and there is
/// a second one.
fn attempts_with_two_cards(adapter: &str) -> u32 {
    let mut stream = Stream::new(&format!("wgputestfilter {adapter}"));
    stream.push_many(WARM);
    // Each attempt on the first card creates a device once: this is its third failure that is meant to count.
    fault(Call::Device, LOST, 0, 3);
    begin(Call::Submit, LOST, 1);
    stream.push();
    let told = stream.push_until_well();
    assert_eq!(states(&told).last().unwrap(), "restored", "{told:?}");
    stream.push_many(3);
    assert_eq!(stream.missing(), 0);
    let attempt = |one: &gst::Structure| one.get::<u32>("attempt").ok();
    told.iter().filter_map(attempt).max().unwrap()
}

#[test]
fn another_card_takes_over_from_one_that_does_not_come_back() {
    let test = "faults::loss::another_card_takes_over_from_one_that_does_not_come_back";
    let cards = (!is_child()).then(TwoCards::new);
    let drivers = cards.as_ref().map_or_else(String::new, TwoCards::drivers);
    if through_layer_with(test, &[("VK_ICD_FILENAMES", &drivers)]).is_some() {
        return;
    }
    let found = gstwgpu::gpu::Gpu::adapters();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(attempts_with_two_cards(""), 3);
    // A card that was asked for is waited for.
    assert_eq!(attempts_with_two_cards("adapter=0"), 4);
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
