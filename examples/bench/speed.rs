//! Filters without GStreamer.

use crate::clock::{Effort, median, milliseconds, minimum, process_cpu};
use crate::device::{FLOOR, Ground};
use crate::passes::Passes;
use crate::pictures::{Clip, Size};
use crate::report::table::{Cell, Table};
use crate::worker::{Variant, Worker};
use gstwgpu::deartifact;
use gstwgpu::denoise::Preset;
use gstwgpu::gpu::GpuError;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

/// Frames before the clock starts, on top of lookahead.
const WARM_UP: usize = 3;
/// Frames on their way at a time where throughput is measured.
const IN_FLIGHT: usize = 2;

type Pictures = [Arc<[u8]>];

/// What a variant needed.
struct Speed {
    wall: Vec<f64>,
    cpu: Option<f64>,
    passes: Passes,
    fps: f64,
}

/// The denoisers to measure; quality with lookahead as well.
pub fn denoisers(presets: &[Preset]) -> Vec<Variant> {
    let lookaheads = |preset: Preset| -> &[u32] {
        match preset {
            Preset::Quality => &[0, 3],
            _ => &[0],
        }
    };
    let pairs = presets.iter().flat_map(|preset| {
        let each = lookaheads(*preset).iter();
        each.map(|lookahead| (*preset, *lookahead))
    });
    let variant = |(preset, lookahead)| Variant::Denoise(preset, lookahead);
    pairs.map(variant).collect()
}

/// The repairers of compression damage to measure.
pub fn repairers(presets: &[Preset]) -> Vec<Variant> {
    let variant = |preset: &Preset| match preset {
        Preset::Fast => Some(deartifact::Preset::Fast),
        Preset::Balanced => Some(deartifact::Preset::Balanced),
        Preset::Quality => Some(deartifact::Preset::Quality),
        Preset::Neural => None,
    };
    let found = presets.iter().filter_map(variant);
    found.map(Variant::Repair).collect()
}

/// One table for the variants at a size, then one for each variant's passes.
pub fn tables(
    what: &str,
    ground: &Ground,
    clip: &Clip,
    size: Size,
    variants: &[Variant],
) -> Result<Vec<Table>, String> {
    let title = format!(
        "{what} alone, {}x{} I420, upload and download included",
        size.0, size.1
    );
    let columns = [
        "preset",
        "frames",
        "wall ms",
        "min ms",
        "GPU ms",
        "CPU ms",
        "fps",
        "dispatches",
    ];
    let mut summary = Table::new(title, &columns);
    summary.note("per frame: medians, CPU ms of the whole process; fps with two frames in flight");
    let pictures = clip.cycle(size);
    let small = clip.cycle(FLOOR);
    let mut tables = Vec::new();
    for variant in variants {
        eprintln!("{what} {}x{} {}", size.0, size.1, variant.name());
        let wrong = |error: GpuError| format!("{}: {error}", variant.name());
        let speed = measure(ground, &pictures, size, *variant).map_err(wrong)?;
        let floor = floor(&ground.for_floor(), &small, *variant).map_err(wrong)?;
        summary.row(row(&variant.name(), &speed));
        let title = format!(
            "{what}: passes of {} at {}x{}",
            variant.name(),
            size.0,
            size.1
        );
        tables.extend(speed.passes.table(title, ground.bandwidth, &floor));
    }
    tables.insert(0, summary);
    Ok(tables)
}

fn row(name: &str, speed: &Speed) -> Vec<Cell> {
    vec![
        name.into(),
        Cell::Number(speed.wall.len() as f64, 0),
        Cell::Number(median(&speed.wall), 2),
        Cell::Number(minimum(&speed.wall), 2),
        Cell::maybe(speed.passes.milliseconds(), 3),
        Cell::maybe(speed.cpu, 2),
        Cell::Number(speed.fps, 1),
        Cell::maybe(Some(speed.passes.dispatches()), 0),
    ]
}

fn measure(
    ground: &Ground,
    pictures: &Pictures,
    size: Size,
    variant: Variant,
) -> Result<Speed, GpuError> {
    let effort = ground.effort;
    let mut worker = Worker::new(&ground.gpu, size, variant, true)?;
    let mut target = worker.room();
    let mut next = pictures.iter().cycle();
    warm(&mut worker, &mut target, &mut next, variant)?;
    let mut speed = one_by_one(&mut worker, &mut target, &mut next, effort)?;
    worker.stop_timing();
    for picture in next.by_ref().take(1) {
        worker.step(picture, &mut target)?;
    }
    speed.fps = overlapped(&mut worker, &mut target, &mut next, effort)?;
    Ok(speed)
}

/// The passes over the smallest pictures.
fn floor(ground: &Ground, pictures: &Pictures, variant: Variant) -> Result<Passes, GpuError> {
    let mut worker = Worker::new(&ground.gpu, FLOOR, variant, true)?;
    let mut target = worker.room();
    let mut next = pictures.iter().cycle();
    warm(&mut worker, &mut target, &mut next, variant)?;
    let speed = one_by_one(&mut worker, &mut target, &mut next, ground.effort)?;
    Ok(speed.passes)
}

/// The first frames, and those that only fill lookahead.
fn warm<'a>(
    worker: &mut Worker,
    target: &mut [u8],
    next: &mut impl Iterator<Item = &'a Arc<[u8]>>,
    variant: Variant,
) -> Result<(), GpuError> {
    for picture in next.take(WARM_UP + variant.lookahead()) {
        worker.step(picture, target)?;
    }
    Ok(())
}

/// Each frame is waited for before the next one comes.
fn one_by_one<'a>(
    worker: &mut Worker,
    target: &mut [u8],
    next: &mut impl Iterator<Item = &'a Arc<[u8]>>,
    effort: Effort,
) -> Result<Speed, GpuError> {
    let (mut wall, mut passes) = (Vec::new(), Passes::default());
    let (cpu, start) = (process_cpu(), Instant::now());
    while effort.goes_on(wall.len(), start) {
        let Some(picture) = next.next() else { break };
        let begin = Instant::now();
        let dispatches = worker.step(picture, target)?;
        wall.push(milliseconds(begin.elapsed()));
        passes.add(&dispatches, &worker.timings());
    }
    let spent = process_cpu().zip(cpu).map(|(after, before)| after - before);
    Ok(Speed {
        cpu: spent.map(|spent| spent / wall.len() as f64),
        wall,
        passes,
        fps: f64::NAN,
    })
}

/// Frames a second where the next frame is submitted before the last one is read.
fn overlapped<'a>(
    worker: &mut Worker,
    target: &mut [u8],
    next: &mut impl Iterator<Item = &'a Arc<[u8]>>,
    effort: Effort,
) -> Result<f64, GpuError> {
    let mut pending = VecDeque::new();
    let (start, mut frames) = (Instant::now(), 0);
    while effort.goes_on(frames, start) {
        let Some(picture) = next.next() else { break };
        pending.extend(worker.submit(picture)?);
        frames += 1;
        if pending.len() >= IN_FLIGHT
            && let Some(oldest) = pending.pop_front()
        {
            worker.finish(oldest, target)?;
        }
    }
    for rest in pending {
        worker.finish(rest, target)?;
    }
    Ok(frames as f64 / start.elapsed().as_secs_f64())
}
