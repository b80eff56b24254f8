//! Where the GPU's time goes: pass by pass.

use crate::bandwidth::Bandwidth;
use crate::clock::median;
use crate::report::table::{Cell, Table};
use gstwgpu::gpu::Recording;
use std::collections::BTreeMap;

/// A name and the bytes of all resources bound, for each dispatch of a frame.
pub type Dispatches = Vec<(&'static str, u64)>;

/// What is recorded so far.
pub fn dispatches(recording: &Recording<'_>) -> Dispatches {
    let passes = recording.passes();
    passes
        .map(|pass| (pass.kernel.name(), pass.bytes()))
        .collect()
}

/// One shader in one frame, all its dispatches together.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    milliseconds: f64,
    dispatches: f64,
    bytes: f64,
}

/// Passes of all measured frames.
#[derive(Debug, Default)]
pub struct Passes {
    frames: Vec<BTreeMap<&'static str, Share>>,
    untimed: usize,
}

impl Passes {
    /// Adds a frame. Times are in the order of the dispatches; they may be fewer.
    pub fn add(&mut self, dispatches: &Dispatches, timings: &[(&'static str, f64)]) {
        let mut frame: BTreeMap<&'static str, Share> = BTreeMap::new();
        for (index, (name, bytes)) in dispatches.iter().enumerate() {
            let share = frame.entry(name).or_default();
            share.dispatches += 1.0;
            share.bytes += *bytes as f64;
            share.milliseconds += timings.get(index).map_or(0.0, |(_, time)| *time);
        }
        let timed = timings.len();
        self.untimed = self.untimed.max(dispatches.len().saturating_sub(timed));
        if timed > 0 {
            self.frames.push(frame);
        }
    }

    /// Median of the GPU's milliseconds per frame; `None` where nothing was timed.
    pub fn milliseconds(&self) -> Option<f64> {
        let sum = |frame: &BTreeMap<_, Share>| frame.values().map(|s| s.milliseconds).sum();
        let sums: Vec<f64> = self.frames.iter().map(sum).collect();
        Some(median(&sums)).filter(|time| time.is_finite())
    }

    /// Median of the dispatches per frame.
    pub fn dispatches(&self) -> f64 {
        let sum = |frame: &BTreeMap<_, Share>| frame.values().map(|s| s.dispatches).sum();
        median(&self.frames.iter().map(sum).collect::<Vec<f64>>())
    }

    /// Medians of each shader, the slowest first.
    fn shares(&self) -> Vec<(&'static str, Share)> {
        let mut names: Vec<&'static str> =
            self.frames.iter().flat_map(|f| f.keys().copied()).collect();
        names.sort_unstable();
        names.dedup();
        let of = |name: &str, field: fn(&Share) -> f64| {
            let shares = self.frames.iter().map(|frame| frame.get(name).copied());
            median(
                &shares
                    .map(|s| field(&s.unwrap_or_default()))
                    .collect::<Vec<_>>(),
            )
        };
        let share = |name: &'static str| {
            let share = Share {
                milliseconds: of(name, |s| s.milliseconds),
                dispatches: of(name, |s| s.dispatches),
                bytes: of(name, |s| s.bytes),
            };
            (name, share)
        };
        let mut shares: Vec<_> = names.into_iter().map(share).collect();
        shares.sort_by(|a, b| b.1.milliseconds.total_cmp(&a.1.milliseconds));
        shares
    }

    /// Milliseconds of one dispatch of each shader.
    fn each(&self) -> BTreeMap<&'static str, f64> {
        let shares = self.shares().into_iter();
        let each = shares.map(|(name, share)| (name, share.milliseconds / share.dispatches));
        each.filter(|(_, time)| time.is_finite()).collect()
    }

    /// The table, or `None` where nothing was timed. `floor` has the same passes over a picture of
    /// [`crate::device::FLOOR`].
    pub fn table(&self, title: String, bandwidth: Bandwidth, floor: &Self) -> Option<Table> {
        if self.frames.is_empty() {
            return None;
        }
        let columns = [
            "pass",
            "dispatches",
            "GPU ms",
            "floor ms",
            "% of GPU",
            "MB bound",
            "GB/s",
            "% of copy",
        ];
        let mut table = Table::new(title, &columns);
        let shares = self.shares();
        let whole = shares.iter().map(|(_, s)| s.milliseconds).sum::<f64>();
        let mut all = Share::default();
        let each = floor.each();
        let mut least = 0.0;
        for (name, share) in shares {
            let floor = each.get(name).map(|time| time * share.dispatches);
            table.row(row(name, share, floor, whole, bandwidth));
            least += floor.unwrap_or(0.0);
            all.milliseconds += share.milliseconds;
            all.dispatches += share.dispatches;
            all.bytes += share.bytes;
        }
        let least = Some(least).filter(|time| *time > 0.0);
        table.row(row("all", all, least, whole, bandwidth));
        table.note("floor: as many dispatches over a picture of 64x64; n/a where it takes none");
        if self.untimed > 0 {
            table.note(format!(
                "{} dispatches of a frame had no timestamps and count as 0 ms",
                self.untimed
            ));
        }
        Some(table)
    }
}

fn row(
    name: &str,
    share: Share,
    floor: Option<f64>,
    whole: f64,
    bandwidth: Bandwidth,
) -> Vec<Cell> {
    let rate = share.bytes / share.milliseconds;
    let rate = Some(rate).filter(|rate| rate.is_finite());
    vec![
        name.into(),
        Cell::Number(share.dispatches, 0),
        Cell::Number(share.milliseconds, 3),
        Cell::maybe(floor, 3),
        Cell::Number(100.0 * share.milliseconds / whole, 1),
        Cell::Number(share.bytes / 1e6, 2),
        Cell::maybe(rate.map(|rate| rate / 1e6), 2),
        Cell::maybe(rate.map(|rate| 100.0 * rate / bandwidth.reached()), 1),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bandwidth::Rate;

    #[test]
    fn dispatches_of_a_shader_add_up_and_frames_give_medians() {
        let mut passes = Passes::default();
        let frame = vec![("a", 10), ("b", 1), ("a", 10)];
        for time in [1.0, 2.0, 9.0] {
            passes.add(&frame, &[("a", time), ("b", 0.5), ("a", time)]);
        }
        assert_eq!(passes.milliseconds(), Some(4.5));
        assert_eq!(passes.dispatches(), 3.0);
        let (name, share) = passes.shares()[0];
        assert_eq!((name, share.milliseconds, share.bytes), ("a", 4.0, 20.0));
    }

    #[test]
    fn a_floor_counts_as_often_as_the_pass_is_dispatched() {
        let (mut passes, mut floor) = (Passes::default(), Passes::default());
        let twice = vec![("a", 10), ("b", 1), ("a", 10)];
        passes.add(&twice, &[("a", 1.0), ("b", 0.5), ("a", 2.0)]);
        floor.add(&vec![("a", 1)], &[("a", 0.125)]);
        let rate = Rate {
            median: 1.0,
            best: 1.0,
        };
        let bandwidth = Bandwidth {
            command: rate,
            kernel: rate,
            clock: "",
        };
        let table = passes.table("t".into(), bandwidth, &floor);
        let table = table.expect("timed").text();
        let field = |row: usize, column: usize| {
            let line = table.lines().nth(row + 2);
            line.and_then(|line| line.split_whitespace().nth(column))
        };
        assert_eq!(field(0, 3), Some("0.250"), "{table}");
        assert_eq!(field(1, 3), Some("n/a"), "{table}");
        assert_eq!(field(2, 3), Some("0.250"), "{table}");
    }
}
