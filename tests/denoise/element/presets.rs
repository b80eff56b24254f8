//! Preset files: each preset loads, and each of its values is taken.

use std::path::PathBuf;

use glib::KeyFile;
use gst::prelude::*;

use crate::video::errors::in_child;
use crate::video::init;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("presets")
}

/// Loads all presets of an element. Returns their names.
fn load_all(factory: &str) -> Vec<String> {
    let make = || gst::ElementFactory::make(factory).build().unwrap();
    let type_name = make().type_().name();
    let file = KeyFile::new();
    let path = folder().join(format!("{type_name}.prs"));
    file.load_from_file(path, glib::KeyFileFlags::NONE).unwrap();
    let presets = make().dynamic_cast::<gst::Preset>().unwrap();
    let names: Vec<_> = presets
        .preset_names()
        .iter()
        .map(ToString::to_string)
        .collect();
    for name in &names {
        let element = make().dynamic_cast::<gst::Preset>().unwrap();
        element.load_preset(name).unwrap();
        let keys = file.keys(name).unwrap();
        for key in keys.iter().filter(|key| !key.starts_with("_meta/")) {
            let spec = element.find_property(key).unwrap();
            let text = file.value(name, key).unwrap();
            let wanted = glib::Value::deserialize_with_pspec(&text, &spec).unwrap();
            let found = element.property_value(key);
            let order = found.compare(&wanted);
            assert_eq!(
                order,
                Some(std::cmp::Ordering::Equal),
                "{name}: {key}={text}, got {found:?}"
            );
        }
        assert!(element.meta(name, "comment").is_some(), "{name}");
    }
    names
}

#[test]
fn presets_load_and_their_values_are_valid() {
    let test = "denoise::element::presets::presets_load_and_their_values_are_valid";
    let folder = folder();
    // GStreamer makes a folder there for presets of the user's own.
    let nobody = std::env::temp_dir().join("gstwgpu-no-presets");
    let environment = [
        ("GST_PRESET_PATH", folder.to_str().unwrap()),
        ("XDG_DATA_HOME", nobody.to_str().unwrap()),
    ];
    if let Some(output) = in_child(test, &environment) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    init();
    assert_eq!(
        load_all("wgpudenoise"),
        ["archive", "contribution", "low light", "phone"]
    );
    assert_eq!(load_all("wgpudeartifact"), ["old DVD", "webcam"]);
    assert_eq!(load_all("wgputone"), ["contribution", "night"]);
}
