//! End of a frame: update of the state, and the pose that is shown.

use super::known::{HUNT, Known, State};
use super::sight::is_inner;
use crate::reference::homography::{
    CORNERS, Point, Rows, corner_way, each, inverse, map, normalised, product,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnLost {
    Hold,
    Fade,
    Hide,
}

pub struct Finish<'a> {
    /// For each cell: energy, correlation, variance of the template, and 1 if enough is in the frame.
    pub cells: &'a [[f64; 4]],
    /// Size of the frame in pixels.
    pub frame: Point,
    pub seconds: f64,
    pub on_lost: OnLost,
    /// Seconds to fade out and in.
    pub fades: [f64; 2],
    pub is_arming: bool,
}

/// The values of the pose.
pub struct Shown {
    pub to_frame: Rows,
    /// Gain, bias in shares of full scale, confidence, visibility.
    pub light: [f64; 4],
    /// First and last pixel of the quad's bounding box.
    pub bounds: [f64; 4],
    /// Motion of the centre during the exposure.
    pub blur: Point,
}

/// Smoothstep: 0 to 1.
pub fn rise(from: f64, to: f64, value: f64) -> f64 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn mix(a: &Rows, b: &Rows, t: f64) -> Rows {
    each(a, b, |a, b| a + t * (b - a))
}

/// Trust and cover of a cell after this agreement; `moved` is the distance of the plane since arming.
fn remembered(
    cell: usize,
    kept: [f64; 2],
    agreement: [f64; 4],
    scale: f64,
    moved: f64,
) -> [f64; 2] {
    let [energy, alike, texture, seen] = agreement;
    if seen == 0.0 {
        return kept;
    }
    let [mut trust, cover] = kept;
    let noise = scale * scale;
    let u = if energy < 0.0 { 1.0 } else { energy / noise };
    // From three times the usual energy on a cell may be covered; from six times on it is.
    let mut covered = ((u - 3.0) / 3.0).clamp(0.0, 1.0);
    if alike < 0.3 && texture > 30.0 {
        covered = covered.max(0.8);
    }
    let rate = if covered > cover { 0.7 } else { 0.4 };
    if !is_inner(cell) {
        if u > 2.5 || (alike < 0.5 && texture > 20.0) {
            trust = (0.4 * trust).max(0.002);
        } else if moved > 1.5 && u < 1.8 && texture > 4.0 * noise {
            trust = (trust + 0.3 * (0.1 + trust)).min(1.0);
        }
    }
    [trust, cover + rate * (covered - cover)]
}

/// At rest, up to 0.015 pixels between frames, a new pose has a weight of 0.35; from 0.06 on, and in the
/// first two frames, 1.
fn calmed(known: &Known) -> Rows {
    if known.age < 3 {
        return known.now;
    }
    let share = 0.35 + 0.65 * rise(0.015, 0.06, corner_way(&known.now, &known.seen));
    normalised(&mix(&known.seen, &known.now, share))
}

fn keep(known: &mut Known) {
    let was_degraded = known.state == State::Degraded && known.age > 0;
    let rate = match known.age {
        0 => 0.0,
        1..8 => 0.4,
        _ => 0.15,
    };
    known.shown[3] += rate * (known.light.scale.max(1.0) - known.shown[3]);
    known.age += 1;
    known.lost = 0;
    known.before = if known.age == 1 {
        known.now
    } else {
        known.last
    };
    known.last = known.now;
    known.seen = calmed(known);
    known.last_light = known.light;
    let is_poor = known.judged[0] < if was_degraded { 0.6 } else { 0.5 };
    known.state = if is_poor {
        State::Degraded
    } else {
        State::Tracking
    };
    known.shown[2] = known.judged[0].clamp(0.0, 1.0);
}

impl Finish<'_> {
    pub fn run(&self, known: &mut Known, memory: &mut [[f64; 2]]) -> Shown {
        if known.state == State::Idle {
            known.shown[1] = 0.0;
            known.shown[2] = 0.0;
            return self.shown(known);
        }
        let is_lost = !self.is_arming && known.mode == HUNT;
        let was_found = known.age == 0 && known.state == State::Degraded;
        if !self.is_arming && !is_lost && !was_found {
            let moved = corner_way(&known.now, &known.home);
            for (cell, kept) in memory.iter_mut().enumerate() {
                *kept = remembered(cell, *kept, self.cells[cell], known.light.scale, moved);
            }
        }
        if is_lost {
            known.state = State::Lost;
            known.lost += 1;
            known.shown[2] = 0.0;
        } else if !self.is_arming {
            keep(known);
        }
        known.shown[1] = self.visibility(known.shown[1], is_lost);
        // A correction takes 0.3 seconds.
        known.shown[0] = (known.shown[0] + self.seconds / 0.3).min(1.0);
        self.shown(known)
    }

    fn visibility(&self, before: f64, is_lost: bool) -> f64 {
        let [away, back] = self.fades.map(|fade| self.seconds / fade.max(0.001));
        let visible = match (self.on_lost, is_lost) {
            (OnLost::Hold, _) | (OnLost::Hide, false) => 1.0,
            (OnLost::Hide, true) => 0.0,
            (OnLost::Fade, true) => before - away,
            (OnLost::Fade, false) => before + back,
        };
        visible.clamp(0.0, 1.0)
    }

    fn shown(&self, known: &Known) -> Shown {
        let corrected = mix(
            &known.anchor_old,
            &known.anchor,
            rise(0.0, 1.0, known.shown[0]),
        );
        let to_frame = normalised(&product(&known.seen, &corrected));
        // The tracker's luma is the frame's minus 128.
        let gain = known.last_light.gain;
        let bias = (known.last_light.bias[0] + 128.0 - 128.0 * gain) / 255.0;
        let middle = map(&known.now, [0.0, 0.0]);
        let end = map(&known.now, map(&known.path, [0.0, 0.0]));
        // A short exposure, or no motion.
        let is_blurred = known.shutter[2] >= 0.6 && known.shutter[0] > 0.05;
        let blur = [0, 1].map(|i| if is_blurred { end[i] - middle[i] } else { 0.0 });
        Shown {
            to_frame,
            light: [gain, bias, known.shown[2], known.shown[1]],
            bounds: self.bounds(&to_frame),
            blur,
        }
    }

    /// Pixels extend half their size to each side of their centres.
    fn bounds(&self, h: &Rows) -> [f64; 4] {
        let quad = CORNERS.map(|corner| map(h, corner));
        let mut bounds = [0.0; 4];
        for axis in 0..2 {
            let all = quad.map(|corner| corner[axis]);
            let least = all.into_iter().fold(f64::INFINITY, f64::min);
            let most = all.into_iter().fold(f64::NEG_INFINITY, f64::max);
            let last = self.frame[axis] - 1.0;
            bounds[axis] = (least + 0.5).floor().max(0.0);
            bounds[axis + 2] = ((most + 0.5).ceil() - 1.0).min(last);
        }
        match bounds[0] <= bounds[2] && bounds[1] <= bounds[3] {
            true => bounds,
            false => [0.0, 0.0, -1.0, -1.0],
        }
    }
}

/// The way back.
pub fn to_plane(shown: &Shown) -> Rows {
    normalised(&inverse(&shown.to_frame))
}
