//! Coarse noise: blurred or scaled up, as film, tapes and coders make it.

use gstwgpu::denoise::Settings;
use gstwgpu::denoise::temporal::NoiseModel;
use gstwgpu::gpu::{FrameLayout, Subsampling};

use super::noise_rig::{Random, assert_close, clip, estimator, layout, model, read, run};
use crate::reference::noise_model::Estimator;
use crate::reference::samples::Samples;

fn size() -> FrameLayout {
    layout(264, 200, Subsampling::S420)
}

/// Noise of `sigma` whose samples are means of 2x2 independent ones, over a slope.
fn coarse(frames: usize, sigma: f64) -> Vec<Vec<Samples>> {
    let mut pictures = clip(&size(), frames, &|_| 0.0);
    let mut random = Random(5);
    for plane in pictures.iter_mut().flatten() {
        let width = plane.width + 1;
        let fine: Vec<f64> = (0..width * (plane.height + 1))
            .map(|_| random.gauss())
            .collect();
        for (at, sample) in plane.data.iter_mut().enumerate() {
            let corner = at / plane.width * width + at % plane.width;
            let four = [corner, corner + 1, corner + width, corner + width + 1];
            let sum: f64 = four.iter().map(|at| fine[*at]).sum();
            *sample = (*sample + 0.5 * sigma * sum).round().clamp(0.0, 255.0);
        }
    }
    pictures
}

#[test]
fn coarse_noise_follows_its_twin_and_is_found() {
    let pictures = coarse(6, 8.0);
    let mut estimator = estimator(&size());
    run(&mut estimator, &pictures, &Settings::default());
    let bytes = read(estimator.model());
    let found: NoiseModel = bytemuck::pod_read_unaligned(&bytes[..size_of::<NoiseModel>()]);
    let mut twin = Estimator::default();
    for (t, picture) in pictures.iter().enumerate() {
        twin.frame(picture, t.checked_sub(1).map(|t| pictures[t].as_slice()));
    }
    let shapes = [found.shape_y, found.shape_u, found.shape_v];
    for (plane, wanted) in twin.coarses.iter().enumerate() {
        let close = |what: &str, found: f32, wanted: f64| {
            assert_close(
                &format!("{what} of {plane}"),
                f64::from(found),
                wanted,
                0.02,
            );
        };
        close("variance", found.coarse_variances[plane], wanted.variance);
        close("proof", found.coarse_proofs[plane], wanted.proof);
        let [across, down] = wanted.correlations;
        close("correlation", found.correlations_across[plane], across);
        close("correlation", found.correlations_down[plane], down);
        // Neighbours share half of their samples.
        assert!((0.4..0.6).contains(&across) && (0.4..0.6).contains(&down));
        for (k, wanted) in wanted.shape().concat().into_iter().enumerate() {
            close("shape", shapes[plane][k], wanted);
        }
    }
    for (plane, sigma) in model(estimator.model()).sigma.into_iter().enumerate() {
        assert_close(&format!("sigma of {plane}"), sigma.into(), 8.0, 0.12);
    }
}

#[test]
fn white_noise_has_a_flat_spectrum() {
    let pictures = clip(&size(), 4, &|_| 8.0);
    let mut estimator = estimator(&size());
    run(&mut estimator, &pictures, &Settings::default());
    let bytes = read(estimator.model());
    let found: NoiseModel = bytemuck::pod_read_unaligned(&bytes[..size_of::<NoiseModel>()]);
    for factor in [found.shape_y, found.shape_u, found.shape_v].concat() {
        assert_close("factor", factor.into(), 1.0, 1e-5);
    }
    for plane in 0..3 {
        assert_close("details", found.detail_shares[plane].into(), 1.0, 1e-4);
        assert_close("means", found.mean_scales[plane].into(), 1.0, 1e-4);
        assert_close("squares", found.square_scales[plane].into(), 1.0, 1e-4);
    }
}

/// Leaves of `contrast` that move, at a place of the picture in frame `t`.
fn leaves(contrast: f64) -> impl Fn(usize, usize, usize) -> f64 {
    let mut random = Random(9);
    let leaves: Vec<f64> = (0..100 * 100).map(|_| contrast * random.gauss()).collect();
    move |x, y, t| {
        let (x, y) = ((x + 5 * t) as f64 / 2.5, (y + 3 * t) as f64 / 2.5);
        let at = |x: usize, y: usize| leaves[y % 100 * 100 + x % 100];
        let (i, j) = (x as usize, y as usize);
        let (s, t) = (x - i as f64, y - j as f64);
        let upper = at(i, j) + s * (at(i + 1, j) - at(i, j));
        let lower = at(i, j + 1) + s * (at(i + 1, j + 1) - at(i, j + 1));
        upper + t * (lower - upper)
    }
}

/// Large leaves that blow about under white noise: contrast and change agree in them, and details are faint.
#[test]
fn texture_that_moves_under_white_noise_is_no_noise() {
    let leaf = leaves(14.0);
    let mut pictures = clip(&size(), 6, &|_| 6.0);
    for (t, picture) in pictures.iter_mut().enumerate() {
        let luma = &mut picture[0];
        let (width, half) = (luma.width, luma.height / 2);
        for (at, sample) in luma.data.iter_mut().enumerate().skip(half * width) {
            let (x, y) = (at % width, at / width);
            *sample = (*sample + leaf(x, y, t)).round().clamp(0.0, 255.0);
        }
    }
    let mut estimator = estimator(&size());
    run(&mut estimator, &pictures, &Settings::default());
    let [luma, ..] = model(estimator.model()).sigma;
    assert_close("sigma", luma.into(), 6.0, 0.12);
}

/// A plain path between leaves that move, all without noise.
#[test]
fn leaves_beside_a_path_are_no_noise() {
    let leaf = leaves(14.0);
    let frame = |t: usize| {
        Samples::from_fn((264, 200), |x, y| {
            let ground = 90.0 + 0.1 * x as f64 + 0.2 * (y + t) as f64;
            let is_path = (100..150).contains(&x);
            let above = if is_path { 0.0 } else { leaf(x, y, t) };
            (ground + above).round().clamp(0.0, 255.0)
        })
    };
    let pictures: Vec<_> = (0..6).map(|t| vec![frame(t)]).collect();
    let mut estimator = estimator(&layout(264, 200, Subsampling::Gray));
    run(&mut estimator, &pictures, &Settings::default());
    let [luma, ..] = model(estimator.model()).sigma;
    assert!(luma < 1.0, "{luma}");
}
