//! Live video of 1024x576 at 25 frames a second, decoding and encoding included.

use crate::clock::{Effort, median};
use crate::options::{Options, preset_name};
use crate::pictures::{Clip, Size};
use crate::pipeline::{self, Feed, RATE, raw_caps};
use crate::report::table::{Cell, Table};
use gst::prelude::*;
use gstwgpu::denoise::Preset;
use std::sync::Arc;

const SIZE: Size = (1024, 576);
/// Pictures in the stream that is decoded again and again; it starts with a key frame.
const PICTURES: usize = 36;

/// Encoders of H.264 and the settings for live use.
const ENCODERS: [(&str, &str); 2] = [
    (
        "x264enc",
        "x264enc tune=zerolatency speed-preset=veryfast bitrate=3000 key-int-max=50",
    ),
    (
        "openh264enc",
        "openh264enc complexity=low rate-control=bitrate bitrate=3000000 gop-size=50",
    ),
];
const DECODERS: [&str; 2] = ["avdec_h264", "openh264dec"];

/// Frames a second with each preset, and without the filter.
pub fn table(options: &Options, clip: &Clip, effort: Effort) -> Result<Table, String> {
    let columns = [
        "filter",
        "frames",
        "fps",
        "ms median",
        "thread CPU ms",
        "process CPU ms",
        "x real time",
    ];
    let mut table = Table::new("Live check: H.264 1024x576 at 25 fps", &columns);
    let exists = |name: &str| gst::ElementFactory::find(name).is_some();
    let encoder = ENCODERS.into_iter().find(|(name, _)| exists(name));
    let Some((_, encoder)) = encoder else {
        table.note("left out: neither x264enc nor openh264enc is installed");
        return Ok(table);
    };
    let decoder = DECODERS
        .into_iter()
        .find(|name| exists(name) && exists("h264parse"));
    let feed = feed(clip, decoder, encoder)?;
    let decode = decoder.map_or(String::new(), |name| {
        format!("h264parse ! {name} ! queue max-size-buffers=4 ! ")
    });
    for filter in filters(options) {
        eprintln!("live {filter}");
        let elements =
            format!("{decode}{filter} name=filter ! queue max-size-buffers=4 ! {encoder}");
        let ran = pipeline::run(&feed, &elements, effort)?;
        table.row(vec![
            filter.into(),
            Cell::Number(ran.intervals.len() as f64, 0),
            Cell::Number(ran.fps, 1),
            Cell::Number(median(&ran.intervals), 2),
            Cell::maybe(ran.thread, 2),
            Cell::maybe(ran.process, 2),
            Cell::Number(ran.fps / f64::from(RATE), 2),
        ]);
    }
    let decoder = decoder.unwrap_or("no decoder: raw video");
    table.note(format!(
        "{decoder} ! filter ! {encoder}, as fast as it goes; 1.00 x holds the rate"
    ));
    Ok(table)
}

fn filters(options: &Options) -> Vec<String> {
    let adapter = options.adapter_property();
    let live = |preset: &&Preset| **preset != Preset::Quality;
    let presets = options.presets().iter().filter(live);
    let filters = presets.map(|p| format!("wgpudenoise preset={}{adapter}", preset_name(*p)));
    std::iter::once("identity".to_owned())
        .chain(filters)
        .collect()
}

/// The noisy clip, encoded where there is a decoder for it.
fn feed(clip: &Clip, decoder: Option<&str>, encoder: &str) -> Result<Feed, String> {
    let raw = Feed {
        caps: raw_caps(SIZE, RATE),
        frames: clip.cycle(SIZE),
    };
    match decoder {
        Some(_) => encode(&raw, encoder),
        None => Ok(raw),
    }
}

fn encode(raw: &Feed, encoder: &str) -> Result<Feed, String> {
    let caps = "video/x-h264,stream-format=byte-stream,alignment=au";
    let elements = format!("{encoder} ! h264parse ! {caps} ! appsink name=coded sync=false");
    let line = format!("appsrc name=source format=time block=true max-buffers=4 ! {elements}");
    let wrong = |error: &dyn std::fmt::Display| format!("{line}: {error}");
    let pipeline = gst::parse::launch(&line).map_err(|error| wrong(&error))?;
    let pipeline = pipeline
        .downcast::<gst::Pipeline>()
        .map_err(|_| wrong(&"not a pipeline"))?;
    let (Some(source), Some(coded)) = (pipeline.by_name("source"), pipeline.by_name("coded"))
    else {
        return Err(wrong(&"an element is missing"));
    };
    let (Ok(source), Ok(coded)) = (
        source.downcast::<gst_app::AppSrc>(),
        coded.downcast::<gst_app::AppSink>(),
    ) else {
        return Err(wrong(&"an element is of another kind"));
    };
    source.set_caps(Some(&raw.caps));
    let result = exchange(&pipeline, raw, &source, &coded);
    let _ = pipeline.set_state(gst::State::Null);
    result.map_err(|error| wrong(&error))
}

fn exchange(
    pipeline: &gst::Pipeline,
    raw: &Feed,
    source: &gst_app::AppSrc,
    coded: &gst_app::AppSink,
) -> Result<Feed, String> {
    let started = pipeline.set_state(gst::State::Playing);
    started.map_err(|error| error.to_string())?;
    // The sink holds all of them, so that pushing never waits for pulling.
    for (number, frame) in raw.frames.iter().cycle().take(PICTURES).enumerate() {
        let pushed = source.push_buffer(pipeline::buffer(frame, number as u64, RATE));
        pushed.map_err(|flow| pipeline::failure(pipeline).unwrap_or_else(|| flow.to_string()))?;
    }
    source.end_of_stream().map_err(|flow| flow.to_string())?;
    let (mut frames, mut caps) = (Vec::new(), None);
    while let Ok(sample) = coded.pull_sample() {
        caps = caps.or_else(|| sample.caps_owned());
        let map = sample
            .buffer()
            .and_then(|buffer| buffer.map_readable().ok());
        frames.extend(map.map(|map| Arc::<[u8]>::from(map.as_slice())));
    }
    match caps {
        Some(caps) => Ok(Feed { caps, frames }),
        None => Err(pipeline::failure(pipeline).unwrap_or("nothing was encoded".into())),
    }
}
