//! The track file: a line for each frame, in order, whatever memory frames are in.

use gst::prelude::*;
use gstwgpu::trackoverlay::trail::json::Json;

use super::{QUAD, TestFile, distance, element, harness, info, quad_of, run, textured};
use crate::video::{caps_of, samples};

fn numbers(track: &[Json], key: &str) -> Vec<u64> {
    let values = track.iter().map(|line| line.get(key).unwrap());
    values.map(|value| value.number().unwrap() as u64).collect()
}

#[test]
fn each_frame_has_its_line() {
    for (name, before, after) in [
        ("system", "", ""),
        ("gpu", "wgpuupload !", "! wgpudownload"),
        ("up", "wgpuupload !", ""),
        ("down", "", "! wgpudownload"),
    ] {
        let file = TestFile::new(&format!("lines-{name}.jsonl"));
        let line = format!(
            "{before} wgputrackoverlay points=\"{QUAD}\" track-location={} {after}",
            file.as_str()
        );
        let mut harness = harness(&line, &caps_of(&info()));
        let sent = textured(&info(), 0);
        for got in run(&mut harness, 0..30) {
            assert_eq!(samples(&got, &info()), samples(&sent, &info()), "{name}");
        }
        harness.push_event(gst::event::Eos::new());
        let track = file.track();
        assert_eq!(
            numbers(&track, "frame"),
            (0..30).collect::<Vec<_>>(),
            "{name}"
        );
        let times: Vec<u64> = (0..30).map(|index| index * 40_000_000).collect();
        assert_eq!(numbers(&track, "pts"), times, "{name}");
        for line in &track {
            assert_eq!(
                line.get("state").unwrap().text(),
                Some("tracking"),
                "{name}"
            );
            let far = distance(&quad_of(line), &QUAD);
            assert!(far < 0.5, "{name}: {far} px off");
        }
    }
}

#[test]
fn stopping_without_an_end_loses_no_line() {
    let file = TestFile::new("stop.jsonl");
    let line = format!("points=\"{QUAD}\" track-location={}", file.as_str());
    let (mut harness, element, _) = element(&line);
    run(&mut harness, 0..7);
    drop(harness);
    element.set_state(gst::State::Null).unwrap();
    assert_eq!(numbers(&file.track(), "frame"), (0..7).collect::<Vec<_>>());
}

#[test]
fn frames_before_arming_are_lost() {
    let file = TestFile::new("before.jsonl");
    let (mut harness, element, _) = element(&format!("track-location={}", file.as_str()));
    run(&mut harness, 0..4);
    element.set_property("points", QUAD.to_string());
    run(&mut harness, 4..8);
    assert!(element.emit_by_name::<bool>("release", &[]));
    run(&mut harness, 8..10);
    harness.push_event(gst::event::Eos::new());
    let track = file.track();
    assert_eq!(numbers(&track, "frame"), (0..10).collect::<Vec<_>>());
    for (frame, line) in track.iter().enumerate() {
        let armed = (4..8).contains(&frame);
        let state = if armed { "tracking" } else { "lost" };
        assert_eq!(
            line.get("state").unwrap().text(),
            Some(state),
            "frame {frame}"
        );
        assert_eq!(
            line.get("quad") == Some(&Json::Null),
            !armed,
            "frame {frame}"
        );
    }
}

#[test]
fn a_second_start_begins_the_file_anew() {
    let file = TestFile::new("again.jsonl");
    let line = format!(
        "videotestsrc num-buffers=5 ! video/x-raw,width=320,height=240 ! \
         wgputrackoverlay points=\"{QUAD}\" track-location={} ! fakesink",
        file.as_str()
    );
    for _ in 0..2 {
        let (pipeline, errors) = crate::video::errors::play(&line);
        assert!(errors.is_empty(), "{errors:?}");
        pipeline.set_state(gst::State::Null).unwrap();
        assert_eq!(numbers(&file.track(), "frame"), (0..5).collect::<Vec<_>>());
    }
}

#[test]
fn a_track_can_be_placed_by() {
    let (first, second) = (TestFile::new("out.jsonl"), TestFile::new("in.jsonl"));
    let line = |frame: u32, quad: &str| {
        let state = if quad == "null" { "lost" } else { "tracking" };
        let pts = frame * 40_000_000;
        format!(r#"{{"frame":{frame},"pts":{pts},"state":"{state}","confidence":1,"quad":{quad}}}"#)
    };
    let quad = |x: u32| format!("[[{x},40],[{0},40],[{0},90],[{x},90]]", x + 60);
    let lines: Vec<String> = (0..10)
        .map(|frame| match frame {
            4 => line(frame, "null"),
            _ => line(frame, &quad(20 + 5 * frame)),
        })
        .collect();
    std::fs::write(&first.0, lines.join("\n") + "\n").unwrap();
    let (mut harness, _, _) = element(&format!(
        "track-import={} track-location={}",
        first.as_str(),
        second.as_str()
    ));
    run(&mut harness, 0..12);
    harness.push_event(gst::event::Eos::new());
    let text = second.text();
    let (known, rest): (Vec<_>, Vec<_>) = text.lines().enumerate().partition(|(at, _)| *at < 10);
    let known: Vec<_> = known.into_iter().map(|(_, line)| line.to_owned()).collect();
    assert_eq!(known, lines);
    assert!(
        rest.iter().all(|(_, line)| line.contains("\"lost\"")),
        "{rest:?}"
    );
}
