//! The elements in pipelines: frames a second, copies, and what the streaming thread pays.

use crate::clock::{Effort, median, minimum};
use crate::options::{Options, preset_name};
use crate::pictures::{Clip, Size};
use crate::pipeline::{Feed, RATE, Ran, raw_caps, run};
use crate::report::table::{Cell, Table};
use gstwgpu::denoise::Preset;

/// Sizes in pipelines: a part of the software tier's promise each.
const SIZES: [Size; 2] = [(640, 360), (1024, 576)];

/// One table for all pipelines.
pub fn table(options: &Options, clip: &Clip, effort: Effort) -> Result<Table, String> {
    let columns = [
        "pipeline",
        "size",
        "frames",
        "fps",
        "ms median",
        "ms min",
        "thread CPU ms",
        "process CPU ms",
        "uploads/frame",
        "downloads/frame",
        "bytes up/frame",
        "bytes down/frame",
    ];
    let mut table = Table::new(
        "Pipelines: appsrc ! ... ! fakesink, system memory, I420",
        &columns,
    );
    table.keyed_by(2);
    table.note("thread CPU: the streaming thread, per frame; copies: from the elements' stats, rows padded");
    for size in SIZES {
        let feed = Feed {
            caps: raw_caps(size, RATE),
            frames: clip.cycle(size),
        };
        for (name, elements) in pipelines(options) {
            eprintln!("pipeline {}x{} {name}", size.0, size.1);
            let ran = run(&feed, &elements, effort)?;
            table.row(row(&name, size, &ran));
        }
    }
    Ok(table)
}

/// Names and launch lines.
fn pipelines(options: &Options) -> Vec<(String, String)> {
    let adapter = options.adapter_property();
    let mut lines = vec![
        ("identity".into(), "identity name=filter".into()),
        (
            "wgpuupload ! wgpudownload".into(),
            format!("wgpuupload{adapter} ! wgpudownload name=filter{adapter}"),
        ),
    ];
    let live = |preset: &&Preset| **preset != Preset::Quality;
    for preset in options.presets().iter().filter(live) {
        let preset = preset_name(*preset);
        lines.push((
            format!("wgpudenoise {preset}"),
            format!("wgpudenoise name=filter preset={preset}{adapter}"),
        ));
    }
    let chained = format!("wgpudenoise preset=fast{adapter}");
    lines.push((
        "wgpudenoise fast, three in a row".into(),
        format!("{chained} ! {chained} ! {chained} name=filter"),
    ));
    lines
}

fn row(name: &str, size: Size, ran: &Ran) -> Vec<Cell> {
    // Per frame of the first element; the others see the same frames.
    let total = |field: &str| {
        let counts = ran.stats.iter().map(|stats| stats.get::<u64>(field).ok());
        counts.sum::<Option<u64>>().map(|sum| sum as f64)
    };
    let frames = ran
        .stats
        .first()
        .and_then(|stats| stats.get::<u64>("frames").ok());
    let frames = frames.filter(|frames| *frames > 0);
    let per_frame = |field: &str| Some(total(field)? / frames? as f64);
    vec![
        name.into(),
        format!("{}x{}", size.0, size.1).into(),
        Cell::Number(ran.intervals.len() as f64, 0),
        Cell::Number(ran.fps, 1),
        Cell::Number(median(&ran.intervals), 2),
        Cell::Number(minimum(&ran.intervals), 2),
        Cell::maybe(ran.thread, 3),
        Cell::maybe(ran.process, 2),
        Cell::maybe(per_frame("uploads"), 2),
        Cell::maybe(per_frame("downloads"), 2),
        Cell::maybe(per_frame("upload-bytes"), 0),
        Cell::maybe(per_frame("download-bytes"), 0),
    ]
}
