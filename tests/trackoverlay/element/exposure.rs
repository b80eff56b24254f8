//! The exposure report of scenes whose visibility is known.

use std::ops::Range;

use gst::prelude::*;
use gst_video::{ValidVideoTimeCode, VideoTimeCodeFlags, VideoTimeCodeMeta};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::trail::json::Json;

use super::placing::white_png;
use super::{QUAD, TestFile, element, info, messages, textured};
use crate::video::stamp;

/// A scene: the whole picture moves to the right, and a box with another texture is in front.
#[derive(Clone, Copy, Default)]
pub struct Scene {
    /// Pixels that everything but the box has moved.
    pub shift: f64,
    /// Left, top, right, bottom of the box; empty for none.
    pub front: [usize; 4],
    /// Another picture without the plane.
    pub cut: bool,
}

/// Random values on a lattice, interpolated: unlike waves, it looks the same nowhere else.
fn lattice(x: f64, y: f64) -> f64 {
    let value = |x: f64, y: f64| {
        let seed = (x as i64).wrapping_mul(0x9e37_79b9) ^ (y as i64).wrapping_mul(0x85eb_ca6b);
        let mixed = (seed as u64 ^ 0x51ed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 40) as f64 / f64::from(1 << 24) - 0.5
    };
    let (left, top) = (x.floor(), y.floor());
    let soft = |t: f64| t * t * (3.0 - 2.0 * t);
    let (a, b) = (soft(x - left), soft(y - top));
    let row = |y: f64| value(left, y) * (1.0 - a) + value(left + 1.0, y) * a;
    row(top) * (1.0 - b) + row(top + 1.0) * b
}

fn texture(x: f64, y: f64) -> f64 {
    128.0 + 90.0 * lattice(x / 7.0 + 100.0, y / 7.0) + 60.0 * lattice(x / 19.0, y / 19.0 + 50.0)
}

pub fn draw(index: u64, scene: Scene) -> gst::Buffer {
    let info = info();
    let mut bytes = vec![128; info.size()];
    let stride = info.stride()[0] as usize;
    let [left, top, right, bottom] = scene.front;
    for y in 0..info.height() as usize {
        for x in 0..info.width() as usize {
            let at = [x as f64 - scene.shift, y as f64];
            let inside = (left..right).contains(&x) && (top..bottom).contains(&y);
            bytes[y * stride + x] = match (inside, scene.cut) {
                (true, _) => texture(at[0] * 1.4 + 2000.0, at[1] * 1.4 + 700.0) as u8,
                (_, true) => texture(at[0] + 5000.0, at[1] + 900.0) as u8,
                _ => texture(at[0], at[1]) as u8,
            };
        }
    }
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    stamp(buffer.get_mut().unwrap(), index);
    buffer
}

/// Plays scenes from frame 0 on, and returns the report's lines.
fn report(name: &str, more: &str, scenes: &[Scene]) -> Vec<Json> {
    let (png, file) = (white_png(&format!("{name}.png")), TestFile::new(name));
    let line = format!(
        "points=\"{QUAD}\" location={} exposure-location={} {more}",
        png.as_str(),
        file.as_str()
    );
    let (mut harness, element, bus) = element(&line);
    for (index, scene) in scenes.iter().enumerate() {
        harness.push_and_pull(draw(index as u64, *scene)).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    let told = messages(&bus, gst::MessageType::Element);
    let told = told.iter().filter_map(|message| message.structure());
    let told = told.filter(|message| message.name() == "wgputrackoverlay-exposure");
    let lines = file.track();
    assert_eq!(told.count(), lines.len(), "each line is a message");
    element.set_bus(None);
    lines
}

fn number(line: &Json, name: &str) -> f64 {
    let value = line.get(name).and_then(Json::number);
    value.unwrap_or_else(|| panic!("{name} of {line:?}"))
}

/// Start and end in frames.
fn span(line: &Json) -> [f64; 2] {
    ["start", "end"].map(|name| number(line, name) / 40e6)
}

fn scenes(count: usize, scene: impl Fn(usize) -> Scene) -> Vec<Scene> {
    (0..count).map(scene).collect()
}

fn assert_close(found: f64, wanted: f64, most: f64, what: &str) {
    assert!(
        (found - wanted).abs() <= most,
        "{what}: {found}, wanted {wanted}"
    );
}

#[test]
fn times_and_area_of_a_plane_that_comes_and_goes() {
    // Gone by a cut from frame 20 to 35.
    let gone: Range<usize> = 20..35;
    let frames = scenes(50, |index| Scene {
        cut: gone.contains(&index),
        ..Scene::default()
    });
    let lines = report("cut.jsonl", "", &frames);
    println!("{lines:#?}");
    assert_eq!(lines.len(), 3);
    let area = QUAD.area() / (320.0 * 240.0);
    for (line, wanted) in lines.iter().zip([[0.0, 20.0], [35.0, 50.0]]) {
        let [start, end] = span(line);
        assert_close(start, wanted[0], 1.0, "start");
        assert_close(end, wanted[1], 1.0, "end");
        let seconds = (wanted[1] - wanted[0]) * 0.04;
        assert_close(number(line, "seconds"), seconds, 0.0401, "seconds");
        assert_close(number(line, "area-mean"), area, 0.01 * area, "area");
        assert_close(number(line, "area-peak"), area, 0.01 * area, "peak");
        assert_close(number(line, "hidden"), 0.0, 0.03, "hidden");
        // White on a picture around 128.
        assert_close(number(line, "luma"), 1.0, 0.02, "luma");
        assert_close(number(line, "plate-luma"), 0.51, 0.05, "plate");
        assert!(number(line, "confidence") > 0.5);
    }
    let total = &lines[2];
    assert_eq!(total.get("type").and_then(Json::text), Some("total"));
    assert_eq!(number(total, "appearances"), 2.0);
    let seconds = number(&lines[0], "seconds") + number(&lines[1], "seconds");
    assert_close(number(total, "seconds"), seconds, 1e-6, "total");
}

#[test]
fn area_of_a_plane_that_leaves_the_picture() {
    // 4 pixels a frame to the right: the plane's right end leaves after 23 frames.
    let frames = scenes(40, |index| Scene {
        shift: 4.0 * index as f64,
        ..Scene::default()
    });
    let lines = report("leaving.jsonl", "", &frames);
    let shares = frames.iter().map(|scene| {
        let quad = Quad(QUAD.0.map(|[x, y]| [x + scene.shift, y]));
        quad.area() * quad.visible_share(320, 240) / (320.0 * 240.0)
    });
    let wanted = shares.sum::<f64>() / frames.len() as f64;
    println!("{lines:#?}, wanted {wanted}");
    assert_eq!(lines.len(), 2);
    assert_close(
        number(&lines[0], "area-mean"),
        wanted,
        0.01 * wanted,
        "area",
    );
}

#[test]
fn share_behind_something_in_front() {
    // It comes from the left, 2 pixels a frame.
    let frames = scenes(60, |index| Scene {
        front: [0, 70, 2 * index + 60, 130],
        ..Scene::default()
    });
    let lines = report("hidden.jsonl", "", &frames);
    let homography = QUAD.homography().unwrap().inverse();
    let hidden = |scene: &Scene| {
        let [left, top, right, bottom] = scene.front;
        let pixels = (top..bottom).flat_map(|y| (left..right).map(move |x| [x as f64, y as f64]));
        let inside = |at: &[f64; 2]| homography.map(*at).iter().all(|v| v.abs() <= 1.0);
        pixels.filter(inside).count() as f64 / QUAD.area()
    };
    let wanted = frames.iter().map(hidden).sum::<f64>() / frames.len() as f64;
    println!("{lines:#?}, wanted {wanted}");
    assert_close(number(&lines[0], "hidden"), wanted, 0.03, "hidden");
    let lines = report("not-hidden.jsonl", "occlusion=false", &frames[..5]);
    assert_close(
        number(&lines[0], "hidden"),
        0.0,
        0.0,
        "hidden without occlusion",
    );
}

#[test]
fn timecodes_of_the_first_frame_and_of_the_one_after_the_last() {
    let (png, file) = (white_png("code.png"), TestFile::new("code.jsonl"));
    let places = format!(
        "location={} exposure-location={}",
        png.as_str(),
        file.as_str()
    );
    let (mut harness, element, _) = element(&format!("points=\"{QUAD}\" {places}"));
    for index in 0..7u64 {
        let mut buffer = textured(&info(), index);
        let rate = gst::Fraction::new(25, 1);
        let code = ValidVideoTimeCode::new(
            rate,
            None,
            VideoTimeCodeFlags::empty(),
            10,
            0,
            59,
            20 + index as u32 % 25,
            0,
        );
        if index < 5 {
            VideoTimeCodeMeta::add(buffer.get_mut().unwrap(), &code.unwrap());
        }
        if index == 5 {
            element.emit_by_name::<bool>("release", &[]);
        }
        harness.push_and_pull(buffer).unwrap();
    }
    // The line is there before the stream ends: a crash would lose nothing.
    let lines = file.track();
    assert_eq!(lines.len(), 1);
    let text = |name: &str| lines[0].get(name).and_then(Json::text).unwrap().to_owned();
    assert_eq!(text("start-timecode"), "10:00:59:20");
    assert_eq!(text("end-timecode"), "10:01:00:00");
    assert_eq!(text("placement"), png.as_str());
    assert_eq!(number(&lines[0], "frames"), 5.0);
    drop(harness);
    element.set_state(gst::State::Null).unwrap();
    assert_eq!(file.track().len(), 2, "a total without an end of stream");
}

#[test]
fn frames_on_the_gpu_are_measured_as_well() {
    let (png, file) = (white_png("gpu.png"), TestFile::new("gpu.jsonl"));
    let line = format!(
        "wgpuupload ! wgputrackoverlay points=\"{QUAD}\" location={} exposure-location={} ! wgpudownload",
        png.as_str(),
        file.as_str()
    );
    let mut harness = super::harness(&line, &crate::video::caps_of(&info()));
    super::run(&mut harness, 0..20);
    harness.push_event(gst::event::Eos::new());
    let lines = file.track();
    assert_eq!(number(&lines[0], "frames"), 20.0);
    assert_close(number(&lines[0], "seconds"), 0.8, 1e-6, "seconds");
}
