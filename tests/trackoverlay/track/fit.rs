//! Alignment at coarse levels, and its quality, against twins.

use gstwgpu::trackoverlay::track::passes::{FitParams, HUNT, TRACK_ALIGN, TRACK_GATHER};

use super::rig::{
    Candidate, assert_light, assert_near, assert_pose, buffer, contents, light_words,
    rows_to_columns, run_groups,
};
use super::sight_rig::{Stand, held, shaken};
use crate::picture::rig::submit;
use crate::reference::homography::Rows;
use crate::reference::track::agree::agree;
use crate::reference::track::align::Align;
use crate::reference::track::normal::Model;
use crate::reference::track::sight::Light;

/// No blur, one direction, both.
pub const TAPS: [[[f64; 2]; 2]; 3] = [
    [[0.0; 2]; 2],
    [[1.25, -0.5], [0.0; 2]],
    [[0.5, 0.75], [-1.5, 0.25]],
];

#[test]
fn agreement_of_cells_matches_its_twin() {
    for taps in TAPS {
        let mut stand = Stand::new(0);
        stand.sight.taps = taps;
        let h = shaken(&stand.truth, 0.5, &mut stand.random);
        let biases: Vec<f64> = (0..256).map(|_| held(3.0 * stand.random.gauss())).collect();
        // Residuals are judged by half more than what is usual.
        let scale = 1.5 * stand.light.scale;
        let light = Light {
            scale,
            ..stand.light
        };
        let wanted = agree(&stand.sight, &h, &light, &biases);
        let (seen, track) = (stand.seen(), buffer(&[stand.track(&h, &stand.light)]));
        let biases: Vec<f32> = biases.iter().map(|v| *v as f32).collect();
        let (biases, squares) = (buffer(&biases), buffer(&[[1.0f32; 4]; 256]));
        let sums = buffer(&[[0.0f32; 4]; 8 * 40]);
        let agreement = buffer(&[[9e9f32; 4]; 256]);
        let residuals = buffer(&vec![9e9f32; stand.sight.side.pow(2)]);
        let mut bindings = seen.bindings(&track);
        bindings.extend([
            ("squares", (&squares).into()),
            ("biases", (&biases).into()),
            ("sums", (&sums).into()),
            ("agreement", (&agreement).into()),
            ("residuals", (&residuals).into()),
        ]);
        let kernel = crate::gpu::gpu().variant(&TRACK_GATHER, &[("JUDGES", true)]);
        let kernel = kernel.unwrap();
        let params = bytemuck::bytes_of(&stand.params);
        submit(|recording| recording.dispatch(&kernel, &bindings, params, [8, 1, 1]));
        let found: Vec<[f32; 4]> = contents(&agreement);
        for (cell, (found, wanted)) in found.iter().zip(&wanted.cells).enumerate() {
            for (found, wanted) in found.iter().zip(wanted) {
                assert_near(&format!("cell {cell}"), f64::from(*found), *wanted, 2e-3);
            }
        }
        let found: Vec<f32> = contents(&residuals);
        for (at, (found, wanted)) in found.iter().zip(&wanted.residuals).enumerate() {
            assert_near(&format!("sample {at}"), f64::from(*found), *wanted, 2e-3);
        }
        assert!(found.iter().filter(|r| **r < 0.0).count() > 300);
    }
}

/// By their numbers.
pub const MODELS: [Model; 4] = [
    Model::Shift,
    Model::Similarity,
    Model::Affine,
    Model::Homography,
];

/// Result for a candidate of the stand.
fn aligned(stand: &Stand, params: &FitParams, h: &Rows, light: &Light) -> Candidate {
    let (seen, track) = (stand.seen(), buffer(&[stand.track(h, light)]));
    let one = Candidate {
        h: rows_to_columns(h),
        light: light_words(light),
        fit: [0.0, 0.0, 0.0, 1.0],
    };
    // The second one is not to be aligned.
    let none = Candidate {
        fit: [0.0; 4],
        ..one
    };
    let candidates = buffer(&[one, none]);
    let mut bindings = seen.bindings(&track);
    bindings.push(("candidates", (&candidates).into()));
    run_groups(&TRACK_ALIGN, &bindings, params, 2);
    let found: Vec<Candidate> = contents(&candidates);
    assert_eq!(bytemuck::bytes_of(&found[1]), bytemuck::bytes_of(&none));
    found[0]
}

/// The last candidate of a hunt, where the plane was last seen.
#[test]
fn the_pose_as_last_seen_is_aligned_at_the_finest_level_only() {
    for grid in [1, 2, 3] {
        let mut stand = Stand::new(grid);
        let h = shaken(&stand.truth, 0.5 * stand.sight.step, &mut stand.random);
        let light = Light {
            gain: 1.0,
            bias: [0.0; 6],
            scale: 8.0,
        };
        let params = FitParams {
            rounds: 3,
            when: HUNT,
            ..stand.params
        };
        let mut track = stand.track(&h, &light);
        track.mode = HUNT;
        let (seen, track) = (stand.seen(), buffer(&[track]));
        let one = Candidate {
            h: rows_to_columns(&h),
            light: light_words(&light),
            fit: [0.0, 0.0, 0.0, 1.0],
        };
        let candidates = buffer(&[one; 6]);
        let mut bindings = seen.bindings(&track);
        bindings.push(("candidates", (&candidates).into()));
        run_groups(&TRACK_ALIGN, &bindings, &params, 6);
        let found = contents::<Candidate>(&candidates)[5];
        if grid > 1 {
            assert_eq!(bytemuck::bytes_of(&found), bytemuck::bytes_of(&one));
            continue;
        }
        let twin = Align {
            sight: &stand.sight,
            model: Model::Homography,
            along: 8,
            rounds: 3,
            fits_light: false,
        };
        let (wanted, relit) = twin.run(&h, &light);
        assert_pose("as last seen", &found.h, &wanted, 2e-3);
        assert_light("as last seen", &found.light, &relit, 2e-3);
    }
}

#[test]
fn coarse_alignment_matches_its_twin() {
    for grid in [1, 2, 3] {
        for (model, rounds, stage) in [
            (3, 1, 0),
            (3, 4, 0),
            (3, 3, 1),
            (2, 2, 0),
            (1, 2, 0),
            (0, 2, 0),
        ] {
            let mut stand = Stand::new(grid);
            if rounds == 1 {
                stand.sight.taps = TAPS[grid - 1];
            }
            // The first step from farther off is longer than one may be.
            let off = if rounds == 1 { 3.0 } else { 1.0 } * stand.sight.step;
            let h = shaken(&stand.truth, off, &mut stand.random);
            let light = Light {
                gain: 1.0,
                bias: [0.0; 6],
                scale: 4.0,
            };
            let params = FitParams {
                rounds,
                stage,
                model,
                ..stand.params
            };
            let found = aligned(&stand, &params, &h, &light);
            let twin = Align {
                sight: &stand.sight,
                model: MODELS[model as usize],
                along: 16 >> grid,
                rounds: rounds as usize,
                fits_light: stage == 1,
            };
            let (wanted, relit) = twin.run(&h, &light);
            let what = format!("grid {grid}, model {model}, {rounds} rounds");
            assert_pose(&what, &found.h, &wanted, 2e-3);
            assert_light(&what, &found.light, &relit, 2e-3);
        }
    }
}
