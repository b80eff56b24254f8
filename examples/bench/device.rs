//! What the benchmark runs on.

use crate::bandwidth::{Bandwidth, Rate};
use crate::clock::Effort;
use crate::pictures::Size;
use crate::report::table::{Cell, Table};
use gstwgpu::gpu::Gpu;
use std::sync::Arc;

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
    let mut table = Table::new("Device", &["what", "value"]);
    let mut row = |what: &str, value: String| table.row(vec![what.into(), Cell::Text(value)]);
    row("plugin", plugin());
    row("GStreamer", gst::version_string().into());
    row("arguments", arguments());
    row("adapter", format!("{} ({:?})", info.name, info.device_type));
    row("driver", format!("{} {}", info.driver, info.driver_info));
    row("backend", format!("{:?}", info.backend));
    row("timestamps", timestamps.into());
    row("matrix units", gpu.matrices().to_string());
    row("processor cores", cores.to_string());
    if let Ok(threads) = std::env::var("LP_NUM_THREADS") {
        row("LP_NUM_THREADS, for software devices", threads);
    }
    if let Some(load) = load() {
        row("load before the start", load);
    }
    row("copies are timed by", bandwidth.clock.into());
    row("copy bandwidth, command", rate(bandwidth.command));
    row("copy bandwidth, kernel", rate(bandwidth.kernel));
    table.note("copies of buffers that no cache holds; bytes read and bytes written count both");
    table.note("tables of passes compare with the faster of both");
    table
}

fn rate(rate: Rate) -> String {
    let [median, best] = [rate.median, rate.best].map(|bytes| bytes / 1e6);
    format!("{median:.1} GB/s median, {best:.1} GB/s best")
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
