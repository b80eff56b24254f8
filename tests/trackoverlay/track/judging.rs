//! Judgement of an alignment, against its twin.

use gstwgpu::gpu::StorageBuffer;
use gstwgpu::trackoverlay::track::passes::{FitParams, TRACK_JUDGE};

use super::known_rig::{assert_known, moving, track_of};
use super::rig::{Track, assert_near, buffer, contents, run_groups, singles};
use super::sight_rig::{held, params};
use crate::denoise::noise_rig::Random;
use crate::reference::track::judge::Judge;
use crate::reference::track::known::{FOLLOW, HUNT, Known, REFINE};

/// Cells of which this part agrees, with these squared residuals; some lie outside the frame.
pub fn cells(agreeing: f64, energy: f64, random: &mut Random) -> Vec<[f64; 4]> {
    let mut all = Vec::new();
    for _ in 0..256 {
        let mut any = |least: f64, most: f64| least + (most - least) * random.uniform();
        let texture = any(0.0, 900.0);
        let is_seen = any(0.0, 1.0) < 0.9;
        let cell = match any(0.0, 1.0) < agreeing {
            true => [energy * any(0.2, 3.0), any(0.5, 1.0), texture, 1.0],
            false => [energy * any(1.0, 20.0), any(-0.5, 0.6), texture, 1.0],
        };
        let away = [-1.0, 0.0, 0.0, 0.0];
        all.push(if is_seen { cell } else { away }.map(held));
    }
    all
}

fn gates() -> StorageBuffer {
    buffer(&[0u32; 256])
}

/// State and memory after the kernel.
fn judged(judge: &Judge<'_>, known: &Known) -> (Track, Vec<[f32; 2]>) {
    let (track, gates) = (buffer(&[track_of(known)]), gates());
    let agreement = buffer(&singles(judge.cells));
    let memory = buffer(&singles(judge.memory));
    let bindings = [
        ("track", (&track).into()),
        ("agreement", (&agreement).into()),
        ("memory", (&memory).into()),
        ("gates", (&gates).into()),
    ];
    let params = FitParams {
        when: known.mode,
        stage: u32::from(judge.is_second),
        frame: judge.frame,
        shrink: judge.shrink as u32,
        ..params(0)
    };
    run_groups(&TRACK_JUDGE, &bindings, &params, 1);
    (contents(&track)[0], contents(&memory))
}

/// A case of the verdict.
#[derive(Debug, Clone, Copy)]
struct Case {
    /// Part of the cells that agree, and their squared residuals.
    agreeing: f64,
    energy: f64,
    /// Pixels of motion per frame.
    speed: f64,
    /// Exposure as a part of the frame time, and number of frames it was measured in.
    shutter: [f64; 2],
    frame: u32,
    age: u32,
    is_second: bool,
}

const CASE: Case = Case {
    agreeing: 0.8,
    energy: 5.0,
    speed: 0.0,
    shutter: [0.4, 9.0],
    frame: 3,
    age: 20,
    is_second: false,
};

/// The mode that the twin ends in.
fn assert_judged(case: Case) -> u32 {
    let mut random = Random(31);
    let mut known = moving([case.speed, 0.4 * case.speed], &mut random);
    known.age = case.age;
    known.shutter = [case.shutter[0], case.shutter[1], 1.5, 0.25];
    if case.is_second {
        known.mode = FOLLOW | REFINE;
    }
    let cells = cells(case.agreeing, case.energy, &mut random);
    let memory: Vec<[f64; 2]> = (0..256)
        .map(|_| [0; 2].map(|_| held(random.uniform())))
        .collect();
    let judge = Judge {
        cells: &cells,
        memory: &memory,
        samples: 36.0,
        shrink: 2.0,
        frame: case.frame,
        is_second: case.is_second,
    };
    let (found, kept) = judged(&judge, &known);
    judge.run(&mut known);
    assert_known(&format!("{case:?}"), &found, &known);
    for (found, wanted) in kept.iter().zip(&memory) {
        // Whatever covered the plane is not where it will be found.
        let covered = if known.mode == HUNT { 0.0 } else { wanted[1] };
        assert_near("trust", f64::from(found[0]), wanted[0], 1e-6);
        assert_near("cover", f64::from(found[1]), covered, 1e-6);
    }
    known.mode
}

#[test]
fn verdicts_match_their_twin() {
    let mut lost = 0;
    for step in 0..10 {
        for energy in [5.0, 60.0, 160.0] {
            let agreeing = f64::from(step) / 9.0;
            let case = Case {
                agreeing,
                energy,
                ..CASE
            };
            lost += u32::from(assert_judged(case) == HUNT);
        }
    }
    assert!((8..25).contains(&lost), "{lost}");
}

#[test]
fn blur_is_considered_as_by_its_twin() {
    let fast = Case { speed: 6.0, ..CASE };
    let closed = Case {
        shutter: [0.02, 9.0],
        ..fast
    };
    let slow = Case { speed: 1.0, ..CASE };
    let new = Case {
        shutter: [0.02, 2.0],
        ..fast
    };
    let looking = Case {
        frame: 16,
        ..closed
    };
    let young = Case { age: 1, ..fast };
    for (case, is_blurred) in [
        (fast, true),
        (slow, false),
        (closed, false),
        (new, true),
        (looking, true),
        (young, true),
    ] {
        let mode = assert_judged(case);
        assert_eq!(mode, if is_blurred { FOLLOW | REFINE } else { FOLLOW });
    }
}

#[test]
fn second_verdicts_match_their_twin() {
    for agreeing in [0.3, 0.7, 0.9, 1.0] {
        assert_judged(Case {
            agreeing,
            is_second: true,
            ..CASE
        });
    }
}
