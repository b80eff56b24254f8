//! Motion blur, against twins.

use gstwgpu::trackoverlay::track::passes::{
    FrameParams, REFINE, TRACK_BLUR, TRACK_RENDER, TRACK_SHUTTER,
};

use super::known_rig::{assert_known, moving, track_of};
use super::rig::{
    Track, assert_near, buffer, columns_to_rows, contents, rows_to_columns, run_groups, singles,
};
use super::sight_rig::{Stand, frame_params, held, shaken};
use crate::denoise::noise_rig::Random;
use crate::reference::homography::SAME;
use crate::reference::track::blur::blur;
use crate::reference::track::known::{FOLLOW, Known};
use crate::reference::track::render::Render;
use crate::reference::track::shutter::Shutters;

#[test]
fn fits_of_shutters_match_their_twin() {
    for (speed, way) in [(4.0, 6.5), (10.0, 17.0), (0.5, 1.0)] {
        let mut stand = Stand::new(1);
        let h = shaken(&stand.truth, 1.0, &mut stand.random);
        let path = shaken(&SAME, speed, &mut stand.random);
        let mut track = stand.track(&h, &stand.light);
        track.path = rows_to_columns(&path);
        track.shutter = [0.0, 0.0, way as f32, 1.0];
        let (seen, track) = (stand.seen(), buffer(&[track]));
        let fits = buffer(&[0.0f32; 8]);
        let bindings = [
            ("track", (&track).into()),
            ("levels", (&seen.levels).into()),
            ("grid", (&seen.rendered).into()),
            ("memory", (&seen.memory).into()),
            ("fits", (&fits).into()),
        ];
        run_groups(&TRACK_SHUTTER, &bindings, &frame_params(1), 5);
        let twin = Shutters {
            sight: &stand.sight,
            h: &h,
            light: &stand.light,
            path: &path,
            way,
        };
        for (n, found) in contents::<f32>(&fits)[..5].iter().enumerate() {
            let wanted = twin.left(n as f64 / 4.0).unwrap();
            assert_near(&format!("shutter {n}"), f64::from(*found), wanted, 1e-3);
        }
    }
}

/// Fits with the best at a part of the frame time; the others are worse by this factor.
fn fits_of(open: f64, least: f64, bend: f64) -> [f64; 5] {
    [0.0, 0.25, 0.5, 0.75, 1.0].map(|at: f64| held(least + bend * (at - open).powi(2)))
}

#[test]
fn findings_of_shutters_match_their_twin() {
    let mut passes = 0;
    for n in 0..24 {
        let mut random = Random(200 + n as u64);
        let speed = [3.0, 1.0, 8.0][n % 3];
        let mut known = moving([speed, -0.5 * speed], &mut random);
        let kept = shaken(&known.home, 3.0, &mut random);
        (known.kept, known.mode) = (kept, FOLLOW | REFINE);
        let open = held(1.2 * random.uniform() - 0.1);
        let looks = f64::from(u8::from(n % 4 != 3));
        let way = held(1.5 + 3.5 * random.uniform());
        known.shutter = [
            held(random.uniform() * [0.6, 0.1][n % 2]),
            (n / 3) as f64,
            way,
            looks,
        ];
        let fits = fits_of(open, 20.0, [5.0, 60.0, 400.0, 400.0][n / 2 % 4]);
        let track = buffer(&[track_of(&known)]);
        let (fits_buffer, gates) = (buffer(&fits.map(|v| v as f32)), buffer(&[0u32; 512]));
        let bindings = [
            ("track", (&track).into()),
            ("fits", (&fits_buffer).into()),
            ("gates", (&gates).into()),
        ];
        let params = FrameParams {
            when: REFINE,
            shrink: 2,
            ..frame_params(1)
        };
        run_groups(&TRACK_BLUR, &bindings, &params, 1);
        let found: Track = contents(&track)[0];
        let is_second = blur(&mut known, &fits, 2.0);
        assert_known(&format!("frame {n}"), &found, &known);
        let weight = if is_second { 1.0 } else { 0.0 };
        // The template is drawn for it.
        assert_eq!(found.drawn[1], weight);
        if is_second {
            assert_eq!(
                columns_to_rows(&found.drawn_path),
                columns_to_rows(&found.path)
            );
            passes += 1;
        }
    }
    assert!((4..21).contains(&passes), "{passes}");
}

/// Samples along a side of the grids, the finest first.
const SIDES: [usize; 4] = [96, 64, 32, 16];

/// The drawn template at all grids; the two coarsest share a level.
fn drawn(known: &Known, grids: &[Vec<[f64; 4]>]) -> Vec<[f32; 4]> {
    let all: Vec<[f64; 4]> = grids.concat();
    let (grid, rendered) = (
        buffer(&singles(&all)),
        buffer(&vec![[9e9f32; 4]; all.len()]),
    );
    let track = buffer(&[track_of(known)]);
    let bindings = [
        ("track", (&track).into()),
        ("grid", (&grid).into()),
        ("rendered", (&rendered).into()),
    ];
    let params = FrameParams {
        top: 2,
        ..frame_params(0)
    };
    run_groups(
        &TRACK_RENDER,
        &bindings,
        &params,
        all.len().div_ceil(64) as u32,
    );
    contents(&rendered)
}

#[test]
fn drawn_templates_match_their_twin() {
    for (way, open) in [(0.4, 0.0), (2.0, 0.02), (14.0, 0.2)] {
        let mut random = Random(240);
        let mut known = moving([3.0, 1.0], &mut random);
        known.path = shaken(&SAME, 55.0 * open, &mut random);
        known.shutter[2] = way;
        known.template_taps = [
            [[0.0; 2]; 2],
            [[0.02, -0.01], [0.0; 2]],
            [[0.03, 0.05], [-0.06, 0.04]],
            [[0.0; 2], [0.0, 0.1]],
        ]
        .map(|taps| taps.map(|tap| tap.map(held)));
        let grids = SIDES.map(|side| {
            let mut sample = |_| {
                let there = f64::from(u8::from(random.uniform() > 0.002));
                let value = [0; 3].map(|_| held(100.0 * random.gauss()));
                [value[0], value[1], value[2], there]
            };
            (0..side * side).map(&mut sample).collect::<Vec<_>>()
        });
        let found = drawn(&known, &grids);
        let mut found = found.iter();
        for (level, grid) in grids.iter().enumerate() {
            let twin = Render {
                grid,
                side: SIDES[level],
                taps: known.template_taps[level],
                path: &known.path,
                way,
                step: [1.0, 2.0, 4.0, 4.0][level],
            };
            for at in 0..grid.len() {
                let wanted = twin.sample(at);
                for (found, wanted) in found.next().unwrap().iter().zip(wanted) {
                    let what = format!("way {way}, grid {level}, sample {at}");
                    assert_near(&what, f64::from(*found), wanted, 5e-3);
                }
            }
        }
    }
}
