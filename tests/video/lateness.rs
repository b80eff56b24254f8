//! A filter that works longer on a frame than a live stream has for it.

use gst::prelude::*;
use gst_video::VideoFormat;

use super::{TestFilter, caps_of, find, harness, stat, video};

/// Frames of a stream that has 10 ms for each, but for a last one.
const FRAMES: u64 = 150;

/// What came out of a filter with these properties; a live source is as many frames ahead as it likes.
struct Run {
    filter: TestFilter,
    offsets: Vec<u64>,
    marked: usize,
    states: Vec<String>,
    warnings: Vec<String>,
}

fn run(properties: &str, is_live: bool) -> Run {
    super::init();
    let info = {
        let builder = gst_video::VideoInfo::builder(VideoFormat::I420, 32, 18);
        builder.fps(gst::Fraction::new(100, 1)).build().unwrap()
    };
    let mut harness = harness(
        &format!("wgputestfilter name=f {properties}"),
        &caps_of(&info),
    );
    let filter: TestFilter = find(&mut harness, "f");
    let bus = gst::Bus::new();
    filter.set_bus(Some(&bus));
    if is_live {
        harness.query_latency().unwrap();
    }
    let time = gst::ClockTime::from_mseconds(10);
    let mut offsets = Vec::new();
    let mut marked = 0;
    for index in 0..=FRAMES {
        let mut buffer = super::frame(&video(VideoFormat::I420, 32, 18), index);
        let writable = buffer.get_mut().unwrap();
        // The source slows down at last, and the filter catches up.
        let pause = if index == FRAMES { 2000 } else { 0 };
        writable.set_pts((index + pause) * time);
        writable.set_duration(time);
        harness.push(buffer).unwrap();
        while let Some(got) = harness.try_pull() {
            offsets.push(got.offset());
            marked += usize::from(got.flags().contains(gst::BufferFlags::DISCONT));
        }
    }
    let mut run = Run {
        filter,
        offsets,
        marked,
        states: Vec::new(),
        warnings: Vec::new(),
    };
    while let Some(message) = bus.pop() {
        match message.view() {
            gst::MessageView::Warning(warning) => run.warnings.push(warning.error().to_string()),
            gst::MessageView::Element(element) => {
                let structure = element.structure().unwrap();
                if structure.name() == "wgpu-load" {
                    assert!(structure.get::<f64>("work").unwrap() > 0.0);
                    run.states.push(structure.get("state").unwrap());
                }
            }
            _ => {}
        }
    }
    run.filter.set_bus(None);
    run
}

#[test]
fn frames_are_left_out_with_a_word() {
    let run = run("busy=30", true);
    let late = stat(&run.filter, "late");
    assert!(late > 0, "{late}");
    assert_eq!(run.offsets.len() as u64 + late, FRAMES + 1);
    assert!(run.offsets.is_sorted() && run.offsets.last() == Some(&FRAMES));
    assert!(run.marked > 0);
    assert_eq!(run.states, ["too-slow"]);
    assert_eq!(run.warnings.len(), 1);
    let warning = &run.warnings[0];
    for word in [
        "ms a frame",
        "has 10",
        "dropped",
        "preset=balanced",
        "when-late=degrade",
    ] {
        assert!(warning.contains(word), "{warning}");
    }
}

#[test]
fn frames_pass_unfiltered_where_that_is_wanted() {
    let run = run("busy=30 when-late=passthrough", true);
    assert_eq!(run.offsets, (0..=FRAMES).collect::<Vec<_>>());
    assert_eq!(stat(&run.filter, "late"), 0);
    let filtered = run.filter.read(|log| log.contexts.len() as u64);
    assert!(filtered <= FRAMES, "{filtered}");
    assert!(run.warnings[0].contains("unfiltered"), "{:?}", run.warnings);
}

#[test]
fn a_faster_preset_is_taken_where_that_is_wanted() {
    let run = run("busy=40 when-late=degrade", true);
    assert_eq!(run.states[0], "degraded");
    let steps = run
        .filter
        .read(|log| log.contexts.iter().map(|c| c.steps_down).max());
    assert!(steps >= Some(1));
    assert_eq!(run.filter.read(|log| log.contexts[0].steps_down), 0);
}

/// A file waits.
#[test]
fn who_is_not_live_is_waited_for() {
    let run = run("busy=30", false);
    assert_eq!(run.offsets, (0..=FRAMES).collect::<Vec<_>>());
    assert_eq!((run.states.len(), run.warnings.len()), (0, 0));
}
