//! Placing a source into frames, without GStreamer and without tracking.

use crate::clock::{median, milliseconds, process_cpu};
use crate::device::{FLOOR, Ground};
use crate::passes::{Passes, dispatches};
use crate::pictures::{Size, layout};
use crate::report::table::{Cell, Table};
use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::{Frame, GpuError, StorageBuffer};
use gstwgpu::trackoverlay::colour::{StreamColour, Target};
use gstwgpu::trackoverlay::place::look::Look;
use gstwgpu::trackoverlay::place::placement::Placement;
use gstwgpu::trackoverlay::pose::{POSE_BYTES, Pose};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::settings::{BlendMode, Settings};
use gstwgpu::trackoverlay::source::picture::Picture;
use gstwgpu::trackoverlay::source::{Source, SourceFormat};
use std::time::Instant;

/// Frames before the clock starts.
const WARM_UP: usize = 3;

/// What is placed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    Picture,
    Multiplied,
    /// A second stream of the size given, with a new frame each time.
    Stream(Size),
}

impl What {
    /// With a stream as small as the frame that it is placed into.
    fn small(self) -> Self {
        match self {
            Self::Stream(_) => Self::Stream(FLOOR),
            other => other,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Picture => "picture".into(),
            Self::Multiplied => "picture, multiply".into(),
            Self::Stream((width, height)) => format!("stream {width}x{height}"),
        }
    }
}

/// The share of the frame whose passes get a table.
const USUAL: f64 = 0.25;

/// One table for a size, milliseconds against the size of the box, then one for each source's passes.
pub fn tables(ground: &Ground, size: Size) -> Result<Vec<Table>, String> {
    let title = format!(
        "Placement alone, {}x{} I420, the copy of the frame included",
        size.0, size.1
    );
    let columns = [
        "source", "box %", "box Mpx", "frames", "wall ms", "GPU ms", "CPU ms",
    ];
    let mut summary = Table::new(title, &columns);
    summary.keyed_by(2);
    summary.note("per frame: medians, CPU ms of the whole process; a tilted quad in the box");
    let shares = [0.0, 0.01, 0.05, USUAL, 1.0];
    let mut rows: Vec<(What, f64)> = shares.map(|share| (What::Picture, share)).to_vec();
    rows.push((What::Multiplied, USUAL));
    rows.extend([(640, 360), (1920, 1080)].map(|size| (What::Stream(size), USUAL)));
    let mut tables = Vec::new();
    for (what, share) in rows {
        let name = what.name();
        eprintln!("Placement {}x{} {name}, {share} of it", size.0, size.1);
        let run = measure(ground, size, what, share);
        let wrong = |error: GpuError| format!("{name}: {error}");
        let run = run.map_err(wrong)?;
        let whole = f64::from(size.0) * f64::from(size.1);
        summary.row(row(&name, share, whole, &run));
        if share == USUAL {
            let title = format!("Placement: passes of {name} at {}x{}", size.0, size.1);
            let floor = measure(&ground.for_floor(), FLOOR, what.small(), share);
            let floor = floor.map_err(wrong)?.passes;
            tables.extend(run.passes.table(title, ground.bandwidth, &floor));
        }
    }
    tables.insert(0, summary);
    Ok(tables)
}

fn row(name: &str, share: f64, whole: f64, run: &Run) -> Vec<Cell> {
    vec![
        name.into(),
        Cell::Number(100.0 * share, 0),
        Cell::Number(share * whole / 1e6, 3),
        Cell::Number(run.wall.len() as f64, 0),
        Cell::Number(median(&run.wall), 2),
        Cell::maybe(run.passes.milliseconds(), 3),
        Cell::maybe(run.cpu, 2),
    ]
}

/// What a run took: milliseconds of each frame, and mean milliseconds of the processors.
struct Run {
    wall: Vec<f64>,
    passes: Passes,
    cpu: Option<f64>,
}

/// A quad seen from the side whose box is a share of the frame.
fn quad((width, height): Size, share: f64) -> Quad {
    let side = share.sqrt();
    let (width, height) = (f64::from(width), f64::from(height));
    let corner = |x: f64, y: f64| {
        [
            (0.5 + (x - 0.5) * side) * width,
            (0.5 + (y - 0.5) * side) * height,
        ]
    };
    Quad([
        corner(0.0, 0.0),
        corner(1.0, 0.1),
        corner(0.97, 1.0),
        corner(0.03, 0.9),
    ])
}

/// A picture of 1280x720 with something to filter in it.
fn picture() -> Picture {
    let (width, height) = (1280u32, 720u32);
    let byte = |at: u32| {
        let (x, y) = (at / 4 % width, at / 4 / width);
        match at % 4 {
            3 => 255,
            component => ((x * 7) ^ (y * (5 + component))) as u8,
        }
    };
    Picture {
        width,
        height,
        rgba: (0..width * height * 4).map(byte).collect(),
    }
}

fn measure(ground: &Ground, size: Size, what: What, share: f64) -> Result<Run, GpuError> {
    let gpu = &ground.gpu;
    let layout = layout(size);
    let placement = Placement::new(gpu, layout, StreamColour::usual(&layout))?;
    let (input, output) = (Frame::new(gpu, layout)?, Frame::new(gpu, layout)?);
    let (source, second) = match what {
        What::Stream(size) => {
            let layout = self::layout(size);
            let format = SourceFormat::Yuv(layout, StreamColour::usual(&layout));
            let second = Frame::new(gpu, layout)?;
            (Source::for_stream(gpu, &format)?, Some(second))
        }
        _ => (
            Source::from_picture(gpu, &picture(), &Target::default())?,
            None,
        ),
    };
    let pose = StorageBuffer::new(gpu, "pose", POSE_BYTES);
    let known = Pose::known(&quad(size, share), 0, size);
    gpu.queue()
        .write_buffer(pose.buffer(), 0, bytemuck::bytes_of(&known));
    let mut look = Look::new(&Settings::default(), 1.0);
    if what == What::Multiplied {
        look.blend = BlendMode::Multiply;
    }
    let mut recorder = Recorder::new(gpu);
    recorder.enable_timing(1);
    let (mut wall, mut passes) = (Vec::new(), Passes::default());
    let (mut cpu, mut start) = (process_cpu(), Instant::now());
    for frame in 0.. {
        if frame == WARM_UP {
            (cpu, start) = (process_cpu(), Instant::now());
            wall.clear();
            passes = Passes::default();
        }
        if frame > WARM_UP && !ground.effort.goes_on(wall.len(), start) {
            break;
        }
        let begin = Instant::now();
        let mut recording = recorder.begin();
        if let Some(second) = &second {
            source.update(&mut recording, second, &Target::default())?;
        }
        placement.record(&mut recording, &input, &output, &source, &pose, None, &look)?;
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
