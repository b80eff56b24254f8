//! What the machine pays while streams run.

use super::chain::Chain;
use crate::clock::process_cpu;
use gstwgpu::gpu::Gpu;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often the elements are asked for their latest GPU time; they measure one frame in some.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What was seen from the start of a span of time to its end.
#[derive(Debug)]
pub struct Load {
    /// When it began.
    pub from: Instant,
    /// When it ended.
    pub to: Instant,
    /// GPU milliseconds of a frame, for each stream; `None` where nothing was timed.
    pub gpu: Vec<Option<f64>>,
    /// Share of all frames by now whose plane was followed; `None` where none is.
    pub tracked: Option<f64>,
    /// Milliseconds of processor time, of the process.
    pub cpu: Option<f64>,
    /// Bytes that the process holds in memory.
    pub memory: Option<f64>,
    /// Bytes of the device's memory that are taken.
    pub gpu_memory: Option<f64>,
}

impl Load {
    /// Watches for a while.
    pub fn watch(chains: &[Chain], gpu: &Gpu, time: Duration) -> Self {
        let (from, cpu) = (Instant::now(), process_cpu());
        let mut times = vec![Times::default(); chains.len()];
        while from.elapsed() < time {
            std::thread::sleep(LOOK_EVERY.min(time));
            for (chain, times) in chains.iter().zip(&mut times) {
                times.look(chain);
            }
        }
        let spent = process_cpu().zip(cpu).map(|(after, before)| after - before);
        let report = gpu.device().generate_allocator_report();
        Self {
            from,
            to: Instant::now(),
            gpu: times.iter().map(Times::frame).collect(),
            tracked: tracked(chains.iter().flat_map(Chain::stats)),
            cpu: spent,
            memory: resident(),
            gpu_memory: report.map(|report| report.total_reserved_bytes as f64),
        }
    }

    /// Seconds that it took.
    pub fn seconds(&self) -> f64 {
        (self.to - self.from).as_secs_f64()
    }
}

/// Of the elements that follow a plane.
fn tracked(stats: impl Iterator<Item = gst::Structure>) -> Option<f64> {
    let counts = stats.filter_map(|stats| {
        let tracked: u64 = stats.get("frames-tracked").ok()?;
        Some((tracked, stats.get::<u64>("frames").ok()?))
    });
    let (tracked, frames) = counts.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    (frames > 0).then(|| tracked as f64 / frames as f64)
}

/// GPU times of a stream's elements: their sums, and how many.
#[derive(Debug, Clone, Default)]
struct Times(BTreeMap<usize, (f64, f64)>);

impl Times {
    fn look(&mut self, chain: &Chain) {
        for (element, stats) in chain.stats().iter().enumerate() {
            let time = stats.get::<f64>("gpu-time").unwrap_or_default();
            if time > 0.0 {
                let (sum, count) = self.0.entry(element).or_default();
                *sum += time;
                *count += 1.0;
            }
        }
    }

    /// Mean of each element, all added up.
    fn frame(&self) -> Option<f64> {
        let means = self.0.values().map(|(sum, count)| sum / count);
        Some(means.sum()).filter(|sum| *sum > 0.0)
    }
}

/// Bytes of this process in memory; `None` where the system has no such figure.
fn resident() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    resident_in(&text)
}

fn resident_in(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_kilobytes() {
        assert_eq!(
            resident_in("Name:\tbench\nVmRSS:\t    2 kB\n"),
            Some(2048.0)
        );
        assert_eq!(resident_in("Name:\tbench\n"), None);
    }

    #[test]
    fn only_trackers_count_as_tracked() {
        gst::init().expect("GStreamer");
        let other = gst::Structure::builder("s").field("frames", 9u64).build();
        assert_eq!(tracked([other.clone()].into_iter()), None);
        let tracker = |tracked: u64| {
            let builder = gst::Structure::builder("s").field("frames", 10u64);
            builder.field("frames-tracked", tracked).build()
        };
        let all = [other, tracker(10), tracker(5)];
        assert_eq!(tracked(all.into_iter()), Some(0.75));
    }

    #[test]
    fn a_frame_takes_the_mean_of_each_element() {
        let mut times = Times::default();
        assert_eq!(times.frame(), None);
        times.0.insert(0, (6.0, 3.0));
        times.0.insert(2, (0.5, 1.0));
        assert_eq!(times.frame(), Some(2.5));
    }
}
