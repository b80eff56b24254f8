//! Which preset `auto` runs in software: the best that holds the stream's rate on this machine.
//!
//! It begins with the fastest, looks at a few frames, and tries the next one as long as that may fit: with 25
//! frames a second this takes half a second for each. A preset that turned out too slow is not tried again
//! before the stream changes, so that the picture does not swing between two.
//!
//! All times are in nanoseconds. Nothing here reads a clock, so that tests can say how long work takes.

/// A preset that `auto` can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Its name in the property `preset`.
    pub name: &'static str,
    /// The least that it takes, in percent of what the one before takes.
    pub growth: u32,
}

/// Frames after a change that say nothing: kernels are compiled and buffers are touched for the first time.
const SETTLING: usize = 3;
/// Frames by whose median a preset is judged.
const LOOK: usize = 9;
/// Frames after which a preset on trial is given up, if they take half as long again as there is time.
const GLANCE: usize = 3;
/// Part of a frame's time that work may take, in percent: decoder and encoder run on the same processor.
const ROOM: u64 = 75;

/// What became of a look at some frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The next preset is tried from the next frame on.
    Trial,
    /// The preset in force stays; this was its median time of work.
    Chosen(u64),
}

/// The preset in force, as steps up from the fastest.
#[derive(Debug, Default)]
pub struct Choice {
    up: usize,
    /// The preset in force is on trial; that below took this long.
    trial: Option<u64>,
    /// Presets from here on are too slow.
    closed: Option<usize>,
    /// Frames since the last change.
    frames: usize,
    works: Vec<u64>,
    told: bool,
}

impl Choice {
    /// Steps up from the fastest preset.
    pub fn up(&self) -> u32 {
        u32::try_from(self.up).unwrap_or(u32::MAX)
    }

    /// No frame of the preset in force has been looked at yet.
    pub fn is_new(&self) -> bool {
        self.frames == 0
    }

    /// The stream has changed: what was too slow may fit now. The preset stays until it is judged again.
    pub fn look_again(&mut self) {
        *self = Self {
            up: self.up,
            ..Self::default()
        };
    }

    /// Takes up how long the work on a frame has taken, of the time that a frame has. `rungs` are all presets,
    /// fastest first.
    pub fn note(&mut self, work: u64, frame_time: u64, rungs: &[Rung]) -> Option<Outcome> {
        self.frames += 1;
        if self.frames <= SETTLING {
            return None;
        }
        self.works.push(work);
        let room = frame_time * ROOM / 100;
        let median = self.median();
        if let Some(below) = self.trial {
            let is_hopeless = self.works.len() >= GLANCE && median > room + room / 2;
            if is_hopeless || (self.works.len() >= LOOK && median > room) {
                return Some(self.back(below));
            }
        }
        if self.works.len() < LOOK {
            return None;
        }
        self.works.clear();
        self.trial = None;
        let next = self.up + 1;
        let is_open = self.closed.is_none_or(|closed| next < closed);
        let growth = rungs.get(next).map(|rung| u64::from(rung.growth));
        if growth.is_some_and(|growth| is_open && median * growth / 100 <= room) {
            return Some(self.try_next(median));
        }
        let is_new = !std::mem::replace(&mut self.told, true);
        is_new.then_some(Outcome::Chosen(median))
    }

    /// The preset in force has been too slow for a while: goes to the next faster one, if there is one.
    pub fn too_slow(&mut self, work: u64) -> Option<Outcome> {
        (self.up > 0).then(|| self.back(work))
    }

    fn try_next(&mut self, median: u64) -> Outcome {
        self.up += 1;
        self.frames = 0;
        self.trial = Some(median);
        self.told = false;
        Outcome::Trial
    }

    fn back(&mut self, work: u64) -> Outcome {
        self.closed = Some(self.up);
        self.up -= 1;
        self.frames = 0;
        self.works.clear();
        self.trial = None;
        self.told = true;
        Outcome::Chosen(work)
    }

    fn median(&self) -> u64 {
        let mut sorted = self.works.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or(0)
    }
}
