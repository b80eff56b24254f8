//! Arming by regions of interest.

use gst::prelude::*;
use gst_check::Harness;
use gst_video::VideoRegionOfInterestMeta;
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::trail::json::Json;

use super::exposure::{Scene, draw};
use super::{TestFile, distance, element, messages, quad_of, states};

type Rect = (u32, u32, u32, u32);

/// What a detector sees, and the same as corners.
const SEEN: Rect = (80, 50, 150, 110);
const CORNERS: Quad = Quad([[79.5, 49.5], [229.5, 49.5], [229.5, 159.5], [79.5, 159.5]]);

/// Pushes a frame of a scene in which detectors see regions.
fn push(harness: &mut Harness, index: u64, cut: bool, regions: &[(&str, Rect)]) {
    let scene = Scene {
        cut,
        ..Scene::default()
    };
    let mut buffer = draw(index, scene);
    for (type_, rect) in regions {
        VideoRegionOfInterestMeta::add(buffer.get_mut().unwrap(), type_, *rect);
    }
    harness.push_and_pull(buffer).unwrap();
}

/// The state in a line of a track file.
fn state_of(line: &Json) -> &str {
    line.get("state").unwrap().text().unwrap()
}

#[test]
fn a_region_of_the_type_arms_its_own_frame_and_no_later_one_moves_it() {
    let file = TestFile::new("anchor.jsonl");
    let line = format!("anchor=roi:logo track-location={}", file.as_str());
    let (mut harness, element, _) = element(&line);
    push(&mut harness, 0, false, &[]);
    push(&mut harness, 1, false, &[("face", SEEN)]);
    // The larger of two; too little of a third is in the picture.
    let three = [
        ("logo", (5, 5, 30, 30)),
        ("logo", SEEN),
        ("logo", (310, 0, 900, 900)),
    ];
    push(&mut harness, 2, false, &three);
    for index in 3..8 {
        push(&mut harness, index, false, &[("logo", (90, 70, 150, 110))]);
    }
    harness.push_event(gst::event::Eos::new());
    let track = file.track();
    let state = |index: usize| state_of(&track[index]);
    assert_eq!((state(1), state(2)), ("lost", "tracking"));
    for line in &track[2..] {
        let far = distance(&quad_of(line), &CORNERS);
        assert!(far < 0.5, "{far} px off: {line:?}");
    }
    let points: String = element.property("points");
    assert!(distance(&points.parse().unwrap(), &CORNERS) < 1e-9);
}

#[test]
fn a_lost_plane_is_armed_where_the_detector_sees_it_again() {
    for after in ["", "! wgpudownload"] {
        let file = TestFile::new("again.jsonl");
        let line = format!("anchor=roi:logo track-location={} {after}", file.as_str());
        let mut harness = super::harness(
            &format!("wgputrackoverlay {line}"),
            &crate::video::caps_of(&super::info()),
        );
        push(&mut harness, 0, false, &[("logo", SEEN)]);
        (1..5).for_each(|index| push(&mut harness, index, false, &[]));
        // Another scene: first nobody sees it, then it is somewhere else, with another look.
        (5..20).for_each(|index| push(&mut harness, index, true, &[]));
        (20..24)
            .for_each(|index| push(&mut harness, index, true, &[("logo", (100, 90, 120, 100))]));
        harness.push_event(gst::event::Eos::new());
        let track = file.track();
        let state = |index: usize| state_of(&track[index]);
        assert_eq!((state(4), state(19)), ("tracking", "lost"), "{after}");
        assert_eq!(state(23), "tracking", "{after}");
        let left = quad_of(&track[23]).0[0];
        assert!(
            (left[0] - 99.5).hypot(left[1] - 89.5) < 0.5,
            "{after}: {left:?}"
        );
    }
}

#[test]
fn a_released_plane_stays_released() {
    let (mut harness, element, bus) = element("anchor=roi:logo");
    push(&mut harness, 0, false, &[("logo", SEEN)]);
    assert!(element.emit_by_name::<bool>("release", &[]));
    push(&mut harness, 1, false, &[("logo", SEEN)]);
    push(&mut harness, 2, false, &[("logo", SEEN)]);
    let told: Vec<_> = states(&bus).into_iter().map(|(_, state)| state).collect();
    assert_eq!(told, ["tracking", "idle"]);
    element.set_property("anchor", "roi:logo");
    push(&mut harness, 3, false, &[("logo", SEEN)]);
    assert_eq!(states(&bus).len(), 1, "armed again");
    element.set_property("anchor", "face");
    assert_eq!(messages(&bus, gst::MessageType::Warning).len(), 1);
    assert_eq!(element.property::<String>("anchor"), "roi:logo");
    element.set_bus(None);
}
