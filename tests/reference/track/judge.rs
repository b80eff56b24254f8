//! The verdict on an alignment.

use super::known::{FOLLOW, HUNT, Known, REFINE};
use super::recipe::{path, set_footprints};
use super::scale::usual;
use super::sight::is_inner;
use super::vote::{Part, clarity, vote};
use crate::reference::homography::{
    Rows, SAME, distance, each, inverse, is_plausible, map, normalised, product,
};

pub struct Judge<'a> {
    /// For each cell: energy, correlation, variance of the template, and 1 if enough is in the frame.
    pub cells: &'a [[f64; 4]],
    /// Trust, and how far it is covered.
    pub memory: &'a [[f64; 2]],
    /// Samples of a cell.
    pub samples: f64,
    /// Pixels along a side of a sample of the finest level.
    pub shrink: f64,
    /// Number of the frame.
    pub frame: u32,
    /// After the second pass.
    pub is_second: bool,
}

impl Judge<'_> {
    pub fn run(&self, known: &mut Known) {
        let mut parts = Vec::new();
        let mut energies = Vec::new();
        for (cell, [energy, correlation, texture, seen]) in self.cells.iter().enumerate() {
            let is_seen = *energy >= 0.0 && *seen > 0.0;
            let count = if is_seen { self.samples } else { 0.0 };
            energies.push([energy * count, count]);
            parts.push(Part {
                fit: [*correlation, *texture, *seen],
                trust: if is_inner(cell) {
                    1.0
                } else {
                    self.memory[cell][0]
                },
                energy: *energy,
            });
        }
        let [share, mean] = vote(&parts, known.light.gain);
        let clarity = clarity(&parts, known.light.gain, noise(known));
        known.light.scale = usual(&energies, self.samples, known.light.scale).0;
        let is_sound = is_plausible(&known.now, known.area());
        match self.is_second {
            true => second(known, is_sound, share, mean),
            false => self.first(known, is_sound, [share, mean, clarity]),
        }
    }

    /// Lost if less than 35 % agree, or less than half with residuals of five times the usual. Where
    /// residuals are usual and noise leaves less than half of the texture clear, a mean correlation above 0.25 is
    /// enough; it must be higher the clearer it is, up to 80 %.
    fn first(&self, known: &mut Known, is_sound: bool, [share, mean, clarity]: [f64; 3]) {
        let is_usual = known.light.scale <= 1.5 * noise(known);
        let hidden = ((0.8 - clarity) / 0.3).clamp(0.0, 1.0);
        let is_seen = share >= 0.35 || (is_usual && hidden * mean > 0.25);
        known.judged = [share, mean, share, 0.0];
        let is_doubtful = share < 0.5 && known.light.scale > 5.0 * known.shown[3];
        if is_sound && is_seen && !is_doubtful {
            return self.consider_blur(known);
        }
        known.mode = HUNT;
        known.now = known.seen;
        known.path = SAME;
        known.shutter[2] = 0.0;
        let seen = known.seen;
        set_footprints(known, &seen, self.shrink);
    }

    /// From two pixels of motion per frame on, unless the exposure is known to be short; it is measured
    /// until five frames have been used, then in every eighth frame.
    fn consider_blur(&self, known: &mut Known) {
        let way = motion(known);
        let middle = map(&known.now, [0.0, 0.0]);
        let looks = known.shutter[1] < 5.0 || self.frame.is_multiple_of(8);
        let is_fast = distance(map(&way, middle), middle) > 2.0;
        if !is_fast || (known.shutter[0] < 0.05 && !looks) {
            return;
        }
        known.mode = FOLLOW | REFINE;
        known.kept = known.now;
        known.kept_light = known.light;
        known.way = way;
        known.shutter[3] = if looks { 1.0 } else { 0.0 };
        (known.path, known.shutter[2]) = path(&known.now, &way, 1.0);
    }
}

/// Usual deviation of noise; of this frame, if that is more, in the first four frames.
fn noise(known: &Known) -> f64 {
    let usual = known.shown[3];
    match known.age < 4 {
        true => usual.max(known.light.scale),
        false => usual,
    }
}

/// Motion in the middle of this exposure: the motion between the last two frames lies half a frame back, so
/// half of its change is added.
fn motion(known: &Known) -> Rows {
    let step = normalised(&product(&known.now, &inverse(&known.last)));
    match known.age < 2 {
        true => step,
        false => each(&step, &known.way, |now, before| now + (now - before) / 2.0),
    }
}

/// The second pass counts if it agrees about as much as the first.
fn second(known: &mut Known, is_sound: bool, share: f64, mean: f64) {
    if is_sound && share >= known.judged[2] - 0.02 {
        known.judged[0] = share;
        known.judged[1] = mean;
    } else {
        known.now = known.kept;
        known.light = known.kept_light;
    }
}
