//! The user's commands while frames run.

use gst::prelude::*;

use super::{QUAD, TestFile, distance, element, messages, quad_of, run};
use gstwgpu::trackoverlay::quad::Quad;

const OTHER: Quad = Quad([[20.0, 20.0], [120.0, 24.0], [118.0, 100.0], [24.0, 96.0]]);

#[test]
fn new_points_take_effect_with_the_next_frame() {
    let file = TestFile::new("points.jsonl");
    let line = format!("points=\"{QUAD}\" track-location={}", file.as_str());
    let (mut harness, element, _) = element(&line);
    run(&mut harness, 0..3);
    element.set_property("points", OTHER.to_string());
    run(&mut harness, 3..6);
    harness.push_event(gst::event::Eos::new());
    let track = file.track();
    assert!(distance(&quad_of(&track[2]), &QUAD) < 0.5);
    assert!(distance(&quad_of(&track[3]), &OTHER) < 0.5);
    assert_eq!(element.property::<String>("points"), OTHER.to_string());
}

#[test]
fn points_that_are_none_are_told_and_change_nothing() {
    let (mut harness, element, bus) = element(&format!("points=\"{QUAD}\""));
    run(&mut harness, 0..2);
    for (wrong, part) in [
        ("hello", "x0,y0 x1,y1 x2,y2 x3,y3"),
        ("1,1 9,9 9,1 1,9", "convex"),
        ("900,0 999,0 999,99 900,99", "320x240"),
        ("10,10 10,60 60,60 60,10", "clockwise"),
        ("10,10 11,10 11,11 10,11", "4 pixels"),
    ] {
        element.set_property("points", wrong);
        let warnings = messages(&bus, gst::MessageType::Warning);
        assert_eq!(warnings.len(), 1, "{wrong}");
        let gst::MessageView::Warning(warning) = warnings[0].view() else {
            unreachable!()
        };
        let text = warning.error().message().to_owned();
        for part in [part, "points", wrong] {
            assert!(text.contains(part), "no {part} in: {text}");
        }
        assert!(!element.emit_by_name::<bool>("arm", &[&wrong]), "{wrong}");
        assert!(
            !element.emit_by_name::<bool>("correct", &[&wrong]),
            "{wrong}"
        );
        assert_eq!(messages(&bus, gst::MessageType::Warning).len(), 2);
    }
    assert_eq!(element.property::<String>("points"), QUAD.to_string());
    let stats = |element: &gst::Element| element.property::<gst::Structure>("stats");
    run(&mut harness, 2..4);
    assert_eq!(stats(&element).get::<&str>("state").unwrap(), "tracking");
    element.set_bus(None);
}

#[test]
fn arming_waits_for_its_running_time() {
    let file = TestFile::new("arm-at.jsonl");
    let (mut harness, element, _) = element(&format!("track-location={}", file.as_str()));
    let at = gst::ClockTime::from_mseconds(150).nseconds();
    assert!(element.emit_by_name::<bool>("arm-at", &[&at, &QUAD.to_string()]));
    run(&mut harness, 0..6);
    harness.push_event(gst::event::Eos::new());
    let track = file.track();
    let states: Vec<_> = track
        .iter()
        .map(|l| l.get("state").unwrap().text().unwrap())
        .collect();
    assert_eq!(
        states,
        ["lost", "lost", "lost", "lost", "tracking", "tracking"]
    );
}

#[test]
fn a_correction_needs_a_plane() {
    let (mut harness, element, bus) = element("");
    run(&mut harness, 0..1);
    assert!(!element.emit_by_name::<bool>("correct", &[&QUAD.to_string()]));
    assert_eq!(messages(&bus, gst::MessageType::Warning).len(), 1);
    assert!(element.emit_by_name::<bool>("arm", &[&QUAD.to_string()]));
    run(&mut harness, 1..2);
    assert!(element.emit_by_name::<bool>("correct", &[&QUAD.to_string()]));
    run(&mut harness, 2..3);
    element.set_bus(None);
}

#[test]
fn orders_before_the_start_count() {
    let file = TestFile::new("early.jsonl");
    let line = format!(
        "videotestsrc num-buffers=4 ! video/x-raw,width=320,height=240,framerate=25/1 ! \
         wgputrackoverlay name=f track-location={} ! fakesink",
        file.as_str()
    );
    crate::video::init();
    let pipeline: gst::Pipeline = gst::parse::launch(&line).unwrap().downcast().unwrap();
    let element = pipeline.by_name("f").unwrap();
    assert!(element.emit_by_name::<bool>("arm", &[&QUAD.to_string()]));
    assert_eq!(element.property::<String>("points"), QUAD.to_string());
    // The second frame comes with other points.
    assert!(element.emit_by_name::<bool>("arm-at", &[&40_000_000_u64, &OTHER.to_string()]));
    pipeline.set_state(gst::State::Playing).unwrap();
    assert!(crate::video::errors::errors(pipeline.upcast_ref()).is_empty());
    pipeline.set_state(gst::State::Null).unwrap();
    let track = file.track();
    assert!(distance(&quad_of(&track[0]), &QUAD) < 0.5);
    assert!(distance(&quad_of(&track[1]), &OTHER) < 0.5);
}
