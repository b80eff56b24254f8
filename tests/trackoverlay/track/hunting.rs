//! Search for a lost plane, against twins.

use bytemuck::Zeroable;
use gstwgpu::trackoverlay::track::passes::{
    FrameParams, HUNT, SearchParams, TRACK_ACCEPT, TRACK_FINDS, TRACK_HUNT, TRACK_VOTE,
};

use super::known_rig::{assert_known, moving, track_of};
use super::rig::{
    Candidate, assert_light, assert_near, assert_pose, buffer, contents, light_words,
    rows_to_columns, run_groups, singles,
};
use super::sight_rig::{Stand, frame_params, held, search_params, shaken};
use crate::denoise::noise_rig::Random;
use crate::picture::rig::submit;
use crate::reference::track::accept::{Found, accept};
use crate::reference::track::finds::finds;
use crate::reference::track::hunt::{Hunt, varied};
use crate::reference::track::known::State;
use crate::reference::track::sight::Light;
use crate::reference::track::vote::agreement;

#[test]
fn hunts_match_their_twin() {
    for stride in [1, 2] {
        let mut stand = Stand::new(3);
        let seen = shaken(&stand.truth, 10.0, &mut stand.random);
        let size = stand.geometry.size;
        let [width, height] = size.map(|side| side.div_ceil(stride));
        let (buffers, track) = (stand.seen(), buffer(&[stand.track(&seen, &stand.light)]));
        let places = buffer(&vec![[9e9f32; 2]; (width * height) as usize]);
        let bindings = [
            ("track", (&track).into()),
            ("levels", (&buffers.levels).into()),
            ("rendered", (&buffers.rendered).into()),
            ("finds", (&places).into()),
        ];
        let params = search_params(3, stride);
        let kernel = crate::gpu::gpu().kernel(&TRACK_HUNT).unwrap();
        submit(|recording| {
            recording.pass(&kernel, &bindings, &params, (width.div_ceil(4), height))
        });
        let twin = Hunt::new(&stand.sight, size.map(i64::from), &seen, i64::from(stride));
        let (mut off, mut varied) = (0, 0);
        for (at, [score, variant]) in contents::<[f32; 2]>(&places).into_iter().enumerate() {
            let at = at as u32;
            let (wanted, best) = twin.best(i64::from(at % width), i64::from(at / width));
            let is_same = (f64::from(score) - wanted).abs() < 1e-3 && variant as usize == best;
            off += u32::from(!is_same);
            varied += u32::from(best != 4);
        }
        // Samples in the middle between two of the level's may take the other one.
        assert!(off * 50 <= width * height, "{off} of {}", width * height);
        assert!(varied * 10 > width * height, "{varied}");
    }
}

#[test]
fn finds_match_their_twin() {
    let mut random = Random(110);
    for (size, reach, most) in [
        ((40, 31), 3, 0.6),
        ((9, 7), 1, 0.6),
        ((14, 3), 1, 0.3),
        ((4, 3), 1, 0.6),
    ] {
        let known = moving([3.0, 1.0], &mut random);
        let [width, height] = [size.0, size.1].map(|side: u32| side.div_ceil(reach) as usize);
        let mut scores = Vec::new();
        for _ in 0..width * height {
            let variant = (random.uniform() * 9.0).floor();
            scores.push([held(most * random.uniform().powi(3)), variant]);
        }
        let params = SearchParams {
            width: 8 * size.0,
            height: 8 * size.1,
            ..search_params(3, reach)
        };
        let track = buffer(&[track_of(&known)]);
        let places = buffer(&singles(&scores));
        let candidates = buffer(&[Candidate::zeroed(); 6]);
        let bindings = [
            ("track", (&track).into()),
            ("finds", (&places).into()),
            ("candidates", (&candidates).into()),
        ];
        run_groups(&TRACK_FINDS, &bindings, &params, 1);
        let found: Vec<Candidate> = contents(&candidates);
        let best: Vec<f64> = scores.iter().map(|[score, _]| *score).collect();
        let wanted = finds(&best, width);
        for (candidate, (at, score)) in found.iter().zip(&wanted) {
            let place = [at % width, at / width];
            let place = place.map(|v| (v * reach as usize) as f64 * 8.0);
            let h = varied(&known.predicted, place, scores[*at][1] as usize);
            assert_pose("find", &candidate.h, &h, 2e-3);
            let is_good = f32::from(u8::from(*score > 0.15));
            assert_eq!(candidate.fit, [*score as f32, 0.0, 0.0, is_good]);
            assert_eq!(
                candidate.light,
                [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 8.0]]
            );
        }
        // There is no place for more; the last is where the plane was last seen.
        assert!(found[wanted.len()..5].iter().all(|rest| rest.fit[3] == 0.0));
        assert_pose("as seen", &found[5].h, &known.seen, 1e-4);
        assert_eq!(found[5].fit, [0.0, 0.0, 0.0, 1.0]);
        let last = Light {
            scale: 8.0,
            ..known.last_light
        };
        assert_light("as seen", &found[5].light, &last, 1e-5);
    }
}

#[test]
fn votes_match_their_twin() {
    let mut stand = Stand::new(1);
    let mut wanted = Vec::new();
    let mut candidates = Vec::new();
    for n in 0..6 {
        let h = shaken(&stand.truth, 0.5 + 2.0 * f64::from(n), &mut stand.random);
        let light = Light {
            gain: [0.9, 0.4][n as usize % 2],
            ..stand.light
        };
        let aligned = f32::from(u8::from(n != 4));
        candidates.push(Candidate {
            h: rows_to_columns(&h),
            light: light_words(&light),
            fit: [0.7, 9e9, 9e9, aligned],
        });
        let [share, mean] = agreement(&stand.sight, &h, &light);
        wanted.push([0.7, share * f64::from(aligned), mean, f64::from(aligned)]);
    }
    let (seen, track) = (
        stand.seen(),
        buffer(&[stand.track(&stand.truth, &stand.light)]),
    );
    let candidates = buffer(&candidates);
    let mut bindings = seen.bindings(&track);
    bindings.push(("candidates", (&candidates).into()));
    run_groups(&TRACK_VOTE, &bindings, &frame_params(1), 6);
    for (n, (found, wanted)) in contents::<Candidate>(&candidates)
        .iter()
        .zip(&wanted)
        .enumerate()
    {
        for (found, wanted) in found.fit.iter().zip(wanted) {
            assert_near(&format!("candidate {n}"), f64::from(*found), *wanted, 1e-3);
        }
    }
    assert!(wanted[0][1] > 0.5 && wanted[5][1] < 0.5, "{wanted:?}");
}

#[test]
fn hunts_end_as_their_twin() {
    let mut random = Random(120);
    let mut accepted = 0;
    for n in 0..16 {
        let mut known = moving([1.0, 0.0], &mut random);
        (known.mode, known.state, known.lost) = (HUNT, State::Lost, 5);
        let mut found = Vec::new();
        for _ in 0..6 {
            found.push(Found {
                h: shaken(&known.seen, [5.0, 150.0][n % 2], &mut random),
                light: Light {
                    scale: held(known.shown[3] * (2.5 + 2.5 * random.uniform())),
                    ..known.kept_light
                },
                share: held(0.4 + 0.07 * random.uniform()),
                correlation: held(random.uniform()),
            });
        }
        let candidates: Vec<Candidate> = found
            .iter()
            .map(|one| Candidate {
                h: rows_to_columns(&one.h),
                light: light_words(&one.light),
                fit: [0.3, one.share as f32, one.correlation as f32, 1.0],
            })
            .collect();
        let (track, candidates) = (buffer(&[track_of(&known)]), buffer(&candidates));
        let bindings = [
            ("track", (&track).into()),
            ("candidates", (&candidates).into()),
        ];
        let params = FrameParams {
            when: HUNT,
            ..frame_params(1)
        };
        run_groups(&TRACK_ACCEPT, &bindings, &params, 1);
        accept(&mut known, &found);
        assert_known(&format!("hunt {n}"), &contents(&track)[0], &known);
        accepted += u32::from(known.state == State::Degraded);
    }
    assert!((3..13).contains(&accepted), "{accepted}");
}
