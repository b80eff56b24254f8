//! One line that says what was done.

use crate::options::{Input, Options};
use crate::pipeline::Done;
use gst::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// Frames, speed, what the elements measured, and sizes; `gain` is the quality before and after
/// where the truth is known.
pub fn line(options: &Options, done: &Done, gain: Option<(f64, f64)>) -> String {
    let frames = done.capture.frames();
    let speed = frames as f64 / done.time.as_secs_f64().max(1e-3);
    let mut parts = vec![format!("{frames} frames"), format!("{speed:.1} fps")];
    if let Some((before, after)) = gain {
        parts.push(format!("PSNR {before:.1} -> {after:.1} dB"));
    }
    for (name, stats) in &done.stats {
        let wanted = stats.iter().filter(|(field, _)| told(field));
        let fields: Vec<String> = wanted.map(|(field, value)| text(field, value)).collect();
        if !fields.is_empty() {
            parts.push(format!("{name} {}", fields.join(" ")));
        }
    }
    parts.extend(adapters(done));
    parts.push(sizes(options));
    parts.join(", ")
}

fn told(field: &str) -> bool {
    field.contains("sigma") || field.contains("scene-cuts")
}

/// The adapters in use, which is one unless the user chose several.
fn adapters(done: &Done) -> Option<String> {
    let name = |(_, stats): &(String, gst::Structure)| stats.get::<String>("adapter").ok();
    let names: BTreeSet<String> = done.stats.iter().filter_map(name).collect();
    let names: Vec<String> = names.into_iter().collect();
    (!names.is_empty()).then(|| format!("on {}", names.join(" and ")))
}

fn text(field: &str, value: &gst::glib::SendValue) -> String {
    let shown = value.get::<f64>().map(|number| format!("{number:.2}"));
    let shown = shown.or_else(|_| value.get::<String>());
    let shown = shown.unwrap_or_else(|_| match value.serialize() {
        Ok(text) => text.to_string(),
        Err(_) => "?".to_owned(),
    });
    format!("{field} {shown}")
}

fn sizes(options: &Options) -> String {
    let output = megabytes(&options.output);
    match &options.input {
        Input::File(path) | Input::Clip(path) => format!("{} in, {output} out", megabytes(path)),
        Input::Uri(_) => format!("{output} out"),
    }
}

fn megabytes(path: &Path) -> String {
    let bytes = std::fs::metadata(path).map_or(0, |data| data.len());
    format!("{:.2} MB", bytes as f64 / 1e6)
}
