//! Adds the figures of frames up to seconds of running time.

use super::lines::{Fields, Value};

const SECOND: u64 = 1_000_000_000;

/// A figure after a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// A count since the start: a second has its growth.
    Total(u64),
    /// A measured number, if it is known: a second has its mean.
    Number(Option<f64>),
    /// A text: a second has the latest.
    Text(Option<String>),
}

/// Names and figures, in order.
pub type Figures = Vec<(&'static str, Figure)>;

/// A second that is not over yet.
#[derive(Debug, Default)]
struct Open {
    start: u64,
    end: u64,
    frames: u64,
    latest: Figures,
    /// Sums of numbers, and how many there were.
    sums: Vec<(&'static str, f64, u32)>,
}

/// Keeps account of the frames of one element.
#[derive(Debug, Default)]
pub struct Seconds {
    open: Option<Open>,
    /// Counts at the end of the second before.
    before: Vec<(&'static str, u64)>,
}

impl Seconds {
    /// Adds a frame that is shown at `time` for `duration`, in nanoseconds; one without a time follows the frame before it.
    /// Returns the second that ended before this frame.
    pub fn take(&mut self, time: Option<u64>, duration: u64, figures: Figures) -> Option<Fields> {
        let open = self.open.as_ref();
        let start = time.or(open.map(|open| open.end)).unwrap_or_default();
        let goes_on = open.is_some_and(|open| open.start / SECOND == start / SECOND);
        let ended = if goes_on { None } else { self.end() };
        let open = self.open.get_or_insert_with(|| Open {
            start,
            ..Open::default()
        });
        open.end = start.saturating_add(duration);
        open.frames += 1;
        for (name, figure) in &figures {
            if let Figure::Number(Some(number)) = figure {
                open.add(name, *number);
            }
        }
        open.latest = figures;
        ended
    }

    /// Ends the second that is still open.
    pub fn end(&mut self) -> Option<Fields> {
        let open = self.open.take()?;
        let mut fields = vec![
            ("start", Value::Time(Some(open.start))),
            ("end", Value::Time(Some(open.end))),
            ("frames", Value::Count(open.frames)),
        ];
        for (name, figure) in &open.latest {
            let value = match figure {
                Figure::Total(total) => Value::Count(self.growth(name, *total)),
                Figure::Number(_) => Value::Number(open.mean(name)),
                Figure::Text(text) => Value::Text(text.clone()),
            };
            fields.push((name, value));
        }
        Some(fields)
    }

    /// How much a count has grown since the last call; counts that began anew grew from 0.
    fn growth(&mut self, name: &'static str, total: u64) -> u64 {
        let known = self.before.iter_mut().find(|(known, _)| *known == name);
        match known {
            Some((_, before)) => {
                let earlier = std::mem::replace(before, total);
                total.checked_sub(earlier).unwrap_or(total)
            }
            None => {
                self.before.push((name, total));
                total
            }
        }
    }
}

impl Open {
    fn add(&mut self, name: &'static str, number: f64) {
        match self.sums.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, sum, count)) => {
                *sum += number;
                *count += 1;
            }
            None => self.sums.push((name, number, 1)),
        }
    }

    fn mean(&self, name: &str) -> Option<f64> {
        let found = self.sums.iter().find(|(known, ..)| *known == name);
        found.map(|(_, sum, count)| sum / f64::from(*count))
    }
}
