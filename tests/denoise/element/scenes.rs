//! No frame of the old scene appears in the new one.

use gst::prelude::*;
use gst_check::Harness;
use gst_video::{VideoFormat, VideoInfo};

use super::picture::{BRIGHT, DARK, NEAR, Scene, error, read};
use super::{KINDS, flush, harness, received, run};
use crate::video::{caps_of, samples, video};

/// Pushes the dark scene, `cut`, and the new scene; returns the output for the new one.
fn after(
    line: &str,
    scene: &Scene,
    (before, info): (&VideoInfo, &VideoInfo),
    cut: impl Fn(&mut Harness, &mut gst::BufferRef),
) -> Vec<gst::Buffer> {
    let mut harness = harness(line, &caps_of(before));
    for index in 0..6 {
        harness.push(DARK.frame(before, index)).unwrap();
    }
    let mut frames = new(scene, info);
    cut(&mut harness, frames[0].get_mut().unwrap());
    for frame in frames {
        harness.push(frame).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    let mut got = received(&mut harness);
    got.retain(|buffer| buffer.offset() >= 100);
    got
}

fn new(scene: &Scene, info: &VideoInfo) -> Vec<gst::Buffer> {
    (100..104).map(|index| scene.frame(info, index)).collect()
}

/// With a given sigma, earlier frames have no influence at all.
fn compare(line: &str, scene: &Scene, got: &[gst::Buffer], info: &VideoInfo) {
    let fresh = run(line, info, &new(scene, info));
    assert_eq!(got.len(), fresh.len(), "{line}");
    for (got, fresh) in got.iter().zip(&fresh) {
        if line.contains("sigma") {
            assert!(samples(got, info) == samples(fresh, info), "{line}");
        }
        for component in 0..info.n_components() {
            let noise = error(got, info, scene, component);
            assert!(noise < 120.0, "{line}: mean square error {noise}");
        }
    }
}

fn each(test: impl Fn(&str, &Scene)) {
    for kind in KINDS {
        test(kind, &BRIGHT);
        // Where the scenes are that close, only who forgets gives the very same bytes.
        test(&format!("{kind} sigma=10"), &BRIGHT);
        test(&format!("{kind} sigma=10"), &NEAR);
    }
}

#[test]
fn a_flush_forgets() {
    let info = video(VideoFormat::I420, 64, 48);
    each(|line, scene| {
        let got = after(line, scene, (&info, &info), |harness, _| flush(harness));
        compare(line, scene, &got, &info);
    });
}

/// Frames of one scene, the first half of them of the same size but with these caps.
fn continued(
    line: &str,
    (before, info): (&VideoInfo, &VideoInfo),
    is_marked: bool,
) -> Vec<gst::Buffer> {
    let mut harness = harness(line, &caps_of(before));
    for index in 0..10 {
        if index == 5 && before != info {
            harness.set_src_caps(caps_of(info));
        }
        let mut frame = DARK.frame(info, index);
        if is_marked {
            frame
                .get_mut()
                .unwrap()
                .set_flags(gst::BufferFlags::DISCONT);
        }
        harness.push(frame).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    received(&mut harness)
}

/// Marks on frames, and caps that say the same of the picture, change no byte of it.
#[test]
fn what_is_no_cut_forgets_nothing() {
    let info = video(VideoFormat::I420, 64, 48);
    let rated = |n, d| {
        let builder = VideoInfo::builder(VideoFormat::I420, 64, 48).fps(gst::Fraction::new(n, d));
        builder.build().unwrap()
    };
    let squeezed = {
        let builder = VideoInfo::builder(VideoFormat::I420, 64, 48).fps(info.fps());
        builder.par(gst::Fraction::new(4, 3)).build().unwrap()
    };
    for line in KINDS.iter().filter(|line| !line.contains("lookahead")) {
        let line = format!("{line} sigma=10");
        let plain = continued(&line, (&info, &info), false);
        let marked = continued(&line, (&info, &info), true);
        let pixels = continued(&line, (&squeezed, &info), false);
        for (what, found) in [("marks", marked), ("pixels", pixels)] {
            assert_eq!(found.len(), plain.len(), "{line}: {what}");
            for (found, plain) in found.iter().zip(&plain) {
                assert!(
                    samples(found, &info) == samples(plain, &info),
                    "{line}: {what}"
                );
            }
        }
        // Estimates follow at another pace; who forgets has twice the noise.
        for other in [rated(30, 1), rated(0, 1)] {
            let found = continued(&line, (&other, &info), false);
            let noise = |frames: &[gst::Buffer]| error(&frames[5], &info, &DARK, 0);
            let (found, plain) = (noise(&found), noise(&plain));
            assert!(found < 1.3 * plain, "{line}: {found}, {plain}");
        }
    }
}

/// A change of preset is no jump in the picture: the first frame after it is as clean as the last one before.
#[test]
fn a_change_of_preset_forgets_nothing() {
    let info = video(VideoFormat::I420, 64, 48);
    for (before, after) in [
        ("fast", "balanced"),
        ("balanced", "fast"),
        ("balanced", "quality"),
        ("quality", "fast"),
        ("fast", "quality"),
    ] {
        let line = format!("wgpudenoise preset={before} sigma=10");
        let mut harness = harness(&line, &caps_of(&info));
        let mut noises = Vec::new();
        for index in 0..12 {
            if index == 10 {
                let filter = harness.find_element("wgpudenoise").unwrap();
                filter.set_property_from_str("preset", after);
            }
            harness.push(DARK.frame(&info, index)).unwrap();
            let got = harness.pull().unwrap();
            noises.push(error(&got, &info, &DARK, 0));
        }
        let (last, first) = (noises[9], noises[10]);
        assert!(first < 1.3 * last + 1.0, "{before} to {after}: {noises:?}");
        assert!(noises[0] > 2.0 * last, "{before}: {noises:?}");
    }
}

#[test]
fn new_caps_forget() {
    let before = video(VideoFormat::Nv12, 64, 48);
    // The same size in another format, and another size in the same format.
    for info in [
        video(VideoFormat::I42010le, 64, 48),
        video(VideoFormat::Nv12, 32, 80),
    ] {
        each(|line, scene| {
            let got = after(line, scene, (&before, &info), |harness, _| {
                harness.set_src_caps(caps_of(&info));
            });
            compare(line, scene, &got, &info);
        });
    }
}

/// A cut without any event is detected in the picture.
#[test]
fn a_cut_leaves_no_ghost() {
    let info = video(VideoFormat::I420, 64, 48);
    for kind in KINDS {
        let got = after(kind, &BRIGHT, (&info, &info), |_, _| {});
        assert_eq!(got.len(), 4);
        for got in &got {
            let noise = error(got, &info, &BRIGHT, 0);
            assert!(noise < 120.0, "{kind}: mean square error {noise}");
        }
    }
}

/// The comparisons above would notice a ghost of 15 % of the old scene.
#[test]
fn a_ghost_would_be_seen() {
    let info = video(VideoFormat::I420, 64, 48);
    let blend = |c, x, y| {
        let new: &Scene = &BRIGHT;
        (0.85 * new.clean(c, x, y) + 0.15 * DARK.clean(c, x, y)).round() as u16
    };
    let ghost = super::picture::paint(&info, 0, blend);
    assert!(error(&ghost, &info, &BRIGHT, 0) > 120.0);
    assert_eq!(read(&ghost, &info, 0).len(), 48);
}
