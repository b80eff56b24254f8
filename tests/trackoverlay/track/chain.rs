//! The chain's passes, against the twins of the passes whose work they do.

use bytemuck::Zeroable;
use gstwgpu::trackoverlay::track::passes::{
    ChainParams, FOLLOW, HUNT, SEARCH, TRACK_EXPECT, TRACK_FIT, TRACK_SEEK,
};

use super::fit::TAPS;
use super::rig::{
    Candidate, Track, assert_light, assert_near, assert_pose, buffer, contents, rows_to_columns,
    run_groups,
};
use super::sight_rig::{Stand, shaken};
use crate::reference::homography::{Rows, product, shift};
use crate::reference::track::agree::agree;
use crate::reference::track::hunt::Hunt;
use crate::reference::track::normal::{Model, Normal};
use crate::reference::track::search::search;
use crate::reference::track::sight::Light;
use crate::reference::track::solve::Iteration;

/// Shifts, or places side by side, of a workgroup.
const SEATS: u32 = 28;
/// In the order of the pose's columns.
const TRACKING: u32 = 1;
const LOST: u32 = 3;

fn params(reach: u32, stride: u32) -> ChainParams {
    ChainParams {
        width: 192,
        height: 150,
        shrink: 1,
        top: 3,
        reach,
        stride,
        model: 3,
        ..ChainParams::zeroed()
    }
}

#[test]
fn sought_shifts_match_their_twin() {
    for (reach, speed) in [(3u32, 20.0), (4, 75.0), (2, 300.0)] {
        let mut stand = Stand::new(3);
        let last = shaken(&stand.truth, 6.0, &mut stand.random);
        let expected = product(&shift([speed, -0.3 * speed]), &last);
        let wanted = search(&stand.sight, &expected, &last, reach as _);
        let mut track = stand.track(&last, &stand.light);
        track.predicted = rows_to_columns(&expected);
        track.mode = FOLLOW | SEARCH;
        let (seen, track) = (stand.seen(), buffer(&[track]));
        let (scores, finds) = (buffer(&vec![9e9f32; wanted.len()]), buffer(&[0.0f32; 2]));
        let mut bindings = seen.bindings(&track);
        bindings.extend([("scores", (&scores).into()), ("finds", (&finds).into())]);
        // One workgroup more than there is work for.
        let groups = (wanted.len() as u32).div_ceil(SEATS) + 1;
        run_groups(&TRACK_SEEK, &bindings, &params(reach, 1), groups);
        for (at, (found, wanted)) in contents::<f32>(&scores).iter().zip(&wanted).enumerate() {
            assert_near(&format!("shift {at}"), f64::from(*found), *wanted, 5e-4);
        }
    }
}

#[test]
fn hunted_places_match_their_twin() {
    for stride in [1, 2] {
        let mut stand = Stand::new(3);
        let seen = shaken(&stand.truth, 10.0, &mut stand.random);
        let size = stand.geometry.size;
        let [width, height] = size.map(|side| side.div_ceil(stride));
        let mut track = stand.track(&seen, &stand.light);
        track.mode = HUNT;
        let (buffers, track) = (stand.seen(), buffer(&[track]));
        let groups = width.div_ceil(SEATS) * height;
        let finds = buffer(&vec![[9e9f32; 2]; (width * height) as usize]);
        let scores = buffer(&[0.0f32]);
        let mut bindings = buffers.bindings(&track);
        bindings.extend([("scores", (&scores).into()), ("finds", (&finds).into())]);
        run_groups(&TRACK_SEEK, &bindings, &params(2, stride), groups);
        let found: Vec<[f32; 2]> = contents(&finds);
        let twin = Hunt::new(&stand.sight, size.map(i64::from), &seen, i64::from(stride));
        let mut off = 0;
        for at in 0..width * height {
            let (wanted, best) = twin.best(i64::from(at % width), i64::from(at / width));
            let [score, variant] = found[at as usize];
            let is_same = (f64::from(score) - wanted).abs() < 1e-3 && variant as usize == best;
            off += u32::from(!is_same);
        }
        // Samples in the middle between two of the level's may take the other one.
        assert!(off * 50 <= width * height, "{off} of {}", width * height);
    }
}

/// What so many iterations at the grid of a stand come to, and what the last one looked at: its
/// pose, light and biases.
fn iterated(stand: &Stand, h: &Rows, rounds: usize) -> [(Rows, Light, Vec<f64>); 2] {
    let along = 16 >> stand.params.grid;
    let (mut h, mut light) = (*h, stand.light);
    let mut weights = vec![1.0; along * along];
    let mut biases = vec![0.0; along * along];
    let mut before = (h, light, biases.clone());
    for round in 1..=rounds {
        before = (h, light, biases.clone());
        let normal = Normal {
            sight: &stand.sight,
            model: Model::Homography,
            along,
            is_fresh: false,
        };
        let (mut total, mut energies) = ([[0.0; 16]; 16], Vec::new());
        for square in 0..along * along {
            let found = normal.square(square, &h, &light, weights[square], biases[square]);
            let more = found.products.as_flattened();
            for (sum, more) in total.as_flattened_mut().iter_mut().zip(more) {
                *sum += more;
            }
            energies.push(found.energy);
            biases[square] = found.bias;
        }
        let twin = Iteration {
            model: Model::Homography,
            sides: stand.sight.sides,
            step: stand.sight.step,
            samples: ((stand.sight.side / along).pow(2)) as f64,
            prior: &stand.light,
            is_last: round == rounds,
        };
        let next = twin.take(&h, &light, &total, &energies);
        (h, light, weights) = (next.h, next.light, next.weights);
    }
    [(h, light, biases), before]
}

/// A track that is slightly off, and biases of zero.
fn followed(stand: &Stand, h: &Rows) -> Track {
    Track {
        state: TRACKING,
        age: 20,
        home: rows_to_columns(h),
        shown: [1.0, 1.0, 1.0, 3.0],
        ..stand.track(h, &stand.light)
    }
}

#[test]
fn what_is_expected_is_looked_at_as_by_its_twins() {
    for (off, rounds) in [(0.2, 1), (2.0, 3)] {
        let mut stand = Stand::new(1);
        stand.sight.taps = TAPS[1];
        let h = shaken(&stand.truth, off, &mut stand.random);
        // The first iteration ends by itself, and those that follow from nearby begin anew.
        let [(first, light, _), _] = iterated(&stand, &h, 1);
        let (seen, track) = (stand.seen(), buffer(&[followed(&stand, &h)]));
        let biases = buffer(&[0.0f32; 1024]);
        let mut bindings = seen.bindings(&track);
        bindings.push(("biases", (&biases).into()));
        run_groups(&TRACK_EXPECT, &bindings, &params(2, 1), 1);
        let found: Track = contents(&track)[0];
        if rounds == 1 {
            assert_pose("expected", &found.now, &first, 1e-3);
            assert_light("expected", &found.light, &light, 2e-3);
        } else {
            // More iterations have led nearer.
            assert!(found.mode != FOLLOW, "{}", found.mode);
        }
    }
}

#[test]
fn fits_and_their_agreement_match_their_twins() {
    let mut stand = Stand::new(0);
    stand.sight.taps = TAPS[2];
    let h = shaken(&stand.truth, 0.5, &mut stand.random);
    let [(wanted, ..), (pose, light, biases)] = iterated(&stand, &h, 2);
    let seen = stand.seen();
    let track = buffer(&[followed(&stand, &h)]);
    let own_biases = buffer(&[0.0f32; 1024]);
    let [scores, finds] = [(); 2].map(|()| buffer(&[0.0f32; 2]));
    let candidates = buffer(&[Candidate::zeroed(); 6]);
    let agreement = buffer(&[[9e9f32; 4]; 256]);
    let residuals = buffer(&vec![9e9f32; 96 * 96]);
    let mut bindings = seen.bindings(&track);
    bindings.extend([
        ("biases", (&own_biases).into()),
        ("scores", (&scores).into()),
        ("finds", (&finds).into()),
        ("candidates", (&candidates).into()),
        ("agreement", (&agreement).into()),
        ("residuals", (&residuals).into()),
    ]);
    // The others have nothing to do where the plane is followed.
    run_groups(&TRACK_FIT, &bindings, &params(2, 1), 6);
    let found: Track = contents(&track)[0];
    assert_pose("fit", &found.now, &wanted, 2e-3);
    // Residuals are judged by half more than what is usual.
    let judged = Light {
        scale: 1.5 * light.scale,
        ..light
    };
    let agreed = agree(&stand.sight, &pose, &judged, &biases);
    let found: Vec<[f32; 4]> = contents(&agreement);
    for (cell, (found, wanted)) in found.iter().zip(&agreed.cells).enumerate() {
        for (found, wanted) in found.iter().zip(wanted) {
            assert_near(&format!("cell {cell}"), f64::from(*found), *wanted, 5e-3);
        }
    }
    let found: Vec<f32> = contents(&residuals);
    for (at, (found, wanted)) in found.iter().zip(&agreed.residuals).enumerate() {
        assert_near(&format!("sample {at}"), f64::from(*found), *wanted, 1e-2);
    }
    let untouched = [Candidate::zeroed(); 6];
    let found: Vec<Candidate> = contents(&candidates);
    assert_eq!(
        bytemuck::cast_slice::<_, u8>(&found),
        bytemuck::cast_slice(&untouched)
    );
}

/// The best positions of a hunt, with a minimum distance.
#[test]
fn places_to_be_tried_are_the_best_that_are_apart() {
    let mut stand = Stand::new(3);
    let [width, height] = stand.geometry.size.map(|side| side as usize);
    let mut scores = Vec::new();
    for _ in 0..width * height {
        scores.push(super::sight_rig::held(0.1 * stand.random.uniform()));
    }
    // Two peaks, too near to one another, and nothing else that is no chance.
    scores[7 * width + 5] = 0.6;
    scores[7 * width + 6] = 0.5;
    let wanted = crate::reference::track::finds::finds(&scores, width);
    let finds: Vec<[f32; 2]> = scores.iter().map(|score| [*score as f32, 4.0]).collect();
    let mut track = stand.track(&stand.truth, &stand.light);
    (track.mode, track.state) = (HUNT, LOST);
    let (seen, track) = (stand.seen(), buffer(&[track]));
    let (scores, finds) = (buffer(&[0.0f32; 2]), buffer(&finds));
    let candidates = buffer(&[Candidate::zeroed(); 6]);
    let (own_biases, agreement) = (buffer(&[0.0f32; 1024]), buffer(&[[9e9f32; 4]; 256]));
    let residuals = buffer(&vec![9e9f32; 96 * 96]);
    let mut bindings = seen.bindings(&track);
    bindings.extend([
        ("biases", (&own_biases).into()),
        ("scores", (&scores).into()),
        ("finds", (&finds).into()),
        ("candidates", (&candidates).into()),
        ("agreement", (&agreement).into()),
        ("residuals", (&residuals).into()),
    ]);
    run_groups(&TRACK_FIT, &bindings, &params(2, 1), 6);
    let found: Vec<Candidate> = contents(&candidates);
    for (n, (candidate, (_, score))) in found.iter().zip(&wanted).enumerate() {
        let is_good = f32::from(u8::from(*score > 0.15));
        assert_eq!(candidate.fit[0], *score as f32, "{n}");
        assert_eq!(candidate.fit[3], is_good, "{n}");
    }
    assert!(wanted[0].1 > 0.15 && wanted[1].1 < 0.15, "{wanted:?}");
}
