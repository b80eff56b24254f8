//! From READY to the first frame out, in fresh processes: with empty caches and with filled ones.

use crate::clock::{median, milliseconds, minimum};
use crate::options::{Options, preset_name};
use crate::pictures::{SCENE, bytes};
use crate::pipeline::{Feed, RATE, buffer, failure, launch, pad, raw_caps};
use crate::report::table::{Cell, Table};
use gst::prelude::*;
use gstwgpu::denoise::Preset;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Starts with empty caches, and starts after each of these with filled ones.
const COLD: usize = 2;
const WARM: usize = 2;
/// Frames pushed: more than are needed for the first one to come out.
const FRAMES: u64 = 8;
const PATIENCE: Duration = Duration::from_secs(120);

/// Where drivers keep compiled shaders: Mesa's and NVIDIA's, beside our own.
const CACHES: [&str; 3] = [
    "GSTWGPU_CACHE_DIR",
    "MESA_SHADER_CACHE_DIR",
    "__GL_SHADER_DISK_CACHE_PATH",
];

/// Times for each preset.
pub fn table(options: &Options) -> Result<Table, String> {
    let columns = [
        "preset",
        "cold ms",
        "cold min",
        "warm ms",
        "warm min",
        "cold/warm",
    ];
    let title = format!("READY to first frame out, {}x{}", SCENE.0, SCENE.1);
    let mut table = Table::new(title, &columns);
    table.note("cold: empty pipeline and driver caches; warm: the next start with the same ones");
    for preset in options.presets() {
        eprintln!("first frame {}", preset_name(*preset));
        let (mut cold, mut warm) = (Vec::new(), Vec::new());
        for round in 0..COLD {
            let folder = Folder::new(round)?;
            cold.push(start(options, *preset, &folder.0)?);
            for _ in 0..WARM {
                warm.push(start(options, *preset, &folder.0)?);
            }
        }
        table.row(vec![
            preset_name(*preset).into(),
            Cell::Number(median(&cold), 0),
            Cell::Number(minimum(&cold), 0),
            Cell::Number(median(&warm), 0),
            Cell::Number(minimum(&warm), 0),
            Cell::Number(median(&cold) / median(&warm), 2),
        ]);
    }
    Ok(table)
}

/// A folder of our own, gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(round: usize) -> Result<Self, String> {
        let name = format!("gstwgpu-bench-{}-{round}", std::process::id());
        let path = std::env::temp_dir().join(name);
        for cache in CACHES {
            std::fs::create_dir_all(path.join(cache))
                .map_err(|error| format!("cannot make {}: {error}", path.display()))?;
        }
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Milliseconds of one start in a process of its own.
fn start(options: &Options, preset: Preset, caches: &Path) -> Result<f64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program);
    child.args(["--first-frame", "--presets", preset_name(preset)]);
    if !options.adapter.is_empty() {
        child.args(["--adapter", &options.adapter]);
    }
    for cache in CACHES {
        child.env(cache, caches.join(cache));
    }
    let output = child.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.trim().parse() {
        Ok(time) if output.status.success() => Ok(time),
        _ => Err(format!(
            "a start failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )),
    }
}

/// The child process: prints the milliseconds of one start.
pub fn child(options: &Options) -> Result<(), String> {
    let preset = options.presets().first().copied().unwrap_or_default();
    let feed = Feed {
        caps: raw_caps(SCENE, RATE),
        frames: vec![vec![128; bytes(SCENE)].into()],
    };
    let elements = format!(
        "wgpudenoise name=filter preset={}{}",
        preset_name(preset),
        options.adapter_property()
    );
    let pipeline = launch(&feed, &elements)?;
    let (tell, first) = mpsc::channel();
    pad(&pipeline, "sink", "sink")?.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        let _ = tell.send(Instant::now());
        gst::PadProbeReturn::Remove
    });
    let time = measure(&pipeline, &feed, &first);
    let error = time.is_err().then(|| failure(&pipeline)).flatten();
    let _ = pipeline.set_state(gst::State::Null);
    println!("{}", time.map_err(|text| error.unwrap_or(text))?);
    Ok(())
}

fn measure(
    pipeline: &gst::Pipeline,
    feed: &Feed,
    first: &mpsc::Receiver<Instant>,
) -> Result<f64, String> {
    let wrong = |error: &dyn std::fmt::Display| error.to_string();
    let ready = pipeline.set_state(gst::State::Ready);
    ready.map_err(|error| wrong(&error))?;
    let source = pipeline.by_name("source").ok_or("no source")?;
    let source = source
        .downcast::<gst_app::AppSrc>()
        .map_err(|_| "no appsrc")?;
    source.set_max_buffers(0);
    source.set_block(false);
    let begin = Instant::now();
    let playing = pipeline.set_state(gst::State::Playing);
    playing.map_err(|error| wrong(&error))?;
    for number in 0..FRAMES {
        let pushed = source.push_buffer(buffer(&feed.frames[0], number, RATE));
        pushed.map_err(|flow| wrong(&flow))?;
    }
    let end = first.recv_timeout(PATIENCE);
    Ok(milliseconds(end.map_err(|error| wrong(&error))? - begin))
}
