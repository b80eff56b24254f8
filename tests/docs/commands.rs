//! The pipelines of README and docs run as printed, with files in the place of cameras, networks and windows.

use std::path::Path;

use gst::prelude::*;

use super::{blocks, pages, read};
use crate::video::init;

/// What takes the place of devices and networks that a test has not.
const STANDS_FOR: [(&str, &str); 4] = [
    ("v4l2src", "videotestsrc num-buffers=8"),
    ("autovideosink", "fakesink"),
    ("srtsrc", "filesrc location=in.ts"),
    ("srtsink", "fakesink"),
];
/// The files that pipelines name, and how each is made.
const CLIPS: [(&str, &str); 6] = [
    ("in.mp4", "x264enc speed-preset=ultrafast ! mp4mux"),
    ("film.mp4", "x264enc speed-preset=ultrafast ! mp4mux"),
    ("in.ts", "x264enc speed-preset=ultrafast ! mpegtsmux"),
    ("advert.png", "videoconvert ! pngenc snapshot=true"),
    ("noisy.y4m", "y4menc"),
    ("old.mpg", "mpeg2enc ! mpegpsmux"),
];

pub fn play(words: &[&str]) {
    let line = words.join(" ");
    let pipeline = gst::parse::launchv(words).unwrap_or_else(|error| panic!("{line}: {error}"));
    pipeline
        .set_state(gst::State::Playing)
        .unwrap_or_else(|_| panic!("{line} does not start"));
    let bus = pipeline.bus().unwrap();
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(120), &kinds);
    pipeline.set_state(gst::State::Null).unwrap();
    match end.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Eos(_)) => {}
        Some(gst::MessageView::Error(error)) => panic!("{line}: {}", error.error()),
        _ => panic!("{line} does not end"),
    }
}

fn make_files(folder: &Path) {
    for (name, encode) in CLIPS {
        let line = format!(
            "videotestsrc num-buffers=8 pattern=ball ! video/x-raw,format=I420,width=960,height=540 ! {encode} ! filesink location={}",
            folder.join(name).display()
        );
        play(&line.split(' ').collect::<Vec<_>>());
    }
}

/// The words of a line as a shell splits it, without its quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The pipelines of a page, each as its words.
fn pipelines(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for block in blocks(text, "sh") {
        for line in block.replace("\\\n", " ").lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some(rest) = line.split("gst-launch-1.0 ").nth(1) else {
                continue;
            };
            let rest = rest.trim_start_matches("-e ");
            found.push(words(rest));
        }
    }
    found
}

/// The same with what a test has. Properties of a network address go with it.
fn replaced(pipeline: &[String], folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for word in pipeline {
        if word.starts_with("uri=") {
            continue;
        }
        let stand_in = STANDS_FOR.iter().find(|(name, _)| name == word);
        let text = stand_in.map_or(word.as_str(), |(_, other)| other);
        // One word may stand for several.
        let parts: Vec<&str> = if stand_in.is_some() {
            text.split(' ').collect()
        } else {
            vec![text]
        };
        for part in parts {
            out.push(match part.split_once("location=") {
                Some((before, file)) => format!("{before}location={}", folder.join(file).display()),
                None => part.replace(
                    "track-import=",
                    &format!("track-import={}/", folder.display()),
                ),
            });
        }
    }
    out
}

#[test]
fn printed_pipelines_run() {
    init();
    let folder = scratch();
    make_files(&folder);
    let mut count = 0;
    for page in pages() {
        for pipeline in pipelines(&read(&page)) {
            let words = replaced(&pipeline, &folder);
            play(&words.iter().map(String::as_str).collect::<Vec<_>>());
            count += 1;
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(count > 8, "only {count} pipelines found");
}

fn scratch() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("gstwgpu-docs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
