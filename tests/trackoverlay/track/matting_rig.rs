//! A plane with light on it and something in front, for the kernels of the matte and their twins.

use gstwgpu::gpu::StorageBuffer;

use super::known_rig::moving;
use super::rig::{assert_near, contents};
use super::sight_rig::held;
use super::tracker_rig::Scene;
use crate::denoise::noise_rig::Random;
use crate::reference::track::explain::{Seen, explain};
use crate::reference::track::front::Front;
use crate::reference::track::known::{Known, State};
use crate::reference::track::look::{MASKED, RELEARNT, SIDE, Texel};
use crate::reference::track::matte::matte;
use crate::reference::track::windows::{Sums, Window, windows};

pub fn known() -> Known {
    let mut known = moving([3.0, -1.0], &mut Random(41));
    known.state = State::Tracking;
    known.age = 20;
    known.last_light.gain = 0.8;
    known
}

/// Words of a buffer of structs of `N` floats.
pub fn words<const N: usize>(buffer: &StorageBuffer) -> Vec<[f32; N]> {
    contents(buffer)
}

pub fn compare<const N: usize>(what: &str, found: &[f32], wanted: [f64; N], tolerance: f64) {
    for (k, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert_near(
            &format!("{what}, {k}"),
            f64::from(*found),
            wanted,
            tolerance,
        );
    }
}

/// How many differ by more than rounding: of two explanations that are equally good, either may be taken.
pub fn count_off<const N: usize>(
    found: &[[f32; N]],
    wanted: impl Iterator<Item = [f64; N]>,
) -> usize {
    let is_near = |(found, wanted): (&f32, f64)| {
        (f64::from(*found) - wanted).abs() <= 5e-3 * (1.0 + wanted.abs())
    };
    let pairs = found.iter().zip(wanted);
    pairs
        .filter(|(found, wanted)| !found.iter().zip(*wanted).all(is_near))
        .count()
}

/// A plate and a view of it with a shadow, something in front, and a part outside of the frame.
pub fn compared(known: &Known, random: &mut Random) -> [Vec<Texel>; 2] {
    let scene = Scene::new(5);
    let (mut plate, mut view) = (Vec::new(), Vec::new());
    for at in 0..SIDE * SIDE {
        let (x, y) = ((at % SIDE) as f64, (at / SIDE) as f64);
        // The right part has little texture.
        let depth = if x > 200.0 { 0.05 } else { 1.0 };
        let value = 100.0 + depth * (scene.at([x / 2.0, y / 2.0]) - 128.0);
        let colour = [value, 0.2 * value - 10.0, 5.0 - 0.1 * value].map(|v| v + random.gauss());
        let shade = if x + 0.5 * y < 120.0 { 0.45 } else { 1.0 };
        let gain = shade * known.last_light.gain;
        let is_hidden = (x - 170.0).hypot(y - 180.0) < 50.0;
        let seen = [0, 1, 2].map(|k| match is_hidden {
            true => [60.0 + (x * 0.7).sin() * 20.0, 20.0, -30.0][k],
            false => gain * colour[k],
        });
        let seen = seen.map(|v| v + 2.0 * random.gauss());
        let there = |is: bool| f64::from(u8::from(is));
        // Something was in front there at arming, and beside it until it left.
        let kind = match (x, y) {
            (20.0..50.0, 150.0..200.0) => MASKED,
            (50.0..80.0, 150.0..200.0) => RELEARNT,
            _ => there(y > 4.0),
        };
        plate.push([colour[0], colour[1], colour[2], kind].map(held));
        view.push([seen[0], seen[1], seen[2], there(x + y < 480.0)].map(held));
    }
    [plate, view]
}

#[rustfmt::skip]
pub fn sums_words(s: &Sums) -> [f64; 12] {
    let [y, u, v] = s.colour;
    [s.bb, s.ib, s.ii, s.n, s.b, s.i, s.slope, s.masked, y, u, v, 0.0]
}

#[rustfmt::skip]
pub fn window_words(w: &Window) -> [f64; 12] {
    [w.gain, w.bias, w.energy, w.noise, w.slack, w.ratio, w.power, w.base, w.whole, w.misplaced, 0.0, 0.0]
}

pub fn seen_words(s: &Seen) -> [f64; 8] {
    [
        s.unexplained,
        s.ratio,
        s.weight,
        s.base,
        s.own,
        s.reach,
        s.whole,
        s.expected,
    ]
}

pub fn front_words(f: &Front) -> [f64; 8] {
    let [y, u, v] = f.colour;
    [y, u, v, f.sure, f.least, f.most, 0.0, 0.0]
}

/// A plane with something in front of it, as the kernels before found it.
pub struct Edged {
    pub plate: Vec<Texel>,
    pub view: Vec<Texel>,
    pub sums: Vec<Sums>,
    pub matte: Vec<[f64; 4]>,
}

pub fn edged() -> Edged {
    let known = known();
    let [plate, view] = compared(&known, &mut Random(12));
    let (sums, lights) = windows(&view, &plate, &known, 0.4);
    let seen = explain(&sums, &lights, 4.0);
    let matte = matte(&seen, None);
    Edged {
        plate,
        view,
        sums,
        matte: matte.iter().map(|cell| cell.map(held)).collect(),
    }
}
