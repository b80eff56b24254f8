//! The element `wgputone` in pipelines.

use std::slice::from_ref;

use gst::prelude::*;
use gst_check::Harness;
use gst_video::VideoFormat;
use gstwgpu::video::context::new_context;
use gstwgpu::video::format::FORMATS;

use super::scenes::{self, BRIGHT, DARK, Damage, HAZY, NONE, WARM, error, info, shown};
use crate::deartifact::element::{bytes, painted, run};
use crate::video::{caps_of, frame, init, video};

const SIZES: [(u32, u32); 5] = [(1, 1), (3, 5), (33, 17), (2, 1), (64, 48)];

#[test]
fn without_strength_frames_are_those_of_identity() {
    let idle = [
        "wgputone strength=0",
        "wgputone exposure=0 contrast=0 white-balance=0",
    ];
    for (format, (width, height)) in FORMATS.into_iter().flat_map(|f| SIZES.map(|s| (f, s))) {
        let info = video(format, width, height);
        let sent: Vec<_> = (0..2).map(|index| frame(&info, index)).collect();
        for line in idle {
            let got = run(line, &caps_of(&info), &sent);
            assert_eq!(got.len(), 2);
            for (got, sent) in got.iter().zip(&sent) {
                assert!(bytes(got) == bytes(sent), "{format} {width}x{height}");
            }
        }
    }
}

#[test]
fn each_format_and_size_comes_out() {
    for (format, (width, height)) in FORMATS.into_iter().flat_map(|f| SIZES.map(|s| (f, s))) {
        let info = video(format, width, height);
        let sent: Vec<_> = (0..2).map(|index| frame(&info, index)).collect();
        assert_eq!(run("wgputone", &caps_of(&info), &sent).len(), 2, "{format}");
    }
}

/// Error of a damaged scene before and after the element.
fn errors(line: &str, damage: &Damage, seed: u32) -> [f64; 2] {
    let good = shown(0, seed, &NONE);
    let sent = shown(0, seed, damage);
    let got = run(line, &caps_of(&info()), from_ref(&sent));
    [error(&sent, &good), error(&got[0], &good)]
}

#[test]
fn damaged_scenes_come_nearer_to_what_they_were() {
    for (what, damage, most) in [
        ("dark", DARK, 0.5),
        ("bright", BRIGHT, 0.8),
        ("hazy", HAZY, 0.5),
        ("warm", WARM, 0.6),
    ] {
        for seed in 0..3 {
            let [before, after] = errors("wgputone", &damage, seed);
            assert!(after < most * before, "{what} {seed}: {after} of {before}");
        }
    }
}

#[test]
fn each_factor_is_of_its_own_correction() {
    for (name, damage) in [
        ("exposure", DARK),
        ("contrast", HAZY),
        ("white-balance", WARM),
    ] {
        let [before, after] = errors(&format!("wgputone {name}=0"), &damage, 1);
        let [_, whole] = errors("wgputone", &damage, 1);
        assert!(
            after > whole + 0.3 * (before - whole),
            "{name}: {after}, whole {whole} of {before}"
        );
        let [_, half] = errors(&format!("wgputone {name}=0.5"), &damage, 1);
        assert!(half > whole && half < after, "{name}: half {half}");
    }
}

#[test]
fn a_good_scene_is_left_alone() {
    for seed in 0..4 {
        let [_, after] = errors("wgputone", &NONE, seed);
        // Mean square over three components: 2 codes each.
        assert!(after < 12.0, "{seed}: {after}");
    }
}

/// A dark street under a white sky: to darken it would hide the street.
#[test]
fn a_white_sky_does_not_darken_what_is_below() {
    let sent = scenes::painted(0, |x, y| match y {
        0..8 => [1.0; 3],
        _ => scenes::scene(2, x, y).map(|code| 0.45 * code),
    });
    let got = run("wgputone", &caps_of(&info()), from_ref(&sent));
    let [before, after] = [&sent, &got[0]].map(|frame| scenes::mean(&scenes::codes(frame, 0)));
    assert!(after > before - 1.0, "{after}, before {before}");
}

fn caps_with(colorimetry: &str) -> gst::Caps {
    let mut caps = caps_of(&video(VideoFormat::I42010le, 64, 48));
    caps.make_mut().set("colorimetry", colorimetry);
    caps
}

/// Whether frames pass unchanged, and the warnings.
fn passes(line: &str, caps: &gst::Caps) -> (bool, Vec<String>) {
    init();
    let element = gst::parse::bin_from_description(line, true).unwrap();
    element.set_context(&new_context(&crate::gpu::gpu(), true));
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    let bus = gst::Bus::new();
    element.set_bus(Some(&bus));
    harness.set_src_caps(caps.clone());
    let info = gst_video::VideoInfo::from_caps(caps).unwrap();
    let mut all = true;
    for index in 0..3 {
        let mut sent = frame(&info, index);
        // Dark, so that there is something to do.
        sent.make_mut()
            .map_writable()
            .unwrap()
            .chunks_mut(2)
            .for_each(|code| code.copy_from_slice(&[code[0], 0]));
        harness.push(sent.clone()).unwrap();
        let got = std::iter::from_fn(|| harness.try_pull()).last().unwrap();
        all &= bytes(&got) == bytes(&sent);
    }
    let warnings = std::iter::from_fn(|| bus.pop_filtered(&[gst::MessageType::Warning]));
    let texts = warnings.map(|message| match message.view() {
        gst::MessageView::Warning(warning) => warning.error().to_string(),
        _ => String::new(),
    });
    let texts = texts.collect();
    element.set_bus(None);
    (all, texts)
}

#[test]
fn high_dynamic_range_passes_with_one_warning_unless_told() {
    for colorimetry in ["bt2100-pq", "bt2100-hlg"] {
        let caps = caps_with(colorimetry);
        let (unchanged, warnings) = passes("wgputone", &caps);
        assert!(unchanged, "{colorimetry}");
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains("high-dynamic-range"), "{warnings:?}");
        let (unchanged, warnings) = passes("wgputone high-dynamic-range=true", &caps);
        assert!(
            !unchanged && warnings.is_empty(),
            "{colorimetry}: {warnings:?}"
        );
    }
    let (unchanged, warnings) = passes("wgputone", &caps_with("bt709"));
    assert!(!unchanged && warnings.is_empty(), "{warnings:?}");
}

#[test]
fn both_fields_get_the_same_correction() {
    let info = video(VideoFormat::Y444, 64, 48);
    let mut caps = caps_of(&info);
    caps.make_mut().set("interlace-mode", "interleaved");
    // One field is brighter, as by motion: what is done to a code must not depend on its field.
    let sent = painted(&info, |x, y| (20 + x % 16 * 4 + y % 2 * 8) as u8);
    let got = run("wgputone", &caps, from_ref(&sent));
    let (before, after) = (bytes(&sent), bytes(&got[0]));
    let stride = info.stride()[0] as usize;
    let mut seen = [None; 256];
    for at in (0..48).flat_map(|y| (0..64).map(move |x| y * stride + x)) {
        let [from, to] = [before[at], after[at]];
        let known = seen[usize::from(from)].get_or_insert(to);
        assert_eq!(*known, to, "code {from}");
    }
    assert!(before != after);
}

#[test]
fn what_was_found_is_in_the_statistics() {
    init();
    let element = gst::ElementFactory::make("wgputone").build().unwrap();
    element.set_context(&new_context(&crate::gpu::gpu(), true));
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    harness.set_src_caps(caps_of(&info()));
    for index in 0..12 {
        let seed = if index < 6 { 1 } else { 2 };
        harness.push(shown(index, seed, &DARK)).unwrap();
        harness.pull().unwrap();
    }
    let stats: gst::Structure = element.property("stats");
    assert!(stats.get::<f64>("exposure").unwrap() > 0.5, "{stats}");
    assert!(stats.get::<f64>("gain-red").unwrap() > 0.5, "{stats}");
    assert_eq!(stats.get::<u64>("scene-cuts").unwrap(), 1, "{stats}");
}

/// Output for pictures of several kinds, for the comparison with checked shaders.
pub fn outputs() -> Vec<u8> {
    let mut all = Vec::new();
    for (format, mode) in [
        (VideoFormat::Nv12, "progressive"),
        (VideoFormat::I42010le, "interleaved"),
        (VideoFormat::Y42b, "progressive"),
        (VideoFormat::Gray8, "progressive"),
    ] {
        for (width, height) in [(67, 45), (3, 5)] {
            let info = video(format, width, height);
            let mut caps = caps_of(&info);
            caps.make_mut().set("interlace-mode", mode);
            let frames: Vec<_> = (0..3).map(|index| frame(&info, index)).collect();
            all.extend(run("wgputone", &caps, &frames).iter().flat_map(bytes));
        }
    }
    all
}
