//! Arming, correcting, and the end of a frame, against twins.

use bytemuck::Zeroable;
use gstwgpu::gpu::StorageBuffer;
use gstwgpu::trackoverlay::pose::Pose;
use gstwgpu::trackoverlay::track::passes::{ArmParams, FinishParams, TRACK_ARM, TRACK_FINISH};

use super::judging::cells;
use super::known_rig::{assert_known, assert_same_map, moving, track_of};
use super::rig::{Track, assert_near, buffer, contents, rows_to_columns, run_groups, singles};
use super::sight_rig::{held, held_rows, shaken};
use crate::denoise::noise_rig::Random;
use crate::reference::homography::{CORNERS, Rows, map};
use crate::reference::track::arm::{arm, correct};
use crate::reference::track::finish::{Finish, OnLost, Shown, to_plane};
use crate::reference::track::known::{FOLLOW, HUNT, Known, State};

const WAYS: [OnLost; 3] = [OnLost::Hold, OnLost::Fade, OnLost::Hide];

/// Track, memory and pose at the end of a frame of that number.
fn finished(
    finish: &Finish<'_>,
    known: &Known,
    memory: &[[f64; 2]],
    frame: u32,
) -> (Track, Vec<[f32; 2]>, Pose) {
    let track = buffer(&[track_of(known)]);
    let (agreement, memory) = (buffer(&singles(finish.cells)), buffer(&singles(memory)));
    let pose = buffer(&[[9e9f32; 4]; 10]);
    let bindings = [
        ("track", (&track).into()),
        ("agreement", (&agreement).into()),
        ("memory", (&memory).into()),
        ("pose_out", (&pose).into()),
    ];
    let params = FinishParams {
        width: finish.frame[0] as u32,
        height: finish.frame[1] as u32,
        stage: u32::from(finish.is_arming),
        frame,
        seconds: finish.seconds as f32,
        on_lost: WAYS.iter().position(|way| *way == finish.on_lost).unwrap() as u32,
        fade_out: finish.fades[0] as f32,
        fade_in: finish.fades[1] as f32,
    };
    run_groups(&TRACK_FINISH, &bindings, &params, 1);
    (contents(&track)[0], contents(&memory), contents(&pose)[0])
}

fn assert_shown(what: &str, pose: &Pose, wanted: &Shown, known: &Known, frame: u32) {
    let columns =
        |rows: [[f32; 4]; 3]| rows_to_columns(&rows.map(|[x, y, z, _]| [x, y, z].map(f64::from)));
    let quad = CORNERS.map(|corner| map(&wanted.to_frame, corner));
    assert_same_map(
        what,
        &columns(pose.to_frame),
        &wanted.to_frame,
        CORNERS,
        2e-3,
    );
    assert_same_map(what, &columns(pose.to_plane), &to_plane(wanted), quad, 1e-4);
    let light = [pose.gain, pose.bias, pose.confidence, pose.visibility];
    let found = light.iter().chain(&pose.bounds).chain(&pose.blur);
    let wanted = wanted
        .light
        .iter()
        .chain(&wanted.bounds)
        .chain(&wanted.blur);
    for (found, wanted) in found.zip(wanted) {
        assert_near(what, f64::from(*found), *wanted, 1e-3);
    }
    assert_near(what, f64::from(pose.inliers), known.judged[0], 1e-3);
    assert_eq!((pose.frame(), pose.spare), (frame, [0.0; 2]), "{what}");
    let state = [State::Idle, State::Tracking, State::Degraded, State::Lost][pose.state as usize];
    assert_eq!(state, known.state, "{what}");
}

/// The plane after the end of a frame.
fn assert_finished(what: &str, known: &Known, finish: &Finish<'_>) -> Known {
    let mut random = Random(52);
    let mut memory: Vec<[f64; 2]> = (0..256)
        .map(|_| [0; 2].map(|_| held(random.uniform())))
        .collect();
    let (mut known, frame) = (known.clone(), 70_003);
    let (track, found, pose) = finished(finish, &known, &memory, frame);
    let shown = finish.run(&mut known, &mut memory);
    assert_known(what, &track, &known);
    assert_shown(what, &pose, &shown, &known, frame);
    for (cell, (found, wanted)) in found.iter().zip(&memory).enumerate() {
        for (found, wanted) in found.iter().zip(wanted) {
            assert_near(
                &format!("{what}, cell {cell}"),
                f64::from(*found),
                *wanted,
                1e-4,
            );
        }
    }
    known
}

fn ending(cells: &[[f64; 4]]) -> Finish<'_> {
    Finish {
        cells,
        frame: [160.0, 100.0],
        seconds: 0.04,
        on_lost: OnLost::Fade,
        fades: [0.2, 0.5],
        is_arming: false,
    }
}

#[test]
fn followed_frames_end_as_their_twin() {
    for (n, age) in [0, 1, 2, 3, 7, 8, 30].into_iter().enumerate() {
        let mut random = Random(60 + n as u64);
        let cells = cells(0.6, 12.0, &mut random);
        let mut known = moving([3.0, -1.0], &mut random);
        // From the third on at rest, nearly, and moving.
        let moved = [0.5, 0.5, 0.5, 0.02, 0.06, 0.1, 0.3][n];
        known.now = shaken(&known.seen, moved, &mut random);
        known.age = age;
        known.light.scale = [2.0, 0.7][n % 2];
        known.judged[0] = held(0.35 + 0.05 * n as f64);
        known.shown = [0.1 * n as f64, 0.3, 0.2, 3.0].map(held);
        known.shutter[2] = [0.5, 4.0][n % 2];
        known.lost = 4;
        for on_lost in WAYS {
            let finish = Finish {
                on_lost,
                ..ending(&cells)
            };
            let what = format!("age {age}, {on_lost:?}");
            let known = assert_finished(&what, &known, &finish);
            let state = if n < 3 {
                State::Degraded
            } else {
                State::Tracking
            };
            assert_eq!(known.state, state);
        }
    }
}

#[test]
fn other_frames_end_as_their_twin() {
    let mut random = Random(70);
    let cells = cells(0.6, 12.0, &mut random);
    let known = moving([3.0, -1.0], &mut random);
    let lost = Known {
        mode: HUNT,
        lost: 2,
        ..known.clone()
    };
    for on_lost in WAYS {
        for visible in [1.0, 0.5, 0.1] {
            let lost = Known {
                shown: [1.0, visible, 0.9, 2.0],
                ..lost.clone()
            };
            let finish = Finish {
                on_lost,
                ..ending(&cells)
            };
            let known = assert_finished("lost", &lost, &finish);
            assert_eq!((known.state, known.lost), (State::Lost, 3));
        }
    }
    let idle = Known {
        state: State::Idle,
        mode: 0,
        ..known.clone()
    };
    assert_finished("idle", &idle, &ending(&cells));
    let found = Known {
        state: State::Degraded,
        age: 0,
        ..known.clone()
    };
    assert_finished("found", &found, &ending(&cells));
    let arming = Finish {
        is_arming: true,
        ..ending(&cells)
    };
    let armed = Known {
        mode: HUNT,
        age: 0,
        ..known
    };
    let known = assert_finished("arming", &armed, &arming);
    assert_eq!((known.state, known.age), (State::Tracking, 0));
}

/// Outside the frame, across its border, and inside.
#[test]
fn boxes_end_at_the_frame() {
    let mut random = Random(71);
    let cells = cells(0.6, 12.0, &mut random);
    for speed in [
        [-300.0, 0.0],
        [-40.0, -30.0],
        [0.0, 0.0],
        [80.0, 20.0],
        [0.0, 300.0],
    ] {
        let known = moving(speed, &mut random);
        assert_finished("box", &known, &ending(&cells));
    }
}

fn order(h: &Rows, stage: u32) -> ArmParams {
    let row = |[x, y, z]: [f64; 3]| [x as f32, y as f32, z as f32, 9e9];
    ArmParams {
        row_x: row(h[0]),
        row_y: row(h[1]),
        row_w: row(h[2]),
        quad_width: 90.5,
        quad_height: 60.25,
        width: 320.0,
        height: 200.0,
        ring_trust: 0.25,
        stage,
        ..ArmParams::zeroed()
    }
}

fn obeyed(track: &Track, memory: &StorageBuffer, order: &ArmParams) -> Track {
    let track = buffer(&[*track]);
    let bindings = [("track", (&track).into()), ("memory", memory.into())];
    run_groups(&TRACK_ARM, &bindings, order, 1);
    contents(&track)[0]
}

#[test]
fn arming_matches_its_twin() {
    let mut random = Random(80);
    let before = moving([5.0, 1.0], &mut random);
    // Rows may have any scale.
    let h = held_rows(&before.now.map(|row| row.map(|v| 3.0 * v)));
    let memory = buffer(&[[7.0f32; 2]; 256]);
    let track = Track {
        drawn: [1.0; 4],
        ..track_of(&before)
    };
    let found = obeyed(&track, &memory, &order(&h, 0));
    let (known, trust) = arm(&h, [90.5, 60.25], [320.0, 200.0], 0.25);
    assert_known("armed", &found, &known);
    assert_eq!(found.drawn, [0.0; 4]);
    for (found, wanted) in contents::<[f32; 2]>(&memory).iter().zip(trust) {
        assert_eq!(*found, [wanted as f32, 0.0]);
    }
}

#[test]
fn corrections_match_their_twin() {
    for (n, state) in [State::Tracking, State::Degraded, State::Lost]
        .into_iter()
        .enumerate()
    {
        let mut random = Random(81 + n as u64);
        let mut known = moving([2.0, 1.0], &mut random);
        known.state = state;
        known.shown[0] = held([0.2, 0.7, 1.0][n]);
        let h = shaken(&known.now, 6.0, &mut random);
        let memory = buffer(&[[7.0f32; 2]; 256]);
        let found = obeyed(&track_of(&known), &memory, &order(&h, 1));
        correct(&mut known, &h);
        assert_known(&format!("corrected while {state:?}"), &found, &known);
        assert_eq!(contents::<f32>(&memory), [7.0; 512]);
    }
}

#[test]
fn a_released_plane_is_idle() {
    let mut random = Random(82);
    let mut known = moving([2.0, 1.0], &mut random);
    known.mode = FOLLOW;
    let memory = buffer(&[[7.0f32; 2]; 256]);
    let found = obeyed(&track_of(&known), &memory, &order(&known.home, 2));
    (known.state, known.mode) = (State::Idle, 0);
    assert_known("released", &found, &known);
}
