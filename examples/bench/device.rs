//! What the benchmark runs on, and how fast it copies.

use crate::clock::{Effort, median, milliseconds};
use crate::pictures::Size;
use crate::table::{Cell, Table};
use gstwgpu::gpu::Gpu;
use std::sync::Arc;
use std::time::Instant;

/// Copies in one submission, and how often that is measured.
const COPIES: u32 = 4;
const ROUNDS: usize = 7;

/// What the parts that measure without GStreamer stand on.
#[derive(Debug)]
pub struct Ground {
    /// The device, of the benchmark's own.
    pub gpu: Arc<Gpu>,
    /// How long each row may take.
    pub effort: Effort,
    /// What the device can do at best.
    pub bandwidth: Bandwidth,
}

impl Ground {
    /// Measures the device before anything else runs on it.
    pub fn new(gpu: Arc<Gpu>, effort: Effort) -> Result<Self, String> {
        Ok(Self {
            bandwidth: Bandwidth::measure(&gpu)?,
            gpu,
            effort,
        })
    }

    /// The same for [`FLOOR`], where fewer frames say enough.
    pub fn for_floor(&self) -> Self {
        Self {
            gpu: self.gpu.clone(),
            effort: Effort {
                frames: self.effort.frames.min(50),
                limit: self.effort.limit / 3,
            },
            bandwidth: self.bandwidth,
        }
    }
}

/// A picture so small that a pass over it takes what a dispatch costs by itself.
pub const FLOOR: Size = (64, 64);

/// Bytes that the device moves in a millisecond when it copies buffers, reads and writes counted
/// both; median and best.
#[derive(Debug, Clone, Copy)]
pub struct Bandwidth {
    /// The median, in bytes per millisecond.
    pub median: f64,
    /// The best, in bytes per millisecond.
    pub best: f64,
}

impl Bandwidth {
    /// Copies a buffer that no cache can hold.
    pub fn measure(gpu: &Gpu) -> Result<Self, String> {
        let wanted: u64 = if gpu.is_software() {
            64 << 20
        } else {
            512 << 20
        };
        let size = wanted.min(gpu.device().limits().max_buffer_size & !255);
        let buffer = || {
            gpu.device().create_buffer(&wgpu::BufferDescriptor {
                label: Some("copied"),
                size,
                usage: wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let (from, to) = (buffer(), buffer());
        // The first round pays for the memory's pages and the clearing of the buffers.
        copy(gpu, &from, &to)?;
        let mut rates = Vec::new();
        for _ in 0..ROUNDS {
            let moved = (2 * size * u64::from(COPIES)) as f64;
            rates.push(moved / copy(gpu, &from, &to)?);
        }
        Ok(Self {
            median: median(&rates),
            best: rates.iter().copied().fold(0.0, f64::max),
        })
    }
}

/// Milliseconds of one submission of copies.
fn copy(gpu: &Gpu, from: &wgpu::Buffer, to: &wgpu::Buffer) -> Result<f64, String> {
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    for _ in 0..COPIES {
        encoder.copy_buffer_to_buffer(from, 0, to, 0, None);
    }
    let start = Instant::now();
    gpu.queue().submit([encoder.finish()]);
    let waited = gpu.device().poll(wgpu::PollType::wait_indefinitely());
    waited.map_err(|error| format!("the copy of a buffer failed: {error}"))?;
    gpu.check().map_err(|error| error.to_string())?;
    Ok(milliseconds(start.elapsed()))
}

/// What ran, on which device and machine.
pub fn table(ground: &Ground) -> Table {
    let (gpu, bandwidth) = (&ground.gpu, ground.bandwidth);
    let info = gpu.info();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let timestamps = gpu.device().features();
    let timestamps = match timestamps.contains(wgpu::Features::TIMESTAMP_QUERY) {
        true => "yes",
        false => "no: GPU times are missing",
    };
    let gigabytes = |rate: f64| rate / 1e6;
    let mut table = Table::new("Device", &["what", "value"]);
    let mut row = |what: &str, value: String| table.row(vec![what.into(), Cell::Text(value)]);
    row("plugin", plugin());
    row("GStreamer", gst::version_string().into());
    row("arguments", arguments());
    row("adapter", format!("{} ({:?})", info.name, info.device_type));
    row("driver", format!("{} {}", info.driver, info.driver_info));
    row("backend", format!("{:?}", info.backend));
    row("timestamps", timestamps.into());
    row("processor cores", cores.to_string());
    if let Ok(threads) = std::env::var("LP_NUM_THREADS") {
        row("LP_NUM_THREADS, for software devices", threads);
    }
    if let Some(load) = load() {
        row("load before the start", load);
    }
    row(
        "copy bandwidth",
        format!(
            "{:.1} GB/s median, {:.1} GB/s best (bytes read + bytes written)",
            gigabytes(bandwidth.median),
            gigabytes(bandwidth.best)
        ),
    );
    table
}

/// Version and commit.
fn plugin() -> String {
    let plugin = gst::Registry::get().find_plugin("wgpu");
    plugin.map_or("unknown".into(), |plugin| plugin.version().into())
}

/// What the benchmark was asked for.
fn arguments() -> String {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.is_empty() {
        true => "none".into(),
        false => words.join(" "),
    }
}

/// How many tasks wanted to run in the last minute.
fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next().map(ToOwned::to_owned)
}
