//! Tracking a plane, without GStreamer and without placing anything.

use crate::clock::{median, milliseconds, process_cpu};
use crate::device::{FLOOR, Ground};
use crate::passes::{Passes, dispatches};
use crate::pictures::{Size, layout};
use crate::table::{Cell, Table};
use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::transfer::{HostPlane, Uploader};
use gstwgpu::gpu::{Frame, Gpu, GpuError};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::settings::{MotionModel, OnLost};
use gstwgpu::trackoverlay::track::tracker::{TrackStep, Tracker};
use std::f64::consts::TAU;
use std::sync::Arc;
use std::time::Instant;

/// Frames until the motion begins again.
const PERIOD: usize = 24;
/// Frames before the clock starts: the plane is armed, and its shutter found.
const WARM_UP: usize = 2 * PERIOD;
/// Waves that make a picture.
const WAVES: usize = 14;

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
    let mut tracker = Tracker::new(gpu, layout(size))?;
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
    }
}

/// In the middle of the frame, a tenth of it.
fn quad((width, height): Size) -> Quad {
    let corner = |x: f64, y: f64| [x * f64::from(width), y * f64::from(height)];
    Quad([
        corner(0.36, 0.33),
        corner(0.65, 0.35),
        corner(0.64, 0.69),
        corner(0.35, 0.67),
    ])
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

/// A sine over the frame: height, turns for each pixel along x and y, first angle.
struct Wave {
    height: f64,
    along: [f64; 2],
    start: f64,
}

/// Waves of all directions, from fine to coarse.
fn waves((width, _): Size, start: f64) -> Vec<Wave> {
    let wave = |number: usize| {
        let number = number as f64;
        let length = f64::from(width) / 80.0 * 1.25f64.powf(number);
        let (sin, cos) = (2.4 * number + start).sin_cos();
        Wave {
            height: 9.0,
            along: [cos / length, sin / length],
            start: number * 1.7 + start,
        }
    };
    (0..WAVES).map(wave).collect()
}

/// Luma of the waves moved to the right by `shift` pixels, and by `way` more during the exposure,
/// which leaves less of each wave.
fn picture((width, height): Size, waves: &[Wave], shift: f64, way: f64) -> Vec<u8> {
    let sharpness = |turns: f64| match TAU * turns / 2.0 {
        0.0 => 1.0,
        angle => angle.sin() / angle,
    };
    let heights: Vec<f64> = waves
        .iter()
        .map(|wave| wave.height * sharpness(wave.along[0] * way))
        .collect();
    let mut luma = Vec::with_capacity((width * height) as usize);
    // A sine of a sum of x and y is made of sines of each.
    let angles = |side: u32, of: &dyn Fn(&Wave, f64) -> f64| -> Vec<Vec<(f64, f64)>> {
        let places = (0..side).map(f64::from);
        places
            .map(|at| waves.iter().map(|wave| of(wave, at).sin_cos()).collect())
            .collect()
    };
    let columns = angles(width, &|wave, x| TAU * wave.along[0] * (x - shift));
    let rows = angles(height, &|wave, y| TAU * wave.along[1] * y + wave.start);
    for row in &rows {
        for column in &columns {
            let waves = heights.iter().zip(column).zip(row);
            let sum: f64 = waves
                .map(|((height, (a, b)), (c, d))| height * (a * d + b * c))
                .sum();
            luma.push((128.0 + sum).round().clamp(16.0, 235.0) as u8);
        }
    }
    luma
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
