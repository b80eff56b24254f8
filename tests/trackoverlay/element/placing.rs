//! A picture on the plane, and nothing anywhere else.

use gst::prelude::*;
use gst_video::VideoFormat;

use super::{QUAD, TestFile, element, harness, info, run, textured};
use crate::video::{caps_of, samples, video};

/// A white picture of one pixel: PNG, written by hand.
pub fn white_png(name: &str) -> TestFile {
    let file = TestFile::new(name);
    let bytes: [u8; 69] = [
        137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 2,
        0, 0, 0, 144, 119, 83, 222, 0, 0, 0, 12, 73, 68, 65, 84, 120, 156, 99, 248, 255, 255, 63,
        0, 5, 254, 2, 254, 13, 239, 70, 184, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ];
    std::fs::write(&file.0, bytes).unwrap();
    file
}

const DRY: &str = "relight=0 occlusion=false";

/// Luma at a pixel.
pub fn luma(buffer: &gst::Buffer, x: usize, y: usize) -> u8 {
    let info = info();
    samples(buffer, &info)[0][y * info.width() as usize + x]
}

#[test]
fn the_picture_is_in_the_quad_and_nowhere_else() {
    let file = white_png("in.png");
    let line = format!("points=\"{QUAD}\" location={} {DRY}", file.as_str());
    let (mut harness, _, _) = element(&line);
    let info = info();
    for (index, got) in run(&mut harness, 0..4).iter().enumerate() {
        let sent = samples(&textured(&info, 0), &info);
        let got_samples = samples(got, &info);
        assert_eq!(luma(got, 150, 110), 235, "frame {index}");
        for (at, (got, sent)) in got_samples[0].iter().zip(&sent[0]).enumerate() {
            let (x, y) = (at % 320, at / 320);
            if !(79..=231).contains(&x) || !(49..=171).contains(&y) {
                assert_eq!(got, sent, "{x},{y} of frame {index}");
            }
        }
    }
}

#[test]
fn settings_that_show_nothing_leave_frames_alone() {
    let file = white_png("alone.png");
    let location = format!("location={}", file.as_str());
    for line in [
        format!("points=\"{QUAD}\" {location} opacity=0"),
        format!("points=\"{QUAD}\""),
        location,
    ] {
        let (mut harness, element, _) = element(&line);
        let info = info();
        for got in run(&mut harness, 0..3) {
            assert_eq!(
                samples(&got, &info),
                samples(&textured(&info, 0), &info),
                "{line}"
            );
        }
        assert_eq!(crate::video::stat(&element, "downloads"), 0, "{line}");
    }
}

/// The next message of a kind, and of a name where it has one.
fn wait_for(bus: &gst::Bus, kind: gst::MessageType, name: &str) -> gst::Message {
    loop {
        let message = bus.timed_pop_filtered(gst::ClockTime::from_seconds(20), &[kind]);
        let message = message.expect("no message");
        if name.is_empty() || message.structure().is_some_and(|s| s.name() == name) {
            return message;
        }
    }
}

#[test]
fn the_picture_can_be_changed_while_playing() {
    let file = white_png("change.png");
    let (mut harness, element, bus) = element(&format!("points=\"{QUAD}\" {DRY}"));
    let before = luma(&run(&mut harness, 0..1)[0], 150, 110);
    assert_ne!(before, 235);
    // It is read on another thread, which says when it is done.
    element.set_property("location", file.as_str());
    let shown = wait_for(&bus, gst::MessageType::Element, "wgputrackoverlay-picture");
    let shown = shown.structure().unwrap();
    assert_eq!(shown.get::<String>("location").unwrap(), file.as_str());
    assert_eq!(luma(&run(&mut harness, 1..2)[0], 150, 110), 235);
    // One that cannot be read is told, and the old one stays.
    element.set_property("location", "/nowhere/b.png");
    wait_for(&bus, gst::MessageType::Warning, "");
    assert_eq!(element.property::<String>("location"), file.as_str());
    assert_eq!(luma(&run(&mut harness, 2..3)[0], 150, 110), 235);
    // Of two in a row the last one counts, whichever is read first.
    element.set_property("location", "/nowhere/c.png");
    element.set_property("location", file.as_str());
    wait_for(&bus, gst::MessageType::Element, "wgputrackoverlay-picture");
    assert_eq!(element.property::<String>("location"), file.as_str());
    element.set_property("opacity", 0.5);
    let half = luma(&run(&mut harness, 3..4)[0], 150, 110);
    assert!(
        half.abs_diff((u16::from(before) + 235).div_ceil(2) as u8) <= 1,
        "{half}"
    );
    element.set_property("location", None::<String>);
    assert_eq!(luma(&run(&mut harness, 4..5)[0], 150, 110), before);
    element.set_bus(None);
}

#[test]
fn every_format_takes_a_picture() {
    let file = white_png("formats.png");
    for format in gstwgpu::video::format::FORMATS {
        let info = video(format, 320, 240);
        let line = format!(
            "wgputrackoverlay points=\"{QUAD}\" location={} {DRY} on-lost=hold",
            file.as_str()
        );
        let mut harness = harness(&line, &caps_of(&info));
        let sent = crate::video::frame(&info, 0);
        let got = harness.push_and_pull(sent.clone()).unwrap();
        let (got, sent) = (samples(&got, &info), samples(&sent, &info));
        assert_ne!(got[0], sent[0], "{format}");
        assert_eq!(got[0][..20], sent[0][..20], "{format}");
    }
}

/// A pixel in the quad, after a picture of this colour was placed in frames of R, G and B.
fn placed_in_rgb(
    format: VideoFormat,
    range: gst_video::VideoColorRange,
    colour: [u8; 3],
) -> Vec<u16> {
    use gst_video::{
        VideoColorMatrix, VideoColorPrimaries, VideoColorimetry, VideoTransferFunction,
    };
    crate::video::init();
    let file = TestFile::new("colour.png");
    let picture = image::RgbImage::from_pixel(4, 4, image::Rgb(colour));
    picture
        .save_with_format(&file.0, image::ImageFormat::Png)
        .unwrap();
    let colorimetry = VideoColorimetry::new(
        range,
        VideoColorMatrix::Rgb,
        VideoTransferFunction::Bt709,
        VideoColorPrimaries::Bt709,
    );
    let info = gst_video::VideoInfo::builder(format, 320, 240)
        .fps(gst::Fraction::new(25, 1))
        .colorimetry(&colorimetry)
        .build()
        .unwrap();
    let line = format!(
        "wgputrackoverlay points=\"{QUAD}\" location={} {DRY} on-lost=hold",
        file.as_str()
    );
    let mut harness = harness(&line, &caps_of(&info));
    let got = harness
        .push_and_pull(crate::video::frame(&info, 0))
        .unwrap();
    let read = crate::denoise::element::picture::read;
    (0..3).map(|c| read(&got, &info, c)[110][150]).collect()
}

#[test]
fn colours_are_placed_in_rgb_as_they_are() {
    use gst_video::VideoColorRange::{Range0_255, Range16_235};
    for format in [VideoFormat::Bgrx, VideoFormat::Gbr, VideoFormat::Argb] {
        for colour in [[255, 0, 0], [10, 200, 90], [255, 255, 255]] {
            let full = placed_in_rgb(format, Range0_255, colour);
            assert_eq!(full, colour.map(u16::from), "{format}");
            let limited =
                colour.map(|code| (16.0 + f64::from(code) * 219.0 / 255.0).round() as u16);
            assert_eq!(
                placed_in_rgb(format, Range16_235, colour),
                limited,
                "{format}"
            );
        }
    }
    let deep = placed_in_rgb(VideoFormat::Gbr10le, Range0_255, [255, 0, 51]);
    assert_eq!(deep, [1023, 0, 205]);
}

#[test]
fn two_overlays_share_one_upload() {
    let file = white_png("chain.png");
    let small = "20,20 60,20 60,60 20,60";
    let line = format!(
        "wgputrackoverlay name=a points=\"{QUAD}\" location={0} {DRY} ! \
         wgputrackoverlay name=f points=\"{small}\" location={0} {DRY}",
        file.as_str()
    );
    let mut harness = harness(&line, &caps_of(&video(VideoFormat::I420, 320, 240)));
    let got = run(&mut harness, 0..2);
    assert_eq!((luma(&got[1], 150, 110), luma(&got[1], 40, 40)), (235, 235));
    let second: gst::Element = crate::video::find(&mut harness, "f");
    assert_eq!(crate::video::stat(&second, "uploads"), 0);
    assert_eq!(
        got[1]
            .iter_meta::<gst_video::VideoRegionOfInterestMeta>()
            .count(),
        2
    );
}
