//! The begin of a frame and the passes it enables, against twins.

use std::collections::BTreeSet;

use gstwgpu::gpu::StorageBuffer;
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::track::gates::{GATES_BYTES, Plan, Shape};
use gstwgpu::trackoverlay::track::grid::Stack;
use gstwgpu::trackoverlay::track::passes::{
    APPROACH, FOLLOW, FitParams, HUNT, REFINE, SEARCH, SearchParams, TRACK_CHECK, TRACK_PLAN,
    TRACK_PREDICT,
};

use super::known_rig::{assert_known, moving, track_of};
use super::rig::{Track, buffer, contents, rows_to_columns, run_groups};
use super::sight_rig::{held, params, search_params, shaken};
use crate::denoise::noise_rig::Random;
use crate::reference::homography::{SAME, product};
use crate::reference::track::check::check;
use crate::reference::track::gates::{Drawn, must_draw, tiles};
use crate::reference::track::known::State;
use crate::reference::track::predict::Predict;
use crate::reference::track::view::{VIEWS, view_in};

const FRAME: (u32, u32) = (400, 300);
const SHRINK: u32 = 2;
/// Shapes and modes of passes.
const SHAPES: [(Shape, u32); 9] = [
    (Shape::Single, FOLLOW),
    (Shape::Squares(0), FOLLOW),
    (Shape::Squares(1), REFINE),
    (Shape::Shutters, REFINE),
    (Shape::Drawing, REFINE),
    (Shape::Candidates, HUNT),
    (Shape::Places, HUNT),
    (Shape::Shifts, SEARCH),
    (Shape::Squares(1), APPROACH),
];
/// Tiles of the passes that make levels, in samples of the finest level.
const LEVELS: [(Shape, [f64; 2]); 5] = [
    (Shape::Shrink, [32.0, 8.0]),
    (Shape::Smooth, [32.0, 32.0]),
    (Shape::Level(1), [64.0, 32.0]),
    (Shape::Level(2), [128.0, 64.0]),
    (Shape::Level(3), [256.0, 128.0]),
];

fn plan() -> Plan {
    let stack = Stack::for_quad(FRAME, &Quad::rectangle(20.0, 20.0, 380.0, 280.0), 0);
    assert_eq!(stack.shrink, SHRINK);
    Plan::new(&stack)
}

/// Gates with the stored plan; all other values are wrong on purpose.
fn gates(plan: &Plan) -> StorageBuffer {
    let gates = buffer(&vec![77u32; GATES_BYTES as usize / 4]);
    let bindings = [("gates", (&gates).into())];
    run_groups(&TRACK_PLAN, &bindings, &plan.params(), 1);
    gates
}

fn gate(gates: &[u32], shape: Shape, when: u32) -> [u32; 3] {
    let at = shape.gate(when) as usize / 4;
    [gates[at], gates[at + 1], gates[at + 2]]
}

/// Asserts that passes are open in these modes only.
fn assert_open(what: &str, gates: &[u32], plan: &Plan, mode: u32) {
    for (shape, when) in SHAPES {
        let wanted = if mode & when != 0 {
            plan.groups(shape)
        } else {
            [0; 3]
        };
        assert_eq!(
            gate(gates, shape, when),
            wanted,
            "{what}: {shape:?} in {when}"
        );
    }
}

/// Asserts that the first `count` passes for levels cover a box.
fn assert_levels(what: &str, gates: &[u32], plan: &Plan, area: [f64; 4], count: usize) {
    for (n, (shape, tile)) in LEVELS.into_iter().enumerate() {
        let [x, y, _] = plan.groups(shape);
        let tile = tile.map(|side| side * f64::from(SHRINK));
        let wanted = match n < count {
            true => tiles(area, tile, f64::from(SHRINK), [x, y]),
            false => [0; 3],
        };
        assert_eq!(gate(gates, shape, FOLLOW), wanted, "{what}: {shape:?}");
    }
}

fn coarse() -> SearchParams {
    SearchParams {
        width: FRAME.0,
        height: FRAME.1,
        shrink: SHRINK,
        ..search_params(3, 5)
    }
}

const PREDICT: Predict = Predict {
    frame: [400.0, 300.0],
    shrink: 2.0,
    step: 16.0,
    reach: 5.0,
};

/// State and gates after the begin of a frame.
fn begun(track: &Track, plan: &Plan) -> (Track, Vec<u32>) {
    let (track, gates) = (buffer(&[*track]), gates(plan));
    let bindings = [("track", (&track).into()), ("gates", (&gates).into())];
    run_groups(&TRACK_PREDICT, &bindings, &coarse(), 1);
    (contents(&track)[0], contents(&gates))
}

#[test]
fn frames_begin_as_their_twin() {
    let plan = plan();
    for (n, state) in [State::Tracking, State::Degraded, State::Lost, State::Idle]
        .into_iter()
        .cycle()
        .take(16)
        .enumerate()
    {
        let mut random = Random(300 + n as u64);
        let speed = [2.0, 12.0, -30.0, 8.0][n / 4];
        let mut known = moving([speed, -0.3 * speed], &mut random);
        (known.state, known.age) = (state, [20, 1, 2, 9][n / 4]);
        known.last_light.scale = held(1.0 + n as f64 / 4.0);
        // Smaller than at arming in both directions.
        if n / 4 == 1 {
            let half = [[0.6, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 1.0]];
            known.last = product(&known.last, &half).map(|row| row.map(held));
            known.before = product(&known.before, &half).map(|row| row.map(held));
        }
        // It shrinks so fast that the next quad would be none.
        if n / 4 == 3 {
            let small = [[0.25, 0.0, 0.0], [0.0, 0.25, 0.0], [0.0, 0.0, 1.0]];
            known.last = product(&known.last, &small).map(|row| row.map(held));
        }
        known.shutter[2] = 2.5;
        let (found, gates) = begun(&track_of(&known), &plan);
        PREDICT.run(&mut known);
        let what = format!("{state:?}, {speed}");
        assert_known(&what, &found, &known);
        assert_open(&what, &gates, &plan, known.mode);
        let count = if state == State::Lost { 5 } else { 3 };
        assert_levels(&what, &gates, &plan, known.roi, count);
        // It has never been drawn.
        assert_eq!(
            gate(&gates, Shape::Drawing, FOLLOW),
            plan.groups(Shape::Drawing)
        );
    }
}

#[test]
fn lost_planes_are_sought_in_several_views() {
    let plan = plan();
    let mut random = Random(330);
    let mut known = moving([2.0, 1.0], &mut random);
    known.state = State::Lost;
    let mut views = Vec::new();
    for lost in 1..40 {
        known.lost = lost;
        let (found, _) = begun(&track_of(&known), &plan);
        PREDICT.run(&mut known);
        assert_known(&format!("{lost} frames lost"), &found, &known);
        views.push(view_in(lost));
    }
    // As last seen for half a second, and in every second frame later; all others within a second.
    assert!(views[..11].iter().all(|view| *view == 0), "{views:?}");
    assert!(views[11..].chunks(2).all(|two| two[0] == 0), "{views:?}");
    let others: BTreeSet<u32> = views[11..36].iter().copied().collect();
    assert_eq!(others, (0..=VIEWS).collect());
}

/// A plane that was drawn once and has changed slightly since.
fn assert_drawn(speed: f64, turn: f64, open: f64, random: &mut Random) -> bool {
    let plan = plan();
    let mut known = moving([speed, 0.3 * speed], random);
    known.shutter[0] = 0.5;
    let (mut track, _) = begun(&track_of(&known), &plan);
    assert_eq!(track.drawn[..2], [track.shutter[2], 1.0]);
    PREDICT.run(&mut known);
    let drawn = Drawn {
        taps: known.template_taps[0],
        path: known.path,
        way: known.shutter[2],
    };
    known.shutter[0] = held(0.5 + open);
    for h in [&mut known.last, &mut known.before] {
        *h = shaken(h, 0.0, random);
        let turned = [[1.0, turn, 0.0], [-turn, 1.0 + turn, 0.0], [0.0, 0.0, 1.0]];
        *h = product(h, &turned).map(|row| row.map(held));
    }
    (track.last, track.before) = (rows_to_columns(&known.last), rows_to_columns(&known.before));
    track.shutter[0] = known.shutter[0] as f32;
    let (found, gates) = begun(&track, &plan);
    PREDICT.run(&mut known);
    let is_drawn = must_draw(&known, &drawn, 2.0);
    let wanted = if is_drawn {
        plan.groups(Shape::Drawing)
    } else {
        [0; 3]
    };
    assert_eq!(
        gate(&gates, Shape::Drawing, FOLLOW),
        wanted,
        "{turn}, {open}"
    );
    let path = if is_drawn {
        found.path
    } else {
        track.drawn_path
    };
    assert_eq!(found.drawn_path, path);
    is_drawn
}

#[test]
fn templates_are_drawn_where_they_look_otherwise() {
    let mut random = Random(320);
    let mut steps = |speed: f64, turn: f64, open: f64| -> Vec<bool> {
        let steps = (0..12).map(f64::from);
        let drawn = steps.map(|n| assert_drawn(speed, turn * n, open * n, &mut random));
        drawn.collect()
    };
    let turned = steps(6.0, 0.006, 0.0);
    let opened = steps(6.0, 0.0, 0.03);
    let fast = steps(50.0, 0.0, 0.006);
    for drawn in [turned, opened, fast] {
        assert!(!drawn[0] && drawn[11], "{drawn:?}");
    }
}

#[test]
fn checks_match_their_twin() {
    let plan = plan();
    for n in 0..30u32 {
        let mut random = Random(330 + u64::from(n));
        let mut known = moving([5.0, 1.0], &mut random);
        known.predicted = shaken(
            &known.now,
            [1.0, 3.0, 9.0, 30.0, 0.1][n as usize % 5],
            &mut random,
        );
        known.light.scale = held(known.last_light.scale * (2.0 + 3.0 * random.uniform()));
        known.wide = [20.0, 30.0, 250.0, 260.0];
        known.age = if n % 10 == 0 { 3 } else { 20 };
        if n % 7 == 6 {
            known.now = product(&known.now, &SAME.map(|row| row.map(|v| 0.1 * v)));
            known.now[2] = [0.0, 0.0, 1.0];
            known.predicted = known.now;
        }
        let (track, gates) = (buffer(&[track_of(&known)]), gates(&plan));
        let bindings = [("track", (&track).into()), ("gates", (&gates).into())];
        let params = FitParams {
            width: FRAME.0,
            height: FRAME.1,
            shrink: SHRINK,
            stage: n / 5 % 2,
            ..params(1)
        };
        run_groups(&TRACK_CHECK, &bindings, &params, 1);
        let before = known.mode;
        check(&mut known, 4.0, params.stage == 1);
        let (what, gates) = (format!("check {n}"), contents::<u32>(&gates));
        assert_known(&what, &contents(&track)[0], &known);
        if known.mode != before {
            assert_open(&what, &gates, &plan, known.mode);
        }
        let count = if known.mode & SEARCH != 0 { 5 } else { 0 };
        assert_levels(&what, &gates, &plan, known.wide, count);
    }
}
