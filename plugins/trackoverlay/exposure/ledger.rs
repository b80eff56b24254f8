//! Adds frames up to appearances of a placement, and appearances to a total.

use super::meter::Occasion;
use super::view::View;

/// Longest time without frames inside an appearance, in nanoseconds: what passed in a longer one nobody knows.
const LONGEST_GAP: u64 = 1_000_000_000;

/// Sums over frames, each weighted by its seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// Frames in which something of it was visible.
    pub frames: u64,
    /// Seconds of these frames.
    pub seconds: f64,
    /// Largest share of the picture's area.
    pub peak: f64,
    /// Seconds of all frames with it, also those in which it was all hidden.
    screen: f64,
    area: f64,
    hidden: f64,
    opacity: f64,
    confidence: f64,
    tilt: (f64, f64),
    luma: f64,
    plate_luma: f64,
    lit: f64,
}

impl Sums {
    fn add(&mut self, view: &View, seconds: f64) {
        if view.is_visible() {
            self.frames += 1;
            self.seconds += seconds;
        }
        self.peak = self.peak.max(view.area);
        self.screen += seconds;
        self.area += seconds * view.area;
        self.hidden += seconds * view.hidden;
        self.opacity += seconds * view.opacity;
        self.confidence += seconds * view.confidence;
        if let Some(tilt) = view.tilt {
            self.tilt = (self.tilt.0 + seconds * tilt, self.tilt.1 + seconds);
        }
        if let Some([luma, plate]) = view.lumas {
            self.luma += seconds * luma;
            self.plate_luma += seconds * plate;
            self.lit += seconds;
        }
    }

    fn join(&mut self, other: &Self) {
        self.frames += other.frames;
        self.seconds += other.seconds;
        self.peak = self.peak.max(other.peak);
        self.screen += other.screen;
        self.area += other.area;
        self.hidden += other.hidden;
        self.opacity += other.opacity;
        self.confidence += other.confidence;
        self.tilt = (self.tilt.0 + other.tilt.0, self.tilt.1 + other.tilt.1);
        self.luma += other.luma;
        self.plate_luma += other.plate_luma;
        self.lit += other.lit;
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.screen > 0.0).then(|| sum / self.screen)
    }

    /// Mean share of the picture's area. Like all means `None` if there was no frame.
    pub fn area(&self) -> Option<f64> {
        self.mean(self.area)
    }

    /// Mean share of it that was hidden.
    pub fn hidden(&self) -> Option<f64> {
        self.mean(self.hidden)
    }

    /// Mean opacity.
    pub fn opacity(&self) -> Option<f64> {
        self.mean(self.opacity)
    }

    /// Mean confidence.
    pub fn confidence(&self) -> Option<f64> {
        self.mean(self.confidence)
    }

    /// Mean tilt in degrees.
    pub fn tilt(&self) -> Option<f64> {
        (self.tilt.1 > 0.0).then(|| self.tilt.0 / self.tilt.1)
    }

    /// Mean luma where it was visible: its own, and that of the plane below.
    pub fn lumas(&self) -> Option<[f64; 2]> {
        (self.lit > 0.0).then(|| [self.luma, self.plate_luma].map(|sum| sum / self.lit))
    }
}

/// An appearance: a placement in consecutive frames.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Appearance {
    /// What was placed.
    pub placement: String,
    /// Its number, from 1.
    pub number: u64,
    /// Running time of its first frame, and at which its last one ends, in nanoseconds.
    pub span: Option<[u64; 2]>,
    /// Timecodes of its first frame, and of the one after its last.
    pub timecodes: Option<[String; 2]>,
    /// What was seen.
    pub sums: Sums,
}

/// All appearances since the start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Total {
    /// Number of appearances.
    pub appearances: u64,
    /// Running times of the first start and of the last end.
    pub span: Option<[u64; 2]>,
    /// What was seen.
    pub sums: Sums,
}

impl Total {
    /// Adds the appearances of another placement.
    pub fn join(&mut self, other: &Self) {
        self.appearances += other.appearances;
        self.sums.join(&other.sums);
        self.extend(other.span);
    }

    fn extend(&mut self, span: Option<[u64; 2]>) {
        self.span = match (self.span, span) {
            (Some([a, b]), Some([c, d])) => Some([a.min(c), b.max(d)]),
            (before, span) => before.or(span),
        };
    }
}

/// Keeps account of one placement.
#[derive(Debug, Default)]
pub struct Ledger {
    open: Option<Appearance>,
    latest_start: Option<u64>,
    total: Total,
}

impl Ledger {
    /// Adds the next frame, with what it shows of the placement if it does. `usual` is the time of a frame that
    /// does not say its own, in nanoseconds. Returns the appearance that ended before this frame.
    pub fn take(
        &mut self,
        occasion: Occasion,
        view: Option<&View>,
        usual: u64,
    ) -> Option<Appearance> {
        let start = occasion.seen.running_time;
        let placement = occasion.placement.filter(|_| view.is_some());
        let jumps = self.jumps_to(start);
        self.latest_start = start;
        let goes_on = |open: &Appearance| !jumps && placement.as_ref() == Some(&open.placement);
        let ended = match self.open.as_ref().is_some_and(goes_on) {
            true => None,
            false => self.end(),
        };
        let (Some(placement), Some(view)) = (placement, view) else {
            return ended;
        };
        let time = occasion.duration.filter(|time| *time > 0).unwrap_or(usual);
        let end = start.map(|start| start.saturating_add(time));
        let number = self.total.appearances + 1;
        let open = self.open.get_or_insert_with(|| Appearance {
            placement,
            number,
            span: start.zip(end).map(|(start, end)| [start, end]),
            timecodes: occasion.timecodes.clone(),
            sums: Sums::default(),
        });
        if let (Some([_, last]), Some(end)) = (&mut open.span, end) {
            *last = end;
        }
        if let (Some([_, last]), Some([_, next])) = (&mut open.timecodes, occasion.timecodes) {
            *last = next;
        }
        open.sums.add(view, time as f64 / 1e9);
        ended
    }

    /// True if the frame at this time does not follow the latest one: after a seek, or a long gap.
    fn jumps_to(&self, start: Option<u64>) -> bool {
        let end = self.open.as_ref().and_then(|open| open.span);
        let (Some(start), Some(before), Some([_, end])) = (start, self.latest_start, end) else {
            return false;
        };
        start < before || start > end.saturating_add(LONGEST_GAP)
    }

    /// Ends the appearance that is still open.
    pub fn end(&mut self) -> Option<Appearance> {
        let ended = self.open.take()?;
        let total = &mut self.total;
        total.appearances += 1;
        total.sums.join(&ended.sums);
        total.extend(ended.span);
        Some(ended)
    }

    /// All appearances that have ended.
    pub fn total(&self) -> &Total {
        &self.total
    }
}
