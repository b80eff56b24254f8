//! Noise of coded video: left in some places, flattened or repeated in others.

use gstwgpu::denoise::Settings;
use gstwgpu::gpu::{FrameLayout, Subsampling};

use super::noise_rig::{
    Random, assert_close, clip, compare_sparing_with_twin, compare_with_twin, estimate, layout,
    run, sparing_estimator,
};
use crate::reference::samples::Samples;

fn size() -> FrameLayout {
    layout(328, 248, Subsampling::S420)
}

/// Noise of `sigma` in the top third; below, the codec left low frequencies only, a quarter as strong.
fn coded(frames: usize, sigma: f64) -> Vec<Vec<Samples>> {
    let (clean, mut pictures) = (
        clip(&size(), frames, &|_| 0.0),
        clip(&size(), frames, &|_| sigma),
    );
    for (clean, plane) in clean.iter().flatten().zip(pictures.iter_mut().flatten()) {
        let noisy = plane.clone();
        let noise = |x: usize, y: usize| noisy.at(x, y) - clean.at(x, y);
        for y in plane.height / 3..plane.height {
            for x in 0..plane.width {
                let left = noise(x / 4 * 4, y / 4 * 4) / 4.0;
                plane.data[y * plane.width + x] = (clean.at(x, y) + left).round();
            }
        }
    }
    pictures
}

#[test]
fn noise_that_a_coder_left_follows_its_twin() {
    let mut pictures = coded(10, 8.0);
    pictures.extend(coded(3, 4.0));
    compare_with_twin(&size(), &pictures);
    compare_sparing_with_twin(&size(), &pictures);
}

#[test]
fn noise_that_a_coder_left_is_found() {
    let pictures = coded(12, 8.0);
    let sparing = run(
        &mut sparing_estimator(&size()),
        &pictures,
        &Settings::default(),
    );
    let plain = estimate(&size(), &pictures);
    // The first picture has none to compare with: there it takes more such places than these.
    for (t, model) in plain[1..].iter().chain(&sparing[1..]).enumerate() {
        for (plane, sigma) in model.sigma.iter().enumerate() {
            let what = format!("picture {t} plane {plane}");
            assert_close(&what, f64::from(*sigma), 8.0, 0.1);
        }
    }
}

#[test]
fn a_clean_scene_after_it_is_clean_soon() {
    let mut pictures = coded(6, 8.0);
    for mut frame in clip(&size(), 7, &|_| 0.0) {
        for sample in frame.iter_mut().flat_map(|plane| &mut plane.data) {
            *sample = 255.0 - *sample;
        }
        pictures.push(frame);
    }
    compare_with_twin(&size(), &pictures);
    // Four pictures could have been duplicates, coded anew.
    for model in &estimate(&size(), &pictures)[11..] {
        assert!(model.sigma[0] < 0.5, "{model:?}");
    }
}

/// Two pictures with noise, two with almost none, and so on: the estimate stays.
#[test]
fn noise_that_comes_and_goes_does_not_pump() {
    let mut pictures = coded(20, 8.0);
    for (t, frame) in coded(20, 0.5).into_iter().enumerate() {
        if t % 4 >= 2 {
            pictures[t] = frame;
        }
    }
    compare_with_twin(&size(), &pictures);
    for model in &estimate(&size(), &pictures)[8..] {
        assert_close("sigma", f64::from(model.sigma[0]), 8.0, 0.06);
    }
}

/// Noise of 20 over a still picture with texture, through which white letters run.
fn ticker(frames: usize) -> Vec<Vec<Samples>> {
    let (mut paper, mut random) = (Random(3), Random(5));
    let mut tiles = || -> Vec<f64> { (0..4096).map(|_| paper.uniform()).collect() };
    let (texture, letters) = (tiles(), tiles());
    let at = |tiles: &[f64], x: usize, y: usize| tiles[(x % 64) + 64 * (y % 64)];
    let mut frame = |t: usize| {
        Samples::from_fn((328, 248), |x, y| {
            let is_letter = (200..232).contains(&y) && at(&letters, (x + 6 * t) / 3, y / 4) < 0.4;
            let clean = if is_letter {
                225.0
            } else {
                70.0 + 60.0 * at(&texture, x / 2, y / 2)
            };
            (clean + 20.0 * random.gauss()).round().clamp(0.0, 255.0)
        })
    };
    (0..frames).map(|t| vec![frame(t)]).collect()
}

#[test]
fn letters_that_run_through_a_noisy_picture_are_no_noise() {
    let layout = layout(328, 248, Subsampling::Gray);
    let pictures = ticker(6);
    for model in &estimate(&layout, &pictures)[2..] {
        assert_close("sigma", f64::from(model.sigma[0]), 20.0, 0.1);
    }
    compare_with_twin(&layout, &pictures);
}

/// A still picture with a window of noise in it.
#[test]
fn a_window_of_noise_in_a_picture_without_is_noise() {
    let layout = layout(328, 248, Subsampling::Gray);
    let mut random = Random(5);
    let mut frame = |_| {
        let mut noise = |x, y| match (80..240).contains(&x) && (60..180).contains(&y) {
            true => 20.0 * random.gauss(),
            false => 0.0,
        };
        Samples::from_fn((328, 248), |x, y| {
            let clean = 60.0 + (x / 3 % 40 + y / 2 % 30) as f64;
            (clean + noise(x, y)).round().clamp(0.0, 255.0)
        })
    };
    let pictures: Vec<_> = (0..5).map(|t| vec![frame(t)]).collect();
    for model in &estimate(&layout, &pictures)[2..] {
        assert_close("sigma", f64::from(model.sigma[0]), 20.0, 0.1);
    }
    compare_with_twin(&layout, &pictures);
}
