//! One iteration of the fine alignment: its equations and their solution, against twins.

use gstwgpu::trackoverlay::track::passes::{FitParams, TRACK_GATHER, TRACK_SOLVE};

use super::fit::{MODELS, TAPS};
use super::rig::{
    Track, assert_light, assert_near, assert_pose, buffer, contents, light_words, run_groups,
};
use super::sight_rig::{Stand, held, held_rows, shaken};
use crate::reference::homography::{Rows, product};
use crate::reference::track::normal::{Model, Normal, Products, Square};
use crate::reference::track::sight::Light;
use crate::reference::track::solve::Iteration;

/// Squares of the stand in sums of 32, as `track_gather` leaves them: ten blocks of the upper half
/// of the matrix, four columns each.
fn sums_of(squares: &[Square]) -> Vec<[f32; 4]> {
    let mut sums = Vec::new();
    for group in squares.chunks(32) {
        let total = |i: usize, j: usize| group.iter().map(|s| s.products[i][j]).sum::<f64>();
        for (a, b) in (0..4).flat_map(|a| (a..4).map(move |b| (a, b))) {
            for column in 0..4 {
                sums.push([0, 1, 2, 3].map(|row| total(4 * a + row, 4 * b + column) as f32));
            }
        }
    }
    sums
}

fn total(squares: &[Square]) -> Products {
    let mut all = [[0.0; 16]; 16];
    for square in squares {
        let more = square.products.as_flattened();
        for (sum, more) in all.as_flattened_mut().iter_mut().zip(more) {
            *sum += held(*more);
        }
    }
    all
}

/// The squares at a pose, with random weights and biases from before.
fn squares_of(stand: &mut Stand, model: Model, h: &Rows, light: &Light) -> Vec<(f64, f64, Square)> {
    let along = 16 >> stand.params.grid;
    let mut squares = Vec::new();
    for square in 0..along * along {
        let weight = held(stand.random.uniform());
        let bias = held(2.0 * stand.random.gauss());
        let normal = Normal {
            sight: &stand.sight,
            model,
            along,
            is_fresh: false,
        };
        squares.push((weight, bias, normal.square(square, h, light, weight, bias)));
    }
    squares
}

/// What a step leaves of the track, and of the squares.
fn solved(
    mut track: Track,
    prior: &Light,
    squares: &[Square],
    params: &FitParams,
) -> (Track, Vec<[f32; 4]>) {
    track.last_light = light_words(prior);
    let track = buffer(&[track]);
    let row = |square: &Square| {
        let [energy, samples] = square.energy.map(|v| v as f32);
        [energy, samples, 0.5, 0.0]
    };
    let mut rows: Vec<[f32; 4]> = squares.iter().map(row).collect();
    rows.resize(256, [9e9; 4]);
    let (rows, sums) = (buffer(&rows), buffer(&sums_of(squares)));
    let bindings = [
        ("track", (&track).into()),
        ("squares", (&rows).into()),
        ("sums", (&sums).into()),
    ];
    run_groups(&TRACK_SOLVE, &bindings, params, 1);
    (contents(&track)[0], contents(&rows))
}

/// A step for the squares of a stand, whose plane seems so many times as far off as it is, and of
/// that size against the armed one.
fn assert_step([grid, model, stage]: [u32; 3], far: f64, size: f64) {
    let mut stand = Stand::new(grid as usize);
    let h = shaken(&stand.truth, 1.0, &mut stand.random);
    let shrink = [[size, 0.0, 0.0], [0.0, size, 0.0], [0.0, 0.0, 1.0]];
    let h = held_rows(&product(&h, &shrink));
    let light = Light {
        gain: 1.0,
        bias: [4.0, 0.0, 1.0, 0.0, 0.0, 0.0],
        scale: 3.0,
    };
    let prior = stand.light;
    let kind = MODELS[model as usize];
    let found = squares_of(&mut stand, kind, &h, &light);
    let mut squares: Vec<Square> = found.into_iter().map(|(_, _, square)| square).collect();
    for square in &mut squares {
        square.energy = square.energy.map(held);
        square.products[..8]
            .iter_mut()
            .for_each(|row| row[15] *= far);
    }
    let energies: Vec<[f64; 2]> = squares.iter().map(|square| square.energy).collect();
    let twin = Iteration {
        model: kind,
        sides: stand.sight.sides,
        step: stand.sight.step,
        samples: (stand.sight.side >> (4 - grid)).pow(2) as f64,
        prior: &prior,
        is_last: stage == 1,
    };
    let wanted = twin.take(&h, &light, &total(&squares), &energies);
    let params = FitParams {
        stage,
        model,
        ..stand.params
    };
    let (track, rows) = solved(stand.track(&h, &light), &prior, &squares, &params);
    let what = format!("grid {grid}, model {model}, stage {stage}, {far}, {size}");
    assert_pose(&what, &track.now, &wanted.h, 1e-3);
    assert_light(&what, &track.light, &wanted.light, 1e-3);
    for (found, wanted) in rows.iter().zip(&wanted.weights) {
        assert_near(&what, f64::from(found[2]), *wanted, 1e-3);
    }
}

#[test]
fn steps_match_their_twin() {
    for (grid, model, stage) in [
        (0, 3, 0),
        (0, 3, 1),
        (1, 3, 0),
        (0, 2, 0),
        (1, 1, 0),
        (1, 0, 1),
    ] {
        assert_step([grid, model, stage], 1.0, 1.0);
    }
}

/// A step that would go too far, and one that makes the quad too small.
#[test]
fn unlikely_steps_match_their_twin() {
    assert_step([1, 0, 0], 20.0, 1.0);
    assert_step([1, 3, 0], 1.0, 0.1);
}

/// What the squares, with weights and biases from before, come to.
fn gathered(stand: &Stand, h: &Rows, before: &[(f64, f64)], model: u32) -> [Vec<f32>; 3] {
    let grid = stand.params.grid as usize;
    let row = |(weight, _): &(f64, f64)| [0.0, 0.0, *weight as f32, 0.0];
    let rows: Vec<[f32; 4]> = before.iter().map(row).collect();
    // Those of other grids come first.
    let mut biases = vec![0.0f32; 256 * grid];
    biases.extend(before.iter().map(|(_, bias)| *bias as f32));
    let groups = before.len().div_ceil(32);
    let (seen, track) = (stand.seen(), buffer(&[stand.track(h, &stand.light)]));
    let (squares, biases) = (buffer(&rows), buffer(&biases));
    let sums = buffer(&vec![[0.0f32; 4]; 40 * groups]);
    // Not judged.
    let (agreement, residuals) = (buffer(&[[0.0f32; 4]]), buffer(&[[0.0f32; 4]]));
    let mut bindings = seen.bindings(&track);
    bindings.extend([
        ("squares", (&squares).into()),
        ("biases", (&biases).into()),
        ("sums", (&sums).into()),
        ("agreement", (&agreement).into()),
        ("residuals", (&residuals).into()),
    ]);
    let params = FitParams {
        model,
        ..stand.params
    };
    run_groups(&TRACK_GATHER, &bindings, &params, groups as u32);
    [
        contents(&squares),
        contents(&biases)[256 * grid..].to_vec(),
        contents(&sums),
    ]
}

#[test]
fn normal_equations_match_their_twin() {
    for (grid, model) in [(0, 3), (1, 1)] {
        let mut stand = Stand::new(grid);
        stand.sight.taps = TAPS[grid];
        let h = shaken(&stand.truth, 1.0, &mut stand.random);
        let light = stand.light;
        let squares = squares_of(&mut stand, MODELS[model as usize], &h, &light);
        let before: Vec<(f64, f64)> = squares.iter().map(|(w, b, _)| (*w, *b)).collect();
        let wanted: Vec<Square> = squares.into_iter().map(|(_, _, square)| square).collect();
        let [rows, biases, sums] = gathered(&stand, &h, &before, model);
        for (at, wanted) in wanted.iter().enumerate() {
            for (found, wanted) in rows[4 * at..].iter().zip(wanted.energy) {
                assert_near("energy", f64::from(*found), wanted, 1e-3);
            }
            assert_near("bias", f64::from(biases[at]), wanted.bias, 2e-3);
        }
        let wanted = sums_of(&wanted);
        let wanted = wanted.as_flattened();
        let most = wanted.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        for (at, (found, wanted)) in sums.iter().zip(wanted).enumerate() {
            let off = (found - wanted).abs();
            assert!(
                off <= 1e-3 * wanted.abs() + 1e-6 * most,
                "{at}: {found}, wanted {wanted}"
            );
        }
    }
}
