//! Tracking a plane, without GStreamer and without placing anything.

use crate::clock::{median, milliseconds, process_cpu};
use crate::device::{FLOOR, Ground};
use crate::passes::{Passes, dispatches};
use crate::pictures::{Size, layout};
use crate::report::table::{Cell, Table};
use crate::waves::{PERIOD, picture, quad, waves};
use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::transfer::{HostPlane, Uploader};
use gstwgpu::gpu::{Frame, Gpu, GpuError};
use gstwgpu::trackoverlay::colour::StreamColour;
use gstwgpu::trackoverlay::settings::{MotionModel, OnLost};
use gstwgpu::trackoverlay::track::tracker::{TrackStep, Tracker};
use std::f64::consts::TAU;
use std::sync::Arc;
use std::time::Instant;

/// Frames before the clock starts: the plane is armed, and its shutter found.
const WARM_UP: usize = 2 * PERIOD;

/// What happens to the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Case {
    Rest,
    Motion,
    /// With a shutter that is open all the time.
    Blur,
    /// Another picture comes after the first frame.
    Lost,
}

impl Case {
    fn name(self) -> &'static str {
        match self {
            Self::Rest => "at rest",
            Self::Motion => "moving",
            Self::Blur => "moving, blurred",
            Self::Lost => "lost",
        }
    }

    /// Farthest that the plane goes to either side, in widths of the frame.
    fn reach(self) -> f64 {
        match self {
            Self::Rest | Self::Lost => 0.0,
            Self::Motion => 0.015,
            Self::Blur => 0.05,
        }
    }

    fn shutter(self) -> f64 {
        if self == Self::Blur { 1.0 } else { 0.0 }
    }
}

/// One table for a size, then one for each case's passes.
pub fn tables(ground: &Ground, size: Size) -> Result<Vec<Table>, String> {
    let title = format!("Tracking alone, {}x{}", size.0, size.1);
    let columns = [
        "plane",
        "frames",
        "wall ms",
        "GPU ms",
        "CPU ms",
        "dispatches",
    ];
    let mut summary = Table::new(title, &columns);
    summary.note("per frame: medians, CPU ms of the whole process; a quad of a tenth of the frame");
    summary.note("GPU ms is the sum of all passes, each measured by itself, in a run of its own");
    let mut tables = Vec::new();
    for case in [Case::Rest, Case::Motion, Case::Blur, Case::Lost] {
        let name = case.name();
        eprintln!("Tracking {}x{} {name}", size.0, size.1);
        let measured = measure(ground, size, case);
        let wrong = |error: GpuError| format!("{name}: {error}");
        let (plain, timed) = measured.map_err(wrong)?;
        let floor = floor(&ground.for_floor(), case).map_err(wrong)?;
        summary.row(row(name, &plain, &timed.passes));
        let title = format!("Tracking: passes of {name} at {}x{}", size.0, size.1);
        tables.extend(timed.passes.table(title, ground.bandwidth, &floor));
    }
    tables.insert(0, summary);
    Ok(tables)
}

/// Without timestamps, and with them.
fn measure(ground: &Ground, size: Size, case: Case) -> Result<(Run, Run), GpuError> {
    let frames = frames(&ground.gpu, size, case)?;
    let plain = follow(ground, size, &frames, false)?;
    let timed = follow(ground, size, &frames, true)?;
    Ok((plain, timed))
}

/// The passes over the smallest pictures.
fn floor(ground: &Ground, case: Case) -> Result<Passes, GpuError> {
    let frames = frames(&ground.gpu, FLOOR, case)?;
    Ok(follow(ground, FLOOR, &frames, true)?.passes)
}

fn row(name: &str, plain: &Run, passes: &Passes) -> Vec<Cell> {
    vec![
        name.into(),
        Cell::Number(plain.wall.len() as f64, 0),
        Cell::Number(median(&plain.wall), 2),
        Cell::maybe(passes.milliseconds(), 3),
        Cell::maybe(plain.cpu, 2),
        Cell::maybe(Some(passes.dispatches()), 0),
    ]
}

/// What a run took: milliseconds of each frame, and mean milliseconds of the processors.
struct Run {
    wall: Vec<f64>,
    passes: Passes,
    cpu: Option<f64>,
}

/// The first of `frames` gives the template; the others follow, again and again.
fn follow(ground: &Ground, size: Size, frames: &[Frame], is_timed: bool) -> Result<Run, GpuError> {
    let gpu = &ground.gpu;
    let mut tracker = Tracker::new(gpu, layout(size), &StreamColour::usual(&layout(size)))?;
    let armed = tracker.arm(quad(size));
    armed.map_err(|error| GpuError::Fault(error.to_string()))?;
    let mut recorder = Recorder::new(gpu);
    if is_timed {
        recorder.enable_timing(1);
    }
    let (mut wall, mut passes) = (Vec::new(), Passes::default());
    let (mut cpu, mut start) = (process_cpu(), Instant::now());
    let others = frames.iter().skip(1).cycle();
    for (number, frame) in frames.iter().take(1).chain(others).enumerate() {
        if number == WARM_UP {
            (cpu, start) = (process_cpu(), Instant::now());
            wall.clear();
            passes = Passes::default();
        }
        if number > WARM_UP && !ground.effort.goes_on(wall.len(), start) {
            break;
        }
        let begin = Instant::now();
        let mut recording = recorder.begin();
        tracker.record(&mut recording, frame, &step(number))?;
        let dispatches = dispatches(&recording);
        let submission = recording.submit()?;
        gpu.wait(&submission)?;
        wall.push(milliseconds(begin.elapsed()));
        passes.add(&dispatches, &recorder.timings());
    }
    let spent = process_cpu().zip(cpu).map(|(after, before)| after - before);
    let cpu = spent.map(|spent| spent / wall.len() as f64);
    Ok(Run { wall, passes, cpu })
}

fn step(number: usize) -> TrackStep {
    TrackStep {
        frame: number as u32,
        seconds: 0.04,
        model: MotionModel::Homography,
        on_lost: OnLost::Fade,
        fade_out: 0.2,
        fade_in: 0.2,
        has_matte: true,
    }
}

/// The frame that is armed, and a period of what comes then.
fn frames(gpu: &Arc<Gpu>, size: Size, case: Case) -> Result<Vec<Frame>, GpuError> {
    let (first, other) = (waves(size, 0.0), waves(size, 2.0));
    let mut frames = vec![upload(gpu, size, &picture(size, &first, 0.0, 0.0))?];
    let (count, waves) = match case {
        Case::Rest => (1, &first),
        Case::Lost => (1, &other),
        _ => (PERIOD, &first),
    };
    for number in 1..=count {
        let angle = TAU * number as f64 / PERIOD as f64;
        let reach = case.reach() * f64::from(size.0);
        let way = reach * angle.cos() * TAU / PERIOD as f64 * case.shutter();
        frames.push(upload(
            gpu,
            size,
            &picture(size, waves, reach * angle.sin(), way),
        )?);
    }
    Ok(frames)
}

fn upload(gpu: &Arc<Gpu>, size: Size, luma: &[u8]) -> Result<Frame, GpuError> {
    let layout = layout(size);
    let frame = Frame::new(gpu, layout)?;
    let chroma = vec![128; luma.len()];
    let planes: Vec<HostPlane<'_>> = layout
        .planes()
        .iter()
        .enumerate()
        .map(|(index, plane)| HostPlane {
            data: if index == 0 { luma } else { &chroma },
            stride: plane.row_bytes() as usize,
        })
        .collect();
    let staged = Uploader::new(gpu, &layout)?.stage(&planes)?;
    let mut recorder = Recorder::new(gpu);
    let mut recording = recorder.begin();
    recording.upload(staged, &frame)?;
    gpu.wait(&recording.submit()?)?;
    Ok(frame)
}
