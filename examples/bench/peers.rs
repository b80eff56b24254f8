//! FFmpeg's filters beside ours, on the same pictures and, where they can, on the same adapter.

use crate::clock::{Effort, median, milliseconds, minimum, process_cpu};
use crate::device::Ground;
use crate::ffmpeg::Ffmpeg;
use crate::options::Options;
use crate::pictures::{Clip, SCENE};
use crate::report::table::{Cell, Table};
use crate::rival;
use crate::speed::denoisers;
use crate::worker::{Variant, Worker};
use gstwgpu::denoise::Preset;
use gstwgpu::gpu::{Gpu, GpuError};
use std::sync::Arc;
use std::time::Instant;

/// A line of the comparison.
#[derive(Debug, Clone)]
pub struct Line {
    /// FFmpeg's filter; `None` for ours.
    pub rival: Option<&'static str>,
    /// Filter and setting.
    pub name: String,
    /// Frames between which time was measured.
    pub frames: usize,
    /// Milliseconds per frame, one value for each frame or run.
    pub wall: Vec<f64>,
    /// Milliseconds of processor time per frame.
    pub cpu: Option<f64>,
    /// PSNR of luma.
    pub psnr: f64,
}

/// Ours and theirs.
pub fn table(ground: &Ground, options: &Options, clip: &Clip) -> Result<Table, String> {
    let (gpu, effort) = (&ground.gpu, ground.effort);
    let columns = [
        "filter",
        "frames",
        "ms",
        "min ms",
        "CPU ms",
        "PSNR-Y dB",
        "gain dB",
        "ms / balanced",
    ];
    let title = format!("Beside FFmpeg's filters, {}x{} I420", SCENE.0, SCENE.1);
    let mut table = Table::new(title, &columns);
    let mut lines = Vec::new();
    for variant in denoisers(&[Preset::Fast, Preset::Balanced, Preset::Quality]) {
        eprintln!("ours {}", variant.name());
        let line = ours(gpu, clip, variant, effort);
        lines.push(line.map_err(|error| format!("{}: {error}", variant.name()))?);
    }
    match Ffmpeg::find(options)? {
        Some(ffmpeg) => {
            lines.extend(theirs(&ffmpeg, gpu, clip, &mut table)?);
            table.note(format!(
                "{}, one thread; each at the best of a few settings",
                ffmpeg.version
            ));
            table.note("theirs: (all frames - the first alone) / frames between; ours: each frame, upload and download included");
        }
        None => table.note("no FFmpeg found; name one with --ffmpeg"),
    }
    let input = clip.psnr(clip.noisy.iter().map(|picture| &picture[..]));
    table.note(format!(
        "noisy input {input:.2} dB; ours estimate the noise by themselves"
    ));
    fill(&mut table, &lines, input);
    Ok(table)
}

fn fill(table: &mut Table, lines: &[Line], input: f64) {
    let balanced = lines
        .iter()
        .find(|line| line.name == "wgpudenoise balanced");
    let yardstick = balanced.map_or(f64::NAN, |line| median(&line.wall));
    for line in lines {
        let time = median(&line.wall);
        table.row(vec![
            line.name.clone().into(),
            Cell::Number(line.frames as f64, 0),
            Cell::Number(time, 2),
            Cell::Number(minimum(&line.wall), 2),
            Cell::maybe(line.cpu, 2),
            Cell::Number(line.psnr, 2),
            Cell::Number(line.psnr - input, 2),
            Cell::Number(time / yardstick, 2),
        ]);
    }
    if let Some(balanced) = balanced {
        against_vulkan(table, lines, balanced, input);
    }
}

/// The preset balanced and `nlmeans_vulkan`, in words.
fn against_vulkan(table: &mut Table, lines: &[Line], balanced: &Line, input: f64) {
    let of = |name| lines.iter().find(|line| line.rival == Some(name));
    let Some(vulkan) = of("nlmeans_vulkan") else {
        return;
    };
    table.note(format!(
        "balanced against nlmeans_vulkan on this adapter: {:.1} times as fast, {:+.2} dB",
        median(&vulkan.wall) / median(&balanced.wall),
        balanced.psnr - vulkan.psnr
    ));
    // The scheduler may leave all threads of a software device on one core: the wall tells of that, too.
    if let Some((theirs, ours)) = vulkan.cpu.zip(balanced.cpu) {
        table.note(format!(
            "the same by processor time: {:.1} times",
            theirs / ours
        ));
    }
    if vulkan.psnr >= input {
        return;
    }
    table.note("nlmeans_vulkan gives a wrong picture on this driver: its dB mean nothing here");
    if let Some(same) = of(rival::SAME_ON_PROCESSOR) {
        table.note(format!(
            "against the same algorithm on the processor: {:+.2} dB",
            balanced.psnr - same.psnr
        ));
    }
}

/// PSNR of the clip's first pass, and the time of each frame from then on.
fn ours(gpu: &Arc<Gpu>, clip: &Clip, variant: Variant, effort: Effort) -> Result<Line, GpuError> {
    let mut worker = Worker::new(gpu, SCENE, variant, false)?;
    let mut target = worker.room();
    let (cycle, mut pictures, mut wall) = (clip.cycle(SCENE), Vec::new(), Vec::new());
    let mut start = Instant::now();
    let mut cpu = None;
    for picture in cycle.iter().cycle() {
        let begin = Instant::now();
        let Some(pending) = worker.submit(picture)? else {
            continue;
        };
        worker.finish(pending, &mut target)?;
        if pictures.len() < clip.noisy.len() {
            pictures.push(target.clone());
            start = Instant::now();
            cpu = process_cpu();
            continue;
        }
        wall.push(milliseconds(begin.elapsed()));
        if !effort.goes_on(wall.len(), start) {
            break;
        }
    }
    let spent = process_cpu().zip(cpu).map(|(now, then)| now - then);
    Ok(Line {
        rival: None,
        name: format!("wgpudenoise {}", variant.name()),
        frames: wall.len(),
        cpu: spent.map(|spent| spent / wall.len() as f64),
        wall,
        psnr: clip.psnr(pictures.iter().map(Vec::as_slice)),
    })
}

fn theirs(ffmpeg: &Ffmpeg, gpu: &Gpu, clip: &Clip, table: &mut Table) -> Result<Vec<Line>, String> {
    let mut rivals = rival::on_processor();
    match ffmpeg.vulkan_device(&gpu.info().name) {
        Ok(number) => rivals.push(rival::on_vulkan(number)),
        Err(reason) => table.note(format!("nlmeans_vulkan left out: {reason}")),
    }
    let files = rival::Files::new(clip)?;
    let mut lines = Vec::new();
    for rival in rivals {
        eprintln!("theirs {}", rival.name);
        match rival.measure(ffmpeg, &files, clip) {
            Ok(line) => lines.push(line),
            Err(reason) => table.note(format!("{} left out: {reason}", rival.name)),
        }
    }
    Ok(lines)
}
