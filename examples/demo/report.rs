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
    parts.push(rates(done));
    parts.push(sizes(options));
    parts.extend(done.tracks.kept());
    parts.join(", ")
}

fn told(field: &str) -> bool {
    let words = [
        "sigma",
        "scene-cuts",
        "quantizer",
        "blockiness",
        "frames-",
        "preset",
        "state",
        "confidence",
    ];
    words.iter().any(|word| field.contains(word))
}

/// Noise that nobody sees, in 8-bit code values.
const INVISIBLE: f64 = 0.5;
/// A repair that nobody sees, of 1.
const IDLE: f64 = 0.02;

/// What was wrong with the input, and what to try where an element found nothing to do.
pub fn advice(done: &Done) -> Vec<String> {
    let one = |(name, stats): &(String, gst::Structure)| advice_of(name, stats);
    let broken = done.broken.iter();
    let broken = broken.map(|why| format!("the INPUT is not whole: {why}"));
    broken.chain(done.stats.iter().filter_map(one)).collect()
}

fn advice_of(name: &str, stats: &gst::Structure) -> Option<String> {
    let number = |field| stats.get::<f64>(field).ok();
    let noise = ["sigma-y", "sigma-u", "sigma-v"].map(number);
    if noise
        .iter()
        .all(|sigma| sigma.is_some_and(|sigma| sigma < INVISIBLE))
    {
        return Some(format!(
            "{name} found no noise; if you see some: --elements \"wgpudenoise tune=medium\", or wgpudeartifact for blocks"
        ));
    }
    if number("blockiness").is_some() && number("strength").is_some_and(|strength| strength < IDLE)
    {
        return Some(format!(
            "{name} found no damage; if you see blocks: --elements \"wgpudeartifact quantizer=36\", or wgpudenoise for noise"
        ));
    }
    None
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

/// How much the video took, and what the encoder was allowed so that files do not grow.
fn rates(done: &Done) -> String {
    let megabits = |bits: u64| format!("{:.2} Mbit/s", bits as f64 / 1e6);
    let [source, new] = done.rates;
    // Uncompressed video passes no decoder.
    let source = match source {
        0 => String::new(),
        source => format!("{} in, ", megabits(source)),
    };
    let most = megabits(done.allowance);
    format!("video {source}{} out of at most {most}", megabits(new))
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

#[cfg(test)]
mod tests {
    use super::advice_of;

    fn stats(fields: [(&str, f64); 3]) -> gst::Structure {
        gst::init().unwrap();
        let mut stats = gst::Structure::new_empty("stats");
        for (name, value) in fields {
            stats.set(name, value);
        }
        stats
    }

    #[test]
    fn nothing_found_says_what_to_try() {
        let clean = stats([("sigma-y", 0.2), ("sigma-u", 0.0), ("sigma-v", -1.0)]);
        assert!(
            advice_of("wgpudenoise", &clean)
                .unwrap()
                .contains("tune=medium")
        );
        let whole = stats([("blockiness", 0.0), ("strength", 0.0), ("quantizer", 10.0)]);
        assert!(
            advice_of("wgpudeartifact", &whole)
                .unwrap()
                .contains("quantizer=36")
        );
    }

    #[test]
    fn what_was_found_needs_no_advice() {
        let noisy = stats([("sigma-y", 3.0), ("sigma-u", 0.1), ("sigma-v", 0.1)]);
        assert_eq!(advice_of("wgpudenoise", &noisy), None);
        let blocked = stats([("blockiness", 2.0), ("strength", 0.7), ("quantizer", 38.0)]);
        assert_eq!(advice_of("wgpudeartifact", &blocked), None);
    }
}
