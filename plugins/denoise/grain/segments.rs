//! Divides a stream into segments of the same grain.
//!
//! A segment ends where the grain changes, at a cut, where pictures pass unfiltered, and after a minute.

use super::params::GrainParams;
use super::sample::Sample;
use super::sites::Span;
use super::table::Period;
use super::tally::{Component, Gauge, Tally};

/// Pictures that are compared with those before as one.
const WINDOW: u32 = 12;
/// Flat sites that tell whether the grain has changed.
const TELLING: f64 = 16.0;
/// Flat sites that make a segment known well enough to end it at a cut.
const KNOWN: f64 = 64.0;
/// What earlier segments count in the next one, in sites.
const MEMORY: f64 = 24.0;
/// Changes of deviation, as a ratio, and of correlation that begin a segment.
const CHANGE: f64 = 1.2;
const CORRELATION_CHANGE: f64 = 0.2;
/// Grain below this deviation, in 8-bit code values, is none.
const NONE: f64 = 0.35;
/// Longest segment in nanoseconds.
const LONGEST: i64 = 60_000_000_000;

/// A segment that has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// When it is shown.
    pub period: Period,
    /// Its grain.
    pub params: GrainParams,
    /// The grain of all segments so far in the mean, each by its length.
    pub mean: GrainParams,
}

/// What the pictures are like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Picture {
    /// Distance of two codes in 8-bit code values.
    pub step: f64,
    /// Right shifts from luma to chroma coordinates.
    pub shifts: (u32, u32),
}

/// A segment that goes on.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// Its beginning in nanoseconds: between two pictures.
    start: i64,
    /// Its latest picture.
    latest: Span,
}

/// The latest pictures of a segment.
#[derive(Debug, Default)]
struct Window {
    pictures: u32,
    /// Its beginning.
    start: Option<i64>,
    tally: Tally,
}

/// Follows the grain of a stream.
#[derive(Debug)]
pub struct Segmenter {
    /// Time stamp of the stream's first picture in nanoseconds.
    origin: i64,
    gauge: Gauge,
    open: Option<Open>,
    window: Window,
    /// What was measured in the open segment before the window, with what is remembered of earlier ones.
    known: Tally,
    /// Sites of this segment in it.
    sites: f64,
    /// All of the stream.
    all: Tally,
    cuts: Option<u32>,
}

impl Segmenter {
    /// For a stream whose first picture has this time stamp in nanoseconds.
    pub fn new(origin: u64) -> Self {
        Self {
            origin: origin as i64,
            gauge: Gauge::default(),
            open: None,
            window: Window::default(),
            known: Tally::default(),
            sites: 0.0,
            all: Tally::default(),
            cuts: None,
        }
    }

    /// Takes the next picture, with its sites if they could be read. Returns the segments that end before it.
    pub fn take(&mut self, span: Span, sample: Option<&Sample>, picture: Picture) -> Vec<Segment> {
        let mut ended = Vec::new();
        if self.open.is_some_and(|open| span.start < open.latest.start) {
            ended.extend(self.break_off(picture));
        }
        let begins_scene = sample.is_some_and(|sample| {
            let before = self.cuts.replace(sample.cuts);
            before.is_some_and(|cuts| cuts != sample.cuts)
        });
        let is_long = |open: Open| span.end as i64 - open.start > LONGEST;
        let is_long = self.open.is_some_and(is_long);
        if begins_scene || is_long {
            ended.extend(self.settle(picture));
            if is_long || self.sites >= KNOWN {
                ended.extend(self.end_before(span, picture));
            }
        }
        self.enter(span);
        if let Some(sample) = sample {
            let tally = &mut self.window.tally;
            self.gauge.measure(sample, &self.all, tally);
        }
        if self.window.pictures >= WINDOW {
            ended.extend(self.settle(picture));
        }
        ended
    }

    /// The pictures do not go on: what comes next is unfiltered, or of another time.
    pub fn break_off(&mut self, picture: Picture) -> Vec<Segment> {
        let mut ended = Vec::from_iter(self.settle(picture));
        if let Some(open) = self.open.take() {
            ended.extend(self.end(open.start, open.latest.end as i64, picture));
        }
        self.cuts = None;
        ended
    }

    fn enter(&mut self, span: Span) {
        let start = self.border(span);
        let open = self.open.map_or(start, |open| open.start);
        self.open = Some(Open {
            start: open,
            latest: span,
        });
        self.window.start.get_or_insert(start);
        self.window.pictures += 1;
    }

    /// Where a segment begins whose first picture this is: halfway from the one before, so that an encoder
    /// whose times are rounded takes it for the right one.
    fn border(&self, span: Span) -> i64 {
        let start = span.start as i64;
        match self.open {
            Some(open) => start - (start - open.latest.start as i64) / 2,
            None => {
                let least = if start < self.origin {
                    i64::MIN
                } else {
                    self.origin
                };
                (start - (span.end as i64 - start) / 2).max(least)
            }
        }
    }

    /// Joins the window with the segment, or begins a segment with it if its grain is another.
    fn settle(&mut self, picture: Picture) -> Option<Segment> {
        let window = std::mem::take(&mut self.window);
        let (mut open, start) = (self.open?, window.start?);
        let mut ended = None;
        if differs(&self.known, &window.tally, picture) {
            if start > open.start {
                ended = self.end(open.start, start, picture);
                open.start = start;
                self.open = Some(open);
            }
            self.known = Tally::default();
            self.sites = 0.0;
        }
        self.known.add(&window.tally, 1.0);
        self.sites += window.tally.sites();
        self.all.add(&window.tally, 1.0);
        ended
    }

    /// Ends the segment before this picture, which begins the next one.
    fn end_before(&mut self, span: Span, picture: Picture) -> Option<Segment> {
        let (mut open, border) = (self.open?, self.border(span));
        let ended = self.end(open.start, border, picture);
        open.start = border;
        self.open = Some(open);
        ended
    }

    fn end(&mut self, start: i64, end: i64, picture: Picture) -> Option<Segment> {
        let fit = |tally: &Tally| GrainParams::fitted(tally, picture.step, picture.shifts);
        let time = |nanoseconds: i64| (nanoseconds - self.origin).div_euclid(100);
        let segment = (self.known.sites() > 0.0).then(|| {
            let params = fit(&self.known);
            let is_all = self.known == self.all;
            Segment {
                period: Period {
                    start: time(start),
                    end: time(end),
                },
                mean: if is_all {
                    params.clone()
                } else {
                    fit(&self.all)
                },
                params,
            }
        });
        self.known = self.known.limited(MEMORY);
        self.sites = 0.0;
        segment
    }
}

/// True if what was measured now is other grain than what was known.
fn differs(known: &Tally, now: &Tally, picture: Picture) -> bool {
    let rounding = 2.0 * picture.step * picture.step / 12.0;
    let pairs = known.components.iter().zip(&now.components);
    let mut telling = pairs.filter(|(a, b)| a.sites().min(b.sites()) >= TELLING);
    telling.any(|(known, now)| {
        let deviation = |variance: f64| (variance - rounding).max(0.0).sqrt();
        // A darker picture has other noise, by the same curve.
        let expected = now.bins.iter().filter(|bin| bin.sites > 0.0);
        let expected = expected.map(|bin| bin.sites * known.expected(bin.luma / bin.sites));
        let then = deviation(expected.sum::<f64>() / now.sites());
        let now_deviation = deviation(now.variance());
        if then.max(now_deviation) < NONE {
            return false;
        }
        let ratio = (now_deviation + NONE) / (then + NONE);
        let moved = |dx, dy| (correlation(known, dx, dy) - correlation(now, dx, dy)).abs();
        ratio.max(1.0 / ratio) > CHANGE || moved(1, 0).max(moved(0, 1)) > CORRELATION_CHANGE
    })
}

fn correlation(component: &Component, dx: i32, dy: i32) -> f64 {
    component.lags.at(dx, dy) / component.lags.at(0, 0).max(1e-9)
}
