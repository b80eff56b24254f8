//! Begin of a frame.

use super::known::{FOLLOW, HUNT, Known, State};
use super::recipe::{path, set_footprints};
use super::view::{view_in, viewed};
use crate::reference::homography::{Rows, SAME, inverse, is_plausible, map, normalised, product};

/// Bounding box of a plane with its ring, which extends to 4/3 of the quad.
fn around(h: &Rows) -> [f64; 4] {
    let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
    let places = corners.map(|corner: [f64; 2]| map(h, corner.map(|v| v * 4.0 / 3.0)));
    let end = |axis: usize, pick: fn(f64, f64) -> f64| {
        let all = places.iter().map(|place| place[axis]);
        all.reduce(pick).unwrap()
    };
    [
        end(0, f64::min),
        end(1, f64::min),
        end(0, f64::max),
        end(1, f64::max),
    ]
}

fn grown(a: [f64; 4], by: f64) -> [f64; 4] {
    [a[0] - by, a[1] - by, a[2] + by, a[3] + by]
}

pub struct Predict {
    /// Size of the frame in pixels.
    pub frame: [f64; 2],
    /// Pixels in a sample of the finest level, and of the coarsest.
    pub shrink: f64,
    pub step: f64,
    /// Samples of the coarsest level that are searched in each direction.
    pub reach: f64,
}

impl Predict {
    /// The plane's motion continues as between the last two frames.
    pub fn run(&self, known: &mut Known) {
        known.mode = 0;
        // Empty: it ends before it begins.
        known.roi = [1.0, 1.0, 0.0, 0.0];
        if known.state == State::Idle {
            return;
        }
        known.light = known.last_light;
        known.kept_light = known.last_light;
        if known.state == State::Lost {
            known.mode = HUNT;
            known.roi = [0.0, 0.0, self.frame[0], self.frame[1]];
            known.now = known.seen;
            (known.way, known.path) = (SAME, SAME);
            known.shutter[2] = 0.0;
            known.predicted = viewed(&known.seen, view_in(known.lost));
            let sought = known.predicted;
            return set_footprints(known, &sought, self.shrink);
        }
        self.follow(known);
    }

    fn follow(&self, known: &mut Known) {
        known.mode = FOLLOW;
        let way = normalised(&product(&known.last, &inverse(&known.before)));
        let expected = normalised(&product(&way, &known.last));
        let goes_on = known.age >= 2 && is_plausible(&expected, known.area());
        known.way = if goes_on { way } else { SAME };
        known.now = if goes_on { expected } else { known.last };
        known.predicted = known.now;
        let (ring, old) = (around(&known.now), around(&known.last));
        let both = [
            ring[0].min(old[0]),
            ring[1].min(old[1]),
            ring[2].max(old[2]),
            ring[3].max(old[3]),
        ];
        // Margin: two samples more than are searched, and 24 of the finest level, which the levels need of
        // each other; 8 if nothing is searched.
        known.wide = grown(both, (self.reach + 2.0) * self.step + 24.0 * self.shrink);
        known.roi = grown(ring, 8.0 * self.shrink);
        known.light.scale = (3.0 * known.last_light.scale).max(6.0);
        let now = known.now;
        set_footprints(known, &now, self.shrink);
        (known.path, known.shutter[2]) = path(&now, &known.way, known.shutter[0]);
    }
}
