//! Start of the alignment, against twins.

use bytemuck::Zeroable;
use gstwgpu::trackoverlay::track::passes::{TRACK_CHOOSE, TRACK_PICK, TRACK_SEARCH};

use super::rig::{
    Candidate, Track, assert_light, assert_near, assert_pose, buffer, contents, rows_to_columns,
    run_groups,
};
use super::sight_rig::{Stand, frame_params, held, search_params, shaken};
use crate::denoise::noise_rig::Random;
use crate::picture::rig::submit;
use crate::reference::homography::{Rows, corner_way, product, shift};
use crate::reference::track::choose::choose;
use crate::reference::track::pick::pick;
use crate::reference::track::search::search;
use crate::reference::track::sight::Light;

#[test]
fn scores_of_shifts_match_their_twin() {
    for (grid, reach, speed) in [(3, 3, 20.0), (2, 4, 45.0), (3, 4, 75.0), (3, 2, 300.0)] {
        let mut stand = Stand::new(grid);
        let last = shaken(&stand.truth, 6.0, &mut stand.random);
        // The farthest is off the frame.
        let expected = product(&shift([speed, -0.3 * speed]), &last);
        let wanted = search(&stand.sight, &expected, &last, reach);
        let mut track = stand.track(&last, &stand.light);
        track.predicted = rows_to_columns(&expected);
        let (seen, track) = (stand.seen(), buffer(&[track]));
        let scores = buffer(&vec![9e9f32; wanted.len()]);
        let mut bindings = seen.bindings(&track);
        bindings.push(("scores", (&scores).into()));
        let reach = reach as u32;
        let params = search_params(grid, reach);
        let kernel = crate::gpu::gpu().kernel(&TRACK_SEARCH).unwrap();
        let size = (2 * reach + 1, 4 * reach + 2);
        submit(|recording| recording.pass(&kernel, &bindings, &params, size));
        for (at, (found, wanted)) in contents::<f32>(&scores).iter().zip(&wanted).enumerate() {
            assert_near(&format!("shift {at}"), f64::from(*found), *wanted, 5e-4);
        }
    }
}

/// What is picked of such scores, as the kernel and its twin do; where the plane was is to the
/// right of where it is expected.
fn assert_picked(scores: &[f64], reach: u32) -> Rows {
    let stand = Stand::new(3);
    let (expected, last) = (stand.truth, product(&shift([50.0, 0.0]), &stand.truth));
    let mut track = stand.track(&expected, &stand.light);
    track.last = rows_to_columns(&last);
    track.last_light[1][3] = if reach == 2 { 1.5 } else { 3.0 };
    let track = buffer(&[track]);
    let singles: Vec<f32> = scores.iter().map(|v| *v as f32).collect();
    let (scores_buffer, candidates) = (buffer(&singles), buffer(&[Candidate::zeroed()]));
    let bindings = [
        ("track", (&track).into()),
        ("scores", (&scores_buffer).into()),
        ("candidates", (&candidates).into()),
    ];
    run_groups(&TRACK_PICK, &bindings, &search_params(3, reach), 1);
    let (h, score) = pick(scores, &expected, &last, stand.sight.step);
    let found = contents::<Candidate>(&candidates)[0];
    assert_pose("picked", &found.h, &h, 1e-3);
    let light = Light {
        scale: if reach == 2 { 4.0 } else { 6.0 },
        ..stand.light
    };
    assert_light("picked", &found.light, &light, 1e-5);
    assert_eq!(found.fit, [score as f32, 0.0, 0.0, 1.0]);
    h
}

#[test]
fn picks_match_their_twin() {
    let mut random = Random(90);
    let mut ways = Vec::new();
    for n in 0..24 {
        let reach = 2 + n % 2;
        let count = 2 * (2 * reach as usize + 1).pow(2);
        // Close to one another, so that small preferences decide.
        let spread = [0.02, 0.06, 0.2][n as usize % 3];
        let scores: Vec<f64> = (0..count)
            .map(|_| held(0.5 + spread * random.uniform()))
            .collect();
        let h = assert_picked(&scores, reach);
        ways.push(corner_way(&h, &Stand::new(3).truth).round() as i64);
    }
    // Neither moved nor taken from the last place, the last place, and others.
    let count = |wanted: i64| ways.iter().filter(|way| **way == wanted).count();
    assert!(count(0) > 2 && count(50) > 2, "{ways:?}");
    assert!(ways.len() > count(0) + count(50), "{ways:?}");
}

/// What the kernel begins with.
fn chosen(stand: &Stand, coarse: &Rows, expected: &Rows, light: &Light) -> Track {
    let mut track = stand.track(expected, light);
    track.now = rows_to_columns(&stand.truth);
    track.light = [[9e9; 4]; 2];
    let one = Candidate {
        h: rows_to_columns(coarse),
        ..Candidate::zeroed()
    };
    let (seen, track) = (stand.seen(), buffer(&[track]));
    let (candidates, squares) = (buffer(&[one]), buffer(&[[0.0f32; 4]; 256]));
    let mut bindings = seen.bindings(&track);
    bindings.extend([
        ("candidates", (&candidates).into()),
        ("squares", (&squares).into()),
    ]);
    run_groups(&TRACK_CHOOSE, &bindings, &frame_params(1), 1);
    let weights = contents::<[f32; 4]>(&squares);
    assert!(weights.iter().all(|square| square[2] == 1.0));
    contents(&track)[0]
}

#[test]
fn choices_match_their_twin() {
    let mut stand = Stand::new(1);
    let mut random = Random(100);
    // What covers the quad counts little.
    stand
        .sight
        .memory
        .iter_mut()
        .for_each(|cell| cell[1] = held(random.uniform().sqrt()));
    let mut coarser = 0;
    for n in 0..60 {
        let light = Light {
            scale: [1.2, 3.0][n % 2],
            ..stand.light
        };
        let off = [1.0, 3.0, 6.0][n % 3];
        let coarse = shaken(&stand.truth, off, &mut random);
        let expected = shaken(&stand.truth, off, &mut random);
        let found = chosen(&stand, &coarse, &expected, &light);
        let wanted = choose(&stand.sight, &coarse, &expected, &light);
        coarser += u32::from(wanted == coarse);
        assert_pose(&format!("choice {n}"), &found.now, &wanted, 1e-3);
        let scale = if light.scale < 2.0 { 6.0 } else { 9.0 };
        assert_light("choice", &found.light, &Light { scale, ..light }, 1e-5);
    }
    assert!((15..45).contains(&coarser), "{coarser}");
}

#[test]
fn what_is_no_quad_or_off_the_frame_is_not_chosen() {
    let stand = Stand::new(1);
    let away = product(&shift([400.0, 0.0]), &stand.truth);
    let tiny = [[0.1, 0.0, 0.0], [0.0, 0.1, 0.0], [0.0, 0.0, 1.0]];
    let tiny = product(&stand.truth, &tiny);
    for (coarse, expected, wanted) in [
        (&tiny, &away, &away),
        (&away, &stand.truth, &stand.truth),
        (&stand.truth, &away, &stand.truth),
    ] {
        let found = chosen(&stand, coarse, expected, &stand.light);
        assert_pose("choice", &found.now, wanted, 1e-3);
        let twin = choose(&stand.sight, coarse, expected, &stand.light);
        assert_eq!(twin, *wanted);
    }
}
