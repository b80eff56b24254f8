//! Messages, metas and statistics.

use gst::prelude::*;
use gst_video::VideoRegionOfInterestMeta;
use gstwgpu::trackoverlay::quad::Quad;

use super::{QUAD, distance, element, harness, info, messages, run, states, textured};
use crate::video::{caps_of, stat};

fn pair(previous: &str, state: &str) -> (String, String) {
    (previous.to_owned(), state.to_owned())
}

#[test]
fn each_change_of_state_is_told() {
    let (mut harness, element, bus) = element("");
    run(&mut harness, 0..3);
    assert_eq!(states(&bus), []);
    element.emit_by_name::<bool>("arm", &[&QUAD.to_string()]);
    run(&mut harness, 3..6);
    assert_eq!(states(&bus), [pair("idle", "tracking")]);
    element.emit_by_name::<bool>("release", &[]);
    run(&mut harness, 6..8);
    assert_eq!(states(&bus), [pair("tracking", "idle")]);
    element.set_bus(None);
}

#[test]
fn a_message_says_when_and_where() {
    let (mut harness, element, bus) = element(&format!("points=\"{QUAD}\""));
    run(&mut harness, 5..7);
    let messages = messages(&bus, gst::MessageType::Element);
    let structure = messages[0].structure().unwrap();
    assert_eq!(structure.get::<u32>("frame").unwrap(), 0);
    let time = Some(gst::ClockTime::from_mseconds(200));
    assert_eq!(
        structure
            .get::<Option<gst::ClockTime>>("timestamp")
            .unwrap(),
        time
    );
    assert_eq!(
        structure
            .get::<Option<gst::ClockTime>>("running-time")
            .unwrap(),
        time
    );
    assert!(structure.get::<f64>("confidence").unwrap() > 0.5);
    let quad: Quad = structure.get::<String>("quad").unwrap().parse().unwrap();
    assert!(distance(&quad, &QUAD) < 0.5);
    element.set_bus(None);
}

#[test]
fn frames_carry_the_tracked_box() {
    for (line, exact) in [("", true), ("! wgpudownload", false)] {
        let line = format!("wgputrackoverlay points=\"{QUAD}\" {line}");
        let mut harness = harness(&line, &caps_of(&info()));
        let mut marked = 0;
        for (index, buffer) in run(&mut harness, 0..20).iter().enumerate() {
            let Some(roi) = buffer.meta::<VideoRegionOfInterestMeta>() else {
                assert!(!exact, "frame {index} has no box");
                continue;
            };
            marked += 1;
            let (x, y, width, height) = roi.rect();
            let close = |a: u32, b: u32| a.abs_diff(b) <= 1;
            assert!(close(x, 80) && close(y, 50), "{x},{y}");
            assert!(close(width, 151) && close(height, 121), "{width}x{height}");
            let params = roi.param("wgputrackoverlay").unwrap();
            let age = params.get::<u32>("age").unwrap();
            assert!(age <= if exact { 0 } else { 8 }, "{age} frames old");
            assert_eq!(params.get::<&str>("state").unwrap(), "tracking");
        }
        assert!(marked >= 12, "{marked} of 20 frames have a box");
    }
}

#[test]
fn a_meta_does_not_change_a_buffer_that_others_hold() {
    let (mut harness, _, _) = element(&format!("points=\"{QUAD}\""));
    let sent = textured(&info(), 0);
    let got = harness.push_and_pull(sent.clone()).unwrap();
    assert!(sent.meta::<VideoRegionOfInterestMeta>().is_none());
    assert!(got.meta::<VideoRegionOfInterestMeta>().is_some());
}

#[test]
fn statistics_count_the_states() {
    let (mut harness, element, _) = element("");
    run(&mut harness, 0..2);
    element.set_property("points", QUAD.to_string());
    run(&mut harness, 2..9);
    assert_eq!(stat(&element, "frames-tracked"), 7);
    assert_eq!(stat(&element, "frames-lost"), 0);
    assert_eq!(stat(&element, "frames"), 9);
    // Frames pass until there is something to follow.
    assert_eq!(stat(&element, "passed"), 2);
    assert_eq!(stat(&element, "downloads"), 0);
    let stats = element.property::<gst::Structure>("stats");
    assert_eq!(stats.get::<&str>("state").unwrap(), "tracking");
}
