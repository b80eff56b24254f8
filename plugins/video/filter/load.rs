//! Whether a filter keeps up with its stream: how long it works on a frame, and how far it is behind a live
//! source.
//!
//! All times are in nanoseconds. Nothing here reads a clock, so that tests can say what time it is.

/// A filter that has been too slow for so long is told to be so; and one that has kept up for so long, to
/// have recovered.
const PATIENCE: u64 = 2_000_000_000;
/// Weight of a frame in the mean time of work.
const SHARE: f64 = 1.0 / 8.0;
/// Share of a frame's time above which work is too slow, and below which it keeps up again.
const TOO_SLOW: f64 = 1.0;
const EASY: f64 = 0.9;
/// Frames behind the source from which frames are left out, and at which that ends.
const BEHIND: u64 = 4;
const CAUGHT_UP: u64 = 1;
/// Lags that differ by more are those of another time base.
const JUMP: u64 = 60_000_000_000;
/// Time for which a better preset is tried again after it was too slow, at first and at most.
const FIRST_REST: u64 = 10_000_000_000;
const LONGEST_REST: u64 = 600_000_000_000;

/// A change that users are told of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// The work on a frame has taken longer than a frame lasts for two seconds.
    TooSlow,
    /// It keeps up again.
    KeepsUp,
}

/// How a filter keeps up.
#[derive(Debug, Default)]
pub struct Load {
    /// Mean time of work on a frame; 0 before the first.
    work: f64,
    /// Since when it has been too slow, or has kept up: whichever is not what was told last.
    since: Option<u64>,
    too_slow: bool,
    /// The least that the stream's timestamps were behind the clock.
    least_lag: Option<i128>,
    leaving_out: bool,
}

impl Load {
    /// Mean time of work on a frame.
    pub fn work(&self) -> u64 {
        self.work as u64
    }

    /// True from [`Change::TooSlow`] to [`Change::KeepsUp`].
    pub fn is_too_slow(&self) -> bool {
        self.too_slow
    }

    /// Forgets how far behind the stream is, where its times begin anew.
    pub fn begin_anew(&mut self) {
        self.least_lag = None;
        self.leaving_out = false;
    }

    /// Forgets how long work has taken, where it is other work from now on.
    pub fn measure_anew(&mut self) {
        *self = Self {
            least_lag: self.least_lag,
            ..Self::default()
        };
    }

    /// Takes up that work on a frame of so much time has ended.
    pub fn note(&mut self, now: u64, work: u64, frame_time: u64) -> Option<Change> {
        self.work = match self.work {
            0.0 => work as f64,
            mean => mean + SHARE * (work as f64 - mean),
        };
        let limit = if self.too_slow { EASY } else { TOO_SLOW };
        let is_slow = self.work > limit * frame_time as f64;
        if is_slow == self.too_slow {
            self.since = None;
            return None;
        }
        let since = *self.since.get_or_insert(now);
        if now.saturating_sub(since) < PATIENCE {
            return None;
        }
        self.too_slow = is_slow;
        self.since = None;
        self.leaving_out &= is_slow;
        Some(match is_slow {
            true => Change::TooSlow,
            false => Change::KeepsUp,
        })
    }

    /// Whether to leave out the work on a frame that has just arrived, because a live source is so far ahead.
    /// Only while the filter is too slow.
    pub fn leaves_out(&mut self, now: u64, pts: Option<u64>, frame_time: u64) -> bool {
        let Some(pts) = pts else { return false };
        let lag = i128::from(now) - i128::from(pts);
        let least = match self.least_lag {
            Some(least) if (lag - least).unsigned_abs() < u128::from(JUMP) => least.min(lag),
            _ => lag,
        };
        self.least_lag = Some(least);
        let allowed = if self.leaving_out { CAUGHT_UP } else { BEHIND };
        let behind = lag - least > i128::from(allowed * frame_time);
        self.leaving_out = behind && self.too_slow;
        self.leaving_out
    }
}

/// Presets gone down by a filter that was too slow.
#[derive(Debug, Default)]
pub struct Descent {
    /// For each step down, the mean times of work on a frame before it, and soon after it.
    steps: Vec<(f64, Option<f64>)>,
    /// When the latest step was taken, either way.
    stepped: u64,
    /// Time to wait before the next step up.
    rest: u64,
}

impl Descent {
    /// Steps below the preset that was asked for.
    pub fn depth(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX)
    }

    /// Goes down a step, if there is one of `steps` left.
    pub fn down(&mut self, now: u64, load: &mut Load, steps: u32) -> bool {
        if self.depth() >= steps {
            return false;
        }
        // A step up that did not hold makes the next one wait longer.
        self.rest = match self.rest {
            0 => FIRST_REST,
            rest => (2 * rest).min(LONGEST_REST),
        };
        self.steps.push((load.work, None));
        self.stepped = now;
        load.measure_anew();
        true
    }

    /// Goes up a step, if the preset above would keep up now: its work is taken to have changed as that of
    /// this one has.
    pub fn up(&mut self, now: u64, load: &mut Load, frame_time: u64) -> bool {
        let waited = now.saturating_sub(self.stepped);
        let Some((above, soon_after)) = self.steps.last_mut() else {
            return false;
        };
        if soon_after.is_none() && waited >= PATIENCE / 2 {
            *soon_after = Some(load.work);
        }
        let Some(below) = *soon_after else {
            return false;
        };
        let expected = *above * load.work / below.max(1.0);
        if waited < self.rest || expected > EASY * EASY * frame_time as f64 {
            return false;
        }
        self.steps.pop();
        self.stepped = now;
        load.measure_anew();
        true
    }
}
