//! The noise estimator that skips half of the pictures.

use gstwgpu::denoise::Settings;
use gstwgpu::gpu::Subsampling;

use super::noise_rig::{
    assert_close, clip, compare_sparing_with_twin, layout, run, sparing_estimator,
};

#[test]
fn a_sparing_estimator_follows_its_twin() {
    let layout = layout(328, 248, Subsampling::S420);
    let mut pictures = clip(&layout, 14, &|y| 2.0 + y / 20.0);
    pictures.extend(clip(&layout, 8, &|_| 16.0));
    compare_sparing_with_twin(&layout, &pictures);
}

/// Noise that grows is known two pictures later, wherever in the cycle that happens.
#[test]
fn a_sparing_estimator_follows_a_jump() {
    let layout = layout(168, 120, Subsampling::Gray);
    for quiet in 12..16 {
        let mut pictures = clip(&layout, quiet, &|_| 4.0);
        pictures.extend(clip(&layout, 4, &|_| 16.0));
        let models = run(
            &mut sparing_estimator(&layout),
            &pictures,
            &Settings::default(),
        );
        let sigma = |t: usize| f64::from(models[t].sigma[0]);
        assert_close("before", sigma(quiet - 1), 4.0, 0.15);
        assert_close("after", sigma(quiet + 3), 16.0, 0.15);
    }
}

/// Every second picture repeats the one before it: the others still count.
#[test]
fn a_sparing_estimator_sees_doubled_pictures() {
    let layout = layout(168, 120, Subsampling::Gray);
    for shift in [0, 1] {
        let single = clip(&layout, 24, &|_| 9.0);
        let doubled: Vec<_> = (0..40).map(|t| single[(t + shift) / 2].clone()).collect();
        let models = run(
            &mut sparing_estimator(&layout),
            &doubled,
            &Settings::default(),
        );
        assert_close("sigma", f64::from(models[39].sigma[0]), 9.0, 0.15);
    }
}

/// A change of settings takes effect at once, even in a picture that would be skipped.
#[test]
fn a_sparing_estimator_obeys_at_once() {
    let layout = layout(168, 120, Subsampling::Gray);
    let pictures = clip(&layout, 12, &|_| 10.0);
    let mut estimator = sparing_estimator(&layout);
    let settings = |strength| Settings {
        strength,
        ..Settings::default()
    };
    let plain = run(&mut estimator, &pictures[..10], &settings(1.0));
    let doubled = run(&mut estimator, &pictures[10..], &settings(2.0));
    let (before, after) = (plain[9].mean[0], doubled[0].mean[0]);
    assert_close("mean", after.into(), 4.0 * f64::from(before), 0.2);
}
