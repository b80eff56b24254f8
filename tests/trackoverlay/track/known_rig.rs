//! The tracker's state for kernels that change it, compared with the twins' results.

use bytemuck::Zeroable;
use gstwgpu::trackoverlay::quad::Quad;

use super::rig::{
    Columns, Track, assert_light, assert_near, columns_to_rows, light_words, rows_to_columns,
};
use super::sight_rig::{held, held_rows, shaken};
use crate::denoise::noise_rig::Random;
use crate::reference::homography::{CORNERS, Rows, distance, inverse, map, normalised, product};
use crate::reference::track::known::{Known, State, Taps};
use crate::reference::track::recipe::variance;
use crate::reference::track::sight::Light;

const ARMED: Quad = Quad([[60.0, 40.0], [172.0, 48.0], [168.0, 130.0], [56.0, 124.0]]);

/// Wider than at arming, not as high, and slanted.
const SHAPE: Rows = [[1.2, 0.15, 0.0], [-0.1, 0.8, 0.0], [0.0, 0.0, 1.0]];

/// A plane that moved by this many pixels in each of the last frames; each homography differs.
pub fn moving(step: [f64; 2], random: &mut Random) -> Known {
    let light = |random: &mut Random| Light {
        gain: held(0.8 + 0.4 * random.uniform()),
        bias: [0; 6].map(|_| held(3.0 * random.gauss())),
        scale: held(1.5 + random.uniform()),
    };
    let home = held_rows(&normalised(&ARMED.homography().unwrap().0));
    let mut known = Known::resting(&home, [112.0, 83.0, 114.0, 85.5], &light(random));
    let moved = |frames: f64, random: &mut Random| {
        let [x, y] = step.map(|v| v * frames);
        let there = [[1.0, 0.0, x + 7.0], [0.0, 1.0, y - 5.0], [0.0, 0.0, 1.0]];
        shaken(&product(&there, &product(&home, &SHAPE)), 0.4, random)
    };
    known.before = moved(0.0, random);
    known.last = moved(1.0, random);
    known.now = moved(2.0, random);
    known.kept = shaken(&known.now, 1.0, random);
    known.predicted = shaken(&known.now, 1.0, random);
    known.seen = shaken(&known.last, 0.1, random);
    let way = product(&known.last, &inverse(&known.before));
    known.way = held_rows(&normalised(&way));
    known.path = shaken(&known.path, 1.0, random);
    known.anchor = shaken(&known.anchor, 2.0, random);
    known.anchor_old = shaken(&known.anchor_old, 2.0, random);
    known.kept_light = light(random);
    known.last_light = light(random);
    known
}

const STATES: [State; 4] = [State::Idle, State::Tracking, State::Degraded, State::Lost];

fn words(taps: &Taps) -> [f32; 4] {
    let [a, b] = taps.map(|tap| tap.map(|v| v as f32));
    [a[0], a[1], b[0], b[1]]
}

/// As the GPU holds it.
pub fn track_of(known: &Known) -> Track {
    let wide = |values: [f64; 4]| values.map(|v| v as f32);
    let state = STATES.iter().position(|state| *state == known.state);
    let columns = rows_to_columns;
    Track {
        home: columns(&known.home),
        now: columns(&known.now),
        kept: columns(&known.kept),
        last: columns(&known.last),
        before: columns(&known.before),
        seen: columns(&known.seen),
        predicted: columns(&known.predicted),
        way: columns(&known.way),
        path: columns(&known.path),
        anchor: columns(&known.anchor),
        anchor_old: columns(&known.anchor_old),
        template_taps: known.template_taps.each_ref().map(words),
        image_taps: known.image_taps.each_ref().map(words),
        light: light_words(&known.light),
        kept_light: light_words(&known.kept_light),
        last_light: light_words(&known.last_light),
        size: wide(known.size),
        roi: wide(known.roi),
        judged: wide(known.judged),
        shutter: wide(known.shutter),
        shown: wide(known.shown),
        mode: known.mode,
        state: state.unwrap() as u32,
        age: known.age,
        lost: known.lost,
        wide: wide(known.wide),
        ..Track::zeroed()
    }
}

/// Asserts that both map positions of `of` to the same place within `tolerance`.
pub fn assert_same_map(
    what: &str,
    found: &Columns,
    wanted: &Rows,
    of: [[f64; 2]; 4],
    tolerance: f64,
) {
    let found = columns_to_rows(found);
    for place in of {
        let (found, wanted) = (map(&found, place), map(wanted, place));
        let off = distance(found, wanted);
        assert!(
            off <= tolerance,
            "{what} at {place:?}: {found:?}, wanted {wanted:?}"
        );
    }
}

fn assert_vector(what: &str, found: &[f32; 4], wanted: &[f64; 4], tolerance: f64) {
    for (found, wanted) in found.iter().zip(wanted) {
        assert_near(what, f64::from(*found), *wanted, tolerance);
    }
}

/// Compares taps by their variance: the signs and the order of their directions do not matter.
fn assert_taps(what: &str, found: &[[f32; 4]; 4], wanted: &[Taps; 4]) {
    for (level, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        let [a, b, c, d] = found.map(f64::from);
        let (found, wanted) = (variance(&[[a, b], [c, d]]), variance(wanted));
        let size = wanted[0] + wanted[2];
        for (found, wanted) in found.iter().zip(wanted) {
            assert!(
                (found - wanted).abs() <= 2e-3 * size + 1e-6,
                "{what} of level {level}: {found}, wanted {wanted}"
            );
        }
    }
}

/// Asserts that all parts of the state are as expected.
pub fn assert_known(what: &str, found: &Track, wanted: &Known) {
    let name = |part: &str| format!("{what}, {part}");
    for (part, found, wanted) in [
        ("home", &found.home, &wanted.home),
        ("now", &found.now, &wanted.now),
        ("kept", &found.kept, &wanted.kept),
        ("last", &found.last, &wanted.last),
        ("before", &found.before, &wanted.before),
        ("seen", &found.seen, &wanted.seen),
        ("predicted", &found.predicted, &wanted.predicted),
    ] {
        assert_same_map(&name(part), found, wanted, CORNERS, 3e-4);
    }
    assert_same_map(&name("way"), &found.way, &wanted.way, ARMED.0, 2e-2);
    for (part, found, wanted) in [
        ("path", &found.path, &wanted.path),
        ("anchor", &found.anchor, &wanted.anchor),
        ("old anchor", &found.anchor_old, &wanted.anchor_old),
    ] {
        assert_same_map(&name(part), found, wanted, CORNERS, 1e-4);
    }
    assert_taps(&name("taps"), &found.template_taps, &wanted.template_taps);
    assert_taps(&name("image taps"), &found.image_taps, &wanted.image_taps);
    assert_light(&name("now"), &found.light, &wanted.light, 1e-3);
    assert_light(&name("kept"), &found.kept_light, &wanted.kept_light, 1e-3);
    assert_light(&name("last"), &found.last_light, &wanted.last_light, 1e-3);
    for (part, found, wanted) in [
        ("size", &found.size, &wanted.size),
        ("roi", &found.roi, &wanted.roi),
        ("judged", &found.judged, &wanted.judged),
        ("shutter", &found.shutter, &wanted.shutter),
        ("shown", &found.shown, &wanted.shown),
        ("wide", &found.wide, &wanted.wide),
    ] {
        assert_vector(&name(part), found, wanted, 1e-3);
    }
    let state = STATES[found.state as usize];
    assert_eq!(
        (found.mode, state, found.age, found.lost),
        (wanted.mode, wanted.state, wanted.age, wanted.lost),
        "{what}"
    );
}
