//! Twin of `tone/shared/tone_steady.wgsl`: what is done to pictures, over time.

use super::estimate::{Estimate, estimate};
use super::measure::Found;

/// The user's factors on exposure, black and white balance, and the pace.
#[derive(Debug, Clone, Copy)]
pub struct Wishes {
    pub factors: [f64; 3],
    pub pace: f64,
    pub most: f64,
    pub seconds: f64,
    pub weights: [f64; 2],
}

/// What is kept from picture to picture.
#[derive(Debug, Clone, Default)]
pub struct Steady {
    pub now: Estimate,
    /// Luma of tiles in the picture before, and over time.
    scene: Vec<[f64; 2]>,
    waited: f64,
    pub cuts: u32,
    pub cut: bool,
}

/// What is applied to a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Applied {
    pub black: f64,
    pub gain: f64,
    /// On red, green and blue.
    pub gains: [f64; 3],
    pub top: f64,
}

fn differs(a: f64, b: f64) -> bool {
    (a - b).abs() > 0.02 + 0.12 * a.max(b)
}

fn stepped(now: f64, wanted: f64, ignored: f64, pace: f64, most: f64) -> f64 {
    let way = wanted - now;
    let far = way.signum() * (way.abs() - ignored).max(0.0);
    now + (far * pace).clamp(-most, most)
}

impl Steady {
    /// Takes up a picture.
    pub fn take(&mut self, found: &Found, wishes: &Wishes) {
        let wanted = estimate(found);
        let share = |index: usize| {
            let pairs = self.scene.iter().zip(&found.tiles);
            let other = pairs.filter(|(kept, luma)| differs(**luma, kept[index]));
            other.count() as f64 / 144.0
        };
        let (moved, strange) = (share(0), share(1));
        let is_first = self.scene.is_empty();
        self.cut = is_first || moved > 0.5;
        self.cuts += u32::from(self.cut && !is_first);
        let near = |now: f64, wanted: f64, most: f64| (now - wanted).abs() <= most;
        let is_near = near(self.now.exposure, wanted.exposure, 0.1)
            && near(self.now.lift, wanted.lift, 0.01)
            && (0..2).all(|i| near(self.now.cast[i], wanted.cast[i], 0.03));
        self.waited = match self.cut || is_near {
            true => 0.0,
            false => self.waited + wishes.seconds,
        };
        if self.cut {
            self.now = wanted;
            self.scene = found.tiles.iter().map(|luma| [*luma; 2]).collect();
            return;
        }
        for (kept, luma) in self.scene.iter_mut().zip(&found.tiles) {
            *kept = [*luma, kept[1] + 0.5 * wishes.pace * (luma - kept[1])];
        }
        if self.waited < 1.5 {
            return;
        }
        let far = ((strange - 0.35) / 0.4).clamp(0.0, 1.0);
        let most = wishes.most * (1.0 + far * far * (3.0 - 2.0 * far));
        let step = |now, wanted, ignored, part: f64| {
            stepped(now, wanted, ignored, wishes.pace, part * most)
        };
        self.now = Estimate {
            exposure: step(self.now.exposure, wanted.exposure, 0.1, 1.0),
            lift: step(self.now.lift, wanted.lift, 0.01, 0.03),
            cast: [0, 1].map(|i| step(self.now.cast[i], wanted.cast[i], 0.03, 0.25)),
            peak: step(self.now.peak, wanted.peak, 0.02, 0.25),
        };
    }

    /// What is done to the latest picture.
    pub fn applied(&self, wishes: &Wishes) -> Applied {
        let [exposure, contrast, white_balance] = wishes.factors;
        let gain = (-self.now.exposure * exposure / 2.2).exp2();
        let [red, blue] = self
            .now
            .cast
            .map(|stops| (-stops * white_balance / 2.2).exp2());
        let [by_red, by_blue] = wishes.weights;
        let grey = by_red * red + (1.0 - by_red - by_blue) + by_blue * blue;
        Applied {
            black: (self.now.lift * contrast).clamp(0.0, 0.5),
            gain,
            gains: [red, 1.0, blue].map(|gain| gain / grey),
            top: (self.now.peak * gain).max(1.0),
        }
    }
}
