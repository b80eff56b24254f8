//! A file of placements: several planes, each with a picture and a name of its own.

use gst::prelude::*;
use gst_check::Harness;
use gst_video::VideoRegionOfInterestMeta;
use gstwgpu::gpu::{AdapterSelector, Gpu};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::trail::json::Json;
use gstwgpu::video::context::new_context;

use super::loss::until_well;
use super::placing::{luma, white_png};
use super::{QUAD, TestFile, distance, element, info, messages, quad_of, run, textured};
use crate::video::{caps_of, init};

const LEFT: Quad = Quad([[20.0, 40.0], [110.0, 44.0], [108.0, 150.0], [24.0, 146.0]]);
const RIGHT: Quad = Quad([[190.0, 60.0], [290.0, 56.0], [292.0, 180.0], [188.0, 176.0]]);
/// Places in the middle of them, and one that is in neither.
const PLACES: [(usize, usize); 3] = [(65, 95), (240, 118), (150, 20)];
const DRY: &str = r#""relight": 0, "occlusion": false, "match-grain": 0"#;

fn file(name: &str, text: &str) -> TestFile {
    let file = TestFile::new(name);
    std::fs::write(&file.0, text).unwrap();
    file
}

/// Two planes with a white picture; `more` are members of the second.
fn two(name: &str, picture: &TestFile, more: &str) -> TestFile {
    // Relative to the file, which lies in the same folder.
    let picture = picture.0.file_name().unwrap().to_str().unwrap();
    let text = format!(
        r#"[{{"name": "left", "points": "{LEFT}", "location": "{picture}", {DRY}}},
            {{"name": "r\u00e9\"", "points": "{RIGHT}", "location": "{picture}", {DRY}{more}}}]"#
    );
    file(name, &text)
}

fn shown(buffer: &gst::Buffer) -> [u8; 3] {
    PLACES.map(|(x, y)| luma(buffer, x, y))
}

#[test]
fn each_plane_has_its_picture_and_its_name() {
    let picture = white_png("planes.png");
    let (list, track) = (
        two("planes.json", &picture, ""),
        TestFile::new("planes.jsonl"),
    );
    let line = format!(
        "placements={} track-location={}",
        list.as_str(),
        track.as_str()
    );
    let (mut harness, element, bus) = element(&line);
    let plain = shown(&textured(&info(), 0));
    for buffer in run(&mut harness, 0..3) {
        assert_eq!(shown(&buffer), [235, 235, plain[2]]);
        let mut boxes: Vec<String> = buffer
            .iter_meta::<VideoRegionOfInterestMeta>()
            .map(|meta| {
                meta.param("wgputrackoverlay")
                    .unwrap()
                    .get("placement")
                    .unwrap()
            })
            .collect();
        boxes.sort();
        assert_eq!(boxes, ["left", "ré\""]);
    }
    let messages = messages(&bus, gst::MessageType::Element);
    let told = messages.iter().filter_map(|message| message.structure());
    let told = told.filter(|message| message.name() == "wgputrackoverlay-state");
    let told: Vec<(String, String)> = told
        .map(|s| (s.get("placement").unwrap(), s.get("state").unwrap()))
        .collect();
    let state = |name: &str| (name.to_owned(), "tracking".to_owned());
    assert_eq!(told, [state("left"), state("ré\"")]);
    let stats = element.property::<gst::Structure>("stats");
    let planes = stats.get::<gst::Array>("placements").unwrap();
    let planes = planes
        .iter()
        .map(|plane| plane.get::<gst::Structure>().unwrap());
    for (plane, (name, quad)) in planes.zip([("left", LEFT), ("ré\"", RIGHT)]) {
        assert_eq!(plane.get::<&str>("name").unwrap(), name);
        assert_eq!(plane.get::<&str>("state").unwrap(), "tracking");
        let found: Quad = plane.get::<String>("quad").unwrap().parse().unwrap();
        assert!(distance(&found, &quad) < 0.5, "{name}: {found}");
    }
    harness.push_event(gst::event::Eos::new());
    for (name, quad) in [("left", LEFT), ("ré\"", RIGHT)] {
        let lines = track.track();
        let own = |line: &&Json| line.get("placement").and_then(Json::text) == Some(name);
        let own: Vec<&Json> = lines.iter().filter(own).collect();
        assert_eq!(own.len(), 3, "{name}");
        assert!(own.iter().all(|line| distance(&quad_of(line), &quad) < 0.5));
    }
    element.set_bus(None);
}

#[test]
fn a_placement_has_properties_and_a_time_of_its_own() {
    let picture = white_png("own.png");
    // Two frames of 40 ms pass before.
    let list = two("own.json", &picture, r#", "opacity": 0.5, "time": 0.08"#);
    let (mut harness, ..) = element(&format!("placements={}", list.as_str()));
    let plain = shown(&textured(&info(), 0));
    let got: Vec<[u8; 3]> = run(&mut harness, 0..4).iter().map(shown).collect();
    let half = (f64::from(plain[1]) + 235.0) / 2.0;
    for (frame, [left, right, outside]) in got.into_iter().enumerate() {
        assert_eq!((left, outside), (235, plain[2]), "frame {frame}");
        let wanted = if frame < 2 { f64::from(plain[1]) } else { half };
        assert!(
            (f64::from(right) - wanted).abs() <= 2.0,
            "frame {frame}: {right}"
        );
    }
}

/// Placements lie over each other in the order of the file, over that of the properties.
#[test]
fn later_placements_are_drawn_over_earlier_ones() {
    let (white, black) = (white_png("over.png"), TestFile::new("black.png"));
    let pixel = image::RgbImage::from_pixel(1, 1, image::Rgb([0; 3]));
    pixel.save(&black.0).unwrap();
    let placement = |(file, opacity): &(&TestFile, f64)| {
        let file = file.as_str();
        format!(r#"{{"points": "{QUAD}", "location": "{file}", "opacity": {opacity}, {DRY}}}"#)
    };
    let (light, dark, half) = ((&white, 1.0), (&black, 1.0), (&black, 0.5));
    for (placements, wanted) in [
        (vec![light], 235.0),
        (vec![dark], 16.0),
        (vec![half], 125.5),
        (vec![dark, light], 235.0),
        (vec![light, dark], 16.0),
        (vec![dark, light, half], 125.5),
    ] {
        let list: Vec<String> = placements.iter().map(placement).collect();
        let list = file("over.json", &format!("[{}]", list.join(",")));
        let line = format!(
            "points=\"{QUAD}\" location={} relight=0 occlusion=false match-grain=0 placements={}",
            white.as_str(),
            list.as_str()
        );
        let (mut harness, ..) = element(&line);
        for buffer in run(&mut harness, 0..2) {
            let got = f64::from(luma(&buffer, 150, 110));
            assert!((got - wanted).abs() <= 2.0, "{got}, not {wanted}");
        }
    }
}

#[test]
fn each_placement_is_billed() {
    let picture = white_png("billed.png");
    let (list, report) = (
        two("billed.json", &picture, ""),
        TestFile::new("billed.jsonl"),
    );
    let line = format!(
        "placements={} exposure-location={}",
        list.as_str(),
        report.as_str()
    );
    let (mut harness, ..) = element(&line);
    run(&mut harness, 0..5);
    harness.push_event(gst::event::Eos::new());
    let lines = report.track();
    let text = |line: &Json, name: &str| line.get(name).and_then(Json::text).map(str::to_owned);
    let number = |line: &Json, name: &str| line.get(name).and_then(Json::number).unwrap();
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (index, (line, name)) in lines.iter().zip(["left", "ré\""]).enumerate() {
        assert_eq!(text(line, "placement").unwrap(), name);
        assert_eq!(number(line, "appearance"), index as f64 + 1.0);
        assert_eq!(number(line, "frames"), 5.0);
    }
    assert_eq!(text(&lines[2], "type").unwrap(), "total");
    assert_eq!(number(&lines[2], "appearances"), 2.0);
    let sum = number(&lines[0], "seconds") + number(&lines[1], "seconds");
    assert!((number(&lines[2], "seconds") - sum).abs() < 1e-6);
}

#[test]
fn the_planes_are_taken_up_again_after_a_loss() {
    init();
    let gpu = Gpu::open(&AdapterSelector::Auto).unwrap();
    let picture = white_png("taken.png");
    let list = two("taken.json", &picture, "");
    let line = format!("wgputrackoverlay name=f placements={}", list.as_str());
    let bin = gst::parse::bin_from_description(&line, true).unwrap();
    bin.set_context(&new_context(&gpu, true));
    let element = bin.by_name("f").unwrap();
    let mut harness = Harness::with_element(&bin, Some("sink"), Some("src"));
    harness.set_src_caps(caps_of(&info()));
    let mut shown = |index| {
        let got = harness.push_and_pull(textured(&info(), index)).unwrap();
        [luma(&got, 65, 95), luma(&got, 240, 118)]
    };
    assert_eq!([0, 1, 2].map(&mut shown), [[235; 2]; 3]);
    gpu.device().destroy();
    let mut next = 3;
    until_well(&element, &mut next, |index| {
        shown(index);
    });
    assert_eq!([next, next + 1].map(&mut shown), [[235; 2]; 2]);
}

#[test]
fn what_is_wrong_in_a_file_is_one_error() {
    let good = format!(r#""points": "{QUAD}""#);
    for (text, parts) in [
        ("".to_owned(), vec!["JSON array"]),
        ("[]".to_owned(), vec!["JSON array"]),
        ("[1]".to_owned(), vec!["placement 1", "object"]),
        (
            r#"[{"name": "a"}]"#.to_owned(),
            vec!["placement 1", "\"a\"", "points"],
        ),
        (
            r#"[{"points": "1,2"}]"#.to_owned(),
            vec!["placement 1", "1,2"],
        ),
        (
            format!(r#"[{{{good}, "opactiy": 1}}]"#),
            vec!["opactiy", "opacity"],
        ),
        (
            format!(r#"[{{{good}, "opacity": 2}}]"#),
            vec!["opacity", "0 to 1"],
        ),
        (
            format!(r#"[{{{good}, "fade-in": 0.5}}]"#),
            vec!["fade-in", "60000"],
        ),
        (
            format!(r#"[{{{good}, "on-lost": "go"}}]"#),
            vec!["on-lost", "hold, fade, hide"],
        ),
        (
            format!(r#"[{{{good}, "occlusion": 1}}]"#),
            vec!["occlusion", "true or false"],
        ),
        (
            format!(r#"[{{{good}, "interactive": true}}]"#),
            vec!["interactive"],
        ),
        (
            format!(r#"[{{{good}, "time": -1}}]"#),
            vec!["time", "seconds"],
        ),
        (
            format!(r#"[{{{good}, "location": "none.png"}}]"#),
            vec!["none.png"],
        ),
        (
            format!(r#"[{{"name": "a", {good}}}, {{"name": "a", {good}}}]"#),
            vec!["placement 2", "name"],
        ),
    ] {
        let list = file("wrong.json", &text);
        let line = format!(
            "videotestsrc num-buffers=3 ! video/x-raw,width=320,height=240 ! \
             wgputrackoverlay placements={} ! fakesink",
            list.as_str()
        );
        let (pipeline, errors) = crate::video::errors::play(&line);
        pipeline.set_state(gst::State::Null).unwrap();
        let ours = |error: &&glib::Error| error.message().contains("The property `placements`");
        assert_eq!(errors.iter().filter(ours).count(), 1, "{text}: {errors:?}");
        for part in parts {
            assert!(errors[0].message().contains(part), "{part}: {errors:?}");
        }
    }
}
