//! Live channels beside one another in one process: how many it takes until one loses its rate.

mod chain;
mod load;
mod schedule;
mod verdict;

use crate::clock::{median, percentile};
use crate::options::{Options, preset_name};
use crate::pictures::Size;
use crate::pipeline::{Feed, raw_caps};
use crate::report::Report;
use crate::report::table::{Cell, Table};
use crate::waves;
use chain::Chain;
use gstwgpu::gpu::{AdapterSelector, Gpu};
use load::Load;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long streams run before they are measured.
const SETTLE: Duration = Duration::from_secs(2);
/// From the last one's readiness to the first frame that is due.
const LEAD: Duration = Duration::from_millis(100);
/// The picture to place.
const PLACED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/trackoverlay.jpg");

/// Two tables for each size and chain: all streams together, and each by itself.
pub fn run(options: &Options, is_software: bool, report: &mut Report) -> Result<(), String> {
    let adapter = AdapterSelector::from(options.adapter.as_str());
    // The device that the elements take, too.
    let gpu = Gpu::shared(&adapter).map_err(|error| error.to_string())?;
    for size in sizes(options, is_software) {
        let feed = Feed {
            caps: raw_caps(size, options.rate),
            frames: waves::live(size),
        };
        for (name, elements) in chains(options, size) {
            let title = format!(
                "Streams: {name}, {}x{} at {} fps",
                size.0, size.1, options.rate
            );
            let mut tables = Tables::new(&title);
            for count in verdict::counts(options.streams) {
                eprintln!("{title}: {count}");
                match measure(&gpu, &feed, &elements, options, count) {
                    Ok(measured) if tables.add(&measured, options.rate) => {}
                    Ok(_) => break,
                    Err(error) => {
                        tables.all.note(format!("{count} streams: {error}"));
                        break;
                    }
                }
            }
            report.add([tables.all, tables.each]);
        }
    }
    Ok(())
}

fn sizes(options: &Options, is_software: bool) -> Vec<Size> {
    match (options.sizes.as_slice(), is_software) {
        ([], true) => vec![(1920, 1080)],
        ([], false) => vec![(1920, 1080), (3840, 2160)],
        (given, _) => given.to_vec(),
    }
}

/// Names and launch lines.
fn chains(options: &Options, size: Size) -> Vec<(String, String)> {
    if let Some(chain) = &options.chain {
        return vec![(chain.clone(), chain.clone())];
    }
    let adapter = options.adapter_property();
    let points = waves::quad(size).to_string();
    let chain = |preset: &_| {
        let preset = preset_name(*preset);
        let elements = format!(
            "wgpudenoise preset={preset}{adapter} ! wgpudeartifact preset={preset}{adapter} ! \
             wgputrackoverlay points=\"{points}\" location=\"{PLACED}\"{adapter}"
        );
        (format!("all three, {preset}"), elements)
    };
    options.stream_presets().iter().map(chain).collect()
}

/// What so many streams did at a time.
struct Measured {
    /// Milliseconds of delay of each frame, for each stream.
    delays: Vec<Vec<f64>>,
    load: Load,
}

fn measure(
    gpu: &Arc<Gpu>,
    feed: &Feed,
    elements: &str,
    options: &Options,
    count: usize,
) -> Result<Measured, String> {
    let start = |_| Chain::start(feed, elements, options.rate);
    let mut chains = (0..count).map(start).collect::<Result<Vec<_>, _>>()?;
    for chain in &mut chains {
        chain.wait_until_ready()?;
    }
    // Cameras do not give their frames at the same moment.
    let begin = Instant::now() + LEAD;
    let step = Duration::from_secs(1) / options.rate / count as u32;
    for (number, chain) in (0..).zip(&mut chains) {
        chain.go_live(begin + step * number);
    }
    std::thread::sleep(LEAD + SETTLE);
    let time = Duration::from_secs(options.seconds.into());
    let load = Load::watch(&chains, gpu, time);
    let delays = chains.iter().map(|chain| chain.delays(load.from, load.to));
    let delays = delays.collect();
    match chains.iter().find_map(Chain::failure) {
        Some(error) => Err(error),
        None => Ok(Measured { delays, load }),
    }
}

/// The results of one chain at one size.
struct Tables {
    all: Table,
    each: Table,
}

impl Tables {
    fn new(title: &str) -> Self {
        let columns = [
            "streams",
            "holds",
            "fps in all",
            "wanted",
            "slowest fps",
            "median ms",
            "p99 ms",
            "worst ms",
            "tracked %",
            "GPU ms",
            "GPU busy %",
            "CPU cores",
            "CPU ms",
            "RSS MB",
            "GPU MB",
        ];
        let mut all = Table::new(title, &columns);
        all.note("ms: from when a frame is due at the live source to when it reaches the sink; p99: of the worst stream");
        all.note("GPU ms, CPU ms: per frame; GPU busy: by the passes' GPU times, without copies; holds: each stream brings out 99 % of its frames");
        let columns = [
            "streams",
            "stream",
            "fps",
            "median ms",
            "p99 ms",
            "worst ms",
        ];
        let mut each = Table::new(format!("{title}, one by one"), &columns);
        each.keyed_by(2);
        Self { all, each }
    }

    /// Adds the rows; false where the rate was lost.
    fn add(&mut self, measured: &Measured, rate: u32) -> bool {
        let Measured { delays, load } = measured;
        let seconds = load.seconds();
        let count = Cell::Number(delays.len() as f64, 0);
        let rates: Vec<f64> = delays.iter().map(|d| d.len() as f64 / seconds).collect();
        let mut tails = Vec::new();
        for (number, (delays, rate)) in delays.iter().zip(&rates).enumerate() {
            let tail = percentile(delays, 0.99);
            tails.push(tail);
            self.each.row(vec![
                count.clone(),
                Cell::Number((number + 1) as f64, 0),
                Cell::Number(*rate, 1),
                Cell::maybe(Some(median(delays)), 1),
                Cell::maybe(Some(tail), 1),
                Cell::maybe(Some(percentile(delays, 1.0)), 1),
            ]);
        }
        let all = delays.concat();
        let worst = |values: &[f64]| percentile(values, 1.0);
        let busy = load.gpu.iter().zip(&rates);
        let busy: Option<f64> = busy.map(|(time, rate)| Some((*time)? * rate / 10.0)).sum();
        let gpu: Option<f64> = load.gpu.iter().copied().sum();
        let wanted = f64::from(rate);
        let frames: Vec<usize> = delays.iter().map(Vec::len).collect();
        let holds = verdict::holds(&frames, wanted, seconds);
        self.all.row(vec![
            count,
            if holds { "yes" } else { "no" }.into(),
            Cell::Number(rates.iter().sum(), 1),
            Cell::Number(wanted * rates.len() as f64, 0),
            Cell::maybe(Some(percentile(&rates, 0.0)), 1),
            Cell::maybe(Some(median(&all)), 1),
            Cell::maybe(Some(worst(&tails)), 1),
            Cell::maybe(Some(worst(&all)), 1),
            Cell::maybe(load.tracked.map(|share| 100.0 * share), 0),
            Cell::maybe(gpu.map(|sum| sum / rates.len() as f64), 3),
            Cell::maybe(busy, 1),
            Cell::maybe(load.cpu.map(|cpu| cpu / 1e3 / seconds), 2),
            Cell::maybe(load.cpu.map(|cpu| cpu / all.len() as f64), 2),
            Cell::maybe(load.memory.map(|bytes| bytes / 1e6), 0),
            Cell::maybe(load.gpu_memory.map(|bytes| bytes / 1e6), 0),
        ]);
        holds
    }
}
