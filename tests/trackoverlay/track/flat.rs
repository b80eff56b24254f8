//! Planes whose texture noise hides: they stay tracked or stay lost, and do not flap between the two.

use gstwgpu::trackoverlay::pose::TrackState;

use super::tracker_rig::{
    ARMED, Follower, SIZE, Scene, add_noise, back, distance, frame, in_both_ways, moved, view,
};
use crate::denoise::noise_rig::Random;

const FRAMES: u32 = 12;

/// States and largest error in pixels while a plane of this contrast moves under noise of this deviation.
fn followed(contrast: f64, sigma: f64, seed: u64) -> (Vec<TrackState>, f64) {
    let scene = Scene::new(seed);
    let mut follower = Follower::armed(&ARMED);
    let mut random = Random(seed + 100);
    let mut states = Vec::new();
    let mut worst = 0.0f64;
    for n in 0..FRAMES {
        let way = 0.3 * f64::from(n);
        let now = moved(&ARMED, 0.0, 1.0, [3.0 * way.sin(), 1.5 * (0.7 * way).sin()]);
        let back = back(&ARMED, &now);
        let mut luma = frame(SIZE, |place| {
            128.0 + contrast * (scene.at(back.map(place)) - 128.0)
        });
        add_noise(&mut luma, sigma, &mut random);
        let pose = follower.show(&luma);
        states.push(pose.state());
        worst = pose
            .quad()
            .map_or(worst, |quad| worst.max(distance(&quad, &now)));
    }
    (states, worst)
}

fn changes(states: &[TrackState]) -> usize {
    states.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[test]
fn a_plane_hidden_by_noise_does_not_flap() {
    in_both_ways(|| {
        for (contrast, sigma, seed) in [(0.04, 3.0, 3), (0.15, 14.0, 5)] {
            let (states, worst) = followed(contrast, sigma, seed);
            assert!(changes(&states) <= 1, "{contrast}, {sigma}: {states:?}");
            assert!(!states.contains(&TrackState::Lost), "{contrast}, {sigma}");
            assert!(worst < 2.0, "{contrast}, {sigma}: off by {worst}");
        }
    });
}

/// At the limit of what can be followed it is lost once, and stays lost.
#[test]
fn a_plane_below_the_noise_is_lost_once() {
    in_both_ways(|| {
        for contrast in [0.0, 0.02] {
            let (states, _) = followed(contrast, 3.0, 5);
            assert!(changes(&states) <= 2, "{contrast}: {states:?}");
            assert_eq!(states.last(), Some(&TrackState::Lost), "{contrast}");
        }
    });
}

#[test]
fn a_cut_from_a_flat_plane_is_seen_at_once() {
    in_both_ways(|| {
        let mut random = Random(9);
        let mut faint = |seed: u64, contrast: f64| {
            let mut luma = view(&Scene::new(seed), &ARMED, &ARMED);
            for value in &mut luma.data {
                *value = 128.0 + contrast * (*value - 128.0);
            }
            add_noise(&mut luma, 3.0, &mut random);
            luma
        };
        for contrast in [0.04, 1.0] {
            let mut follower = Follower::armed(&ARMED);
            for _ in 0..6 {
                assert_ne!(follower.show(&faint(3, 0.04)).state(), TrackState::Lost);
            }
            let pose = follower.show(&faint(40, contrast));
            assert_eq!(pose.state(), TrackState::Lost, "cut to {contrast}");
        }
    });
}
