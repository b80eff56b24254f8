//! Properties: ranges, defaults, statistics.

use gst_controller::prelude::*;
use gst_video::VideoFormat;
use gstwgpu::denoise::{DenoisePreset, DenoiseTune, Preset};

use super::harness;
use super::picture::DARK;
use crate::video::{caps_of, find, init, video};

fn denoise() -> gst::Element {
    init();
    gst::ElementFactory::make("wgpudenoise").build().unwrap()
}

#[test]
fn ranges_and_defaults_are_as_promised() {
    let denoise = denoise();
    let numbers = [
        ("strength", 0.0, 4.0, 1.0),
        ("sigma", -1.0, 100.0, -1.0),
        ("chroma-strength", 0.0, 4.0, 1.0),
    ];
    for (name, minimum, maximum, default) in numbers {
        let spec = denoise.find_property(name).unwrap();
        let spec = spec.downcast_ref::<glib::ParamSpecDouble>().unwrap();
        assert_eq!(
            (spec.minimum(), spec.maximum()),
            (minimum, maximum),
            "{name}"
        );
        assert_eq!(spec.default_value(), default, "{name}");
        assert_eq!(denoise.property::<f64>(name), default, "{name}");
    }
    let spec = denoise.find_property("lookahead").unwrap();
    let spec = spec.downcast_ref::<glib::ParamSpecUInt>().unwrap();
    assert_eq!(
        (spec.minimum(), spec.maximum(), spec.default_value()),
        (0, 8, 0)
    );
    assert_eq!(
        denoise.property::<DenoisePreset>("preset"),
        DenoisePreset::Auto
    );
}

#[test]
fn all_can_be_set_while_playing_and_controlled() {
    let denoise = denoise();
    let flags = glib::ParamFlags::from_bits_retain(
        gst::PARAM_FLAG_CONTROLLABLE.bits() | gst::PARAM_FLAG_MUTABLE_PLAYING.bits(),
    );
    for name in [
        "strength",
        "sigma",
        "chroma-strength",
        "tune",
        "preset",
        "lookahead",
    ] {
        let spec = denoise.find_property(name).unwrap();
        assert!(spec.flags().contains(flags), "{name}");
        assert!(spec.blurb().unwrap().len() > 60, "{name}");
    }
}

#[test]
fn what_is_set_can_be_read() {
    let denoise = denoise();
    for (name, value) in [("strength", 0.7), ("sigma", 12.5), ("chroma-strength", 3.3)] {
        denoise.set_property(name, value);
        assert_eq!(denoise.property::<f64>(name), value);
    }
    denoise.set_property("lookahead", 5u32);
    assert_eq!(denoise.property::<u32>("lookahead"), 5);
    let presets = ["auto", "fast", "balanced", "quality", "neural"];
    for (number, nick) in presets.into_iter().enumerate() {
        denoise.set_property_from_str("preset", nick);
        let preset: DenoisePreset = denoise.property("preset");
        assert_eq!(preset as usize, number);
    }
    let tunes = ["auto", "light", "medium", "strong"];
    for (number, nick) in tunes.into_iter().enumerate() {
        denoise.set_property_from_str("tune", nick);
        let tune: DenoiseTune = denoise.property("tune");
        assert_eq!(tune as usize, number);
    }
}

#[test]
fn auto_follows_the_adapter() {
    let resolve = |preset: DenoisePreset, software| Preset::resolve(preset as u32, software);
    assert_eq!(resolve(DenoisePreset::Auto, true), Preset::Fast);
    assert_eq!(resolve(DenoisePreset::Auto, false), Preset::Balanced);
    for software in [true, false] {
        assert_eq!(resolve(DenoisePreset::Fast, software), Preset::Fast);
        assert_eq!(resolve(DenoisePreset::Balanced, software), Preset::Balanced);
        assert_eq!(resolve(DenoisePreset::Quality, software), Preset::Quality);
        assert_eq!(resolve(DenoisePreset::Neural, software), Preset::Neural);
    }
    // Both elements count alike.
    let quality = gstwgpu::deartifact::DeartifactPreset::Quality as u32;
    assert_eq!(quality, DenoisePreset::Quality as u32);
}

#[test]
fn statistics_tell_the_noise_and_the_cuts() {
    let info = video(VideoFormat::I420, 160, 128);
    let mut harness = harness("wgpudenoise name=f preset=balanced", &caps_of(&info));
    let denoise: gst::Element = find(&mut harness, "f");
    for index in 0..20 {
        harness.push_and_pull(DARK.frame(&info, index)).unwrap();
    }
    let stats: gst::Structure = denoise.property("stats");
    assert_eq!(stats.get::<&str>("preset").unwrap(), "balanced");
    assert_eq!(stats.get::<u64>("frames").unwrap(), 20);
    assert_eq!(stats.get::<u64>("scene-cuts").unwrap(), 0);
    for field in ["sigma-y", "sigma-u", "sigma-v"] {
        let sigma: f64 = stats.get(field).unwrap();
        assert!((7.0..13.0).contains(&sigma), "{field} is {sigma}, not 10");
    }
}

#[test]
fn a_change_of_preset_keeps_counting_cuts() {
    let info = video(VideoFormat::I420, 160, 128);
    let mut harness = harness("wgpudenoise name=f preset=fast", &caps_of(&info));
    let denoise: gst::Element = find(&mut harness, "f");
    let cuts = || {
        denoise
            .property::<gst::Structure>("stats")
            .get::<u64>("scene-cuts")
            .unwrap()
    };
    for index in 0..12 {
        let scene = if index < 5 {
            DARK
        } else {
            super::picture::BRIGHT
        };
        harness.push_and_pull(scene.frame(&info, index)).unwrap();
    }
    let before = cuts();
    assert_eq!(before, 1);
    denoise.set_property_from_str("preset", "balanced");
    harness.push_and_pull(DARK.frame(&info, 12)).unwrap();
    assert!(cuts() >= before);
}

#[test]
fn a_controller_sets_the_strength_frame_by_frame() {
    let info = video(VideoFormat::I420, 64, 48);
    let mut harness = harness("wgpudenoise name=f sigma=10", &caps_of(&info));
    let denoise: gst::Element = find(&mut harness, "f");
    let source = gst_controller::InterpolationControlSource::new();
    source.set_mode(gst_controller::InterpolationMode::None);
    let time = gst::ClockTime::from_mseconds(40);
    for (index, strength) in [(0, 1.0), (3, 0.0), (6, 1.0)] {
        source.set(index * time, strength);
    }
    let binding = gst_controller::DirectControlBinding::new_absolute(&denoise, "strength", &source);
    denoise.add_control_binding(&binding).unwrap();
    for index in 0..9 {
        let sent = DARK.frame(&info, index);
        let got = harness.push_and_pull(sent.clone()).unwrap();
        let same = *got.map_readable().unwrap() == *sent.map_readable().unwrap();
        assert_eq!(same, (3..6).contains(&index), "frame {index}");
    }
}
