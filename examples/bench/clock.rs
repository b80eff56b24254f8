//! Time spent, on the wall and by the processors.

use std::time::{Duration, Instant};

/// How long a row of a table may take.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Frames to measure.
    pub frames: usize,
    /// When to stop before that.
    pub limit: Duration,
}

/// Measured even where the time is up.
const FEWEST: usize = 3;

impl Effort {
    /// True while more should be measured.
    pub fn goes_on(&self, done: usize, since: Instant) -> bool {
        done < FEWEST.min(self.frames) || (done < self.frames && since.elapsed() < self.limit)
    }
}

/// The value in the middle; NaN where there is none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        n if n.is_multiple_of(2) => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    }
}

/// The value that a share of all values does not exceed, by the nearest rank; NaN where there is none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}

/// The smallest value; NaN where there is none.
pub fn minimum(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::min)
}

/// Milliseconds of a duration.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Processor time of all threads that live now, in milliseconds; `None` where the system has no
/// such figures.
pub fn process_cpu() -> Option<f64> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    let times = threads.filter_map(|thread| ran(&thread.ok()?.path()));
    // At least this thread has run for some time.
    Some(times.sum()).filter(|sum| *sum > 0.0)
}

/// Processor time of the calling thread in milliseconds.
pub fn thread_cpu() -> Option<f64> {
    ran(std::path::Path::new("/proc/thread-self"))
}

fn ran(folder: &std::path::Path) -> Option<f64> {
    let text = std::fs::read_to_string(folder.join("schedstat")).ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_even_and_none() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
        assert_eq!(minimum(&[3.0, 1.0]), 1.0);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=150).rev().map(f64::from).collect();
        assert_eq!(percentile(&values, 0.99), 149.0);
        assert_eq!(percentile(&values, 0.0), 1.0);
        assert_eq!(percentile(&values, 1.0), 150.0);
        assert_eq!(percentile(&[7.0], 0.99), 7.0);
        assert!(percentile(&[], 0.99).is_nan());
    }
}
