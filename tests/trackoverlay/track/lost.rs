//! Losing a plane, finding it again, and the user's commands.

use std::cell::RefCell;

use gstwgpu::trackoverlay::pose::TrackState;
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::settings::OnLost;

use super::tracker_rig::{
    ARMED, Follower, SIZE, Scene, add_noise, back, distance, frame, in_both_ways, is_followed,
    moved, view,
};
use crate::denoise::noise_rig::{Random, read};

/// A tracker that has tracked a few frames of the scene; the quad rests.
fn settled(scene: &Scene) -> Follower {
    let mut follower = Follower::armed(&ARMED);
    let mut random = Random(23);
    for _ in 0..4 {
        let mut luma = view(scene, &ARMED, &ARMED);
        add_noise(&mut luma, 1.0, &mut random);
        assert!(is_followed(&follower.show(&luma)));
    }
    follower
}

#[test]
fn a_cut_is_seen_at_once_and_the_plane_found_after_it() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let mut follower = settled(&scene);
        for n in 0..4 {
            let other = view(&Scene::new(40 + n / 2), &ARMED, &ARMED);
            let pose = follower.show(&other);
            assert_eq!(pose.state(), TrackState::Lost, "{n} frames after the cut");
            assert_eq!(
                (pose.quad(), pose.visibility, pose.confidence),
                (None, 0.0, 0.0)
            );
        }
        // Back, at another place.
        let now = moved(&ARMED, 0.1, 1.1, [-45.0, 30.0]);
        let luma = view(&scene, &ARMED, &now);
        let poses = [0; 3].map(|_| follower.show(&luma));
        let found = poses[1].quad().expect("found within two frames");
        assert!(distance(&found, &now) < 0.5, "{found:?}");
        let last = poses[2].quad().unwrap();
        assert!(distance(&last, &now) < 0.15, "{last:?}");
        assert_eq!(poses[2].visibility, 1.0);
    });
}

#[test]
fn a_covered_plane_is_found_again() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let other = Scene::new(77);
        let mut follower = settled(&scene);
        for n in 0..12 {
            let now = moved(&ARMED, 0.0, 1.0, [f64::from(n), 0.0]);
            let back = back(&ARMED, &now);
            let luma = frame(SIZE, |[x, y]| {
                let is_covered = n < 10 && (60.0..260.0).contains(&x) && (40.0..200.0).contains(&y);
                if is_covered {
                    other.at([x, y])
                } else {
                    scene.at(back.map([x, y]))
                }
            });
            let pose = follower.show(&luma);
            if n < 10 {
                assert_eq!(pose.state(), TrackState::Lost, "covered in frame {n}");
            } else if n == 11 {
                let off = distance(&pose.quad().expect("found again"), &now);
                assert!(off < 0.2, "{off}");
            }
        }
    });
}

#[test]
fn a_plane_comes_back_in_another_size_and_view() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let other = view(&Scene::new(77), &ARMED, &ARMED);
        let narrow = Quad(ARMED.0.map(|[x, y]| [160.0 + 0.72 * (x - 160.0), y]));
        for (what, now) in [
            ("smaller", moved(&ARMED, 0.0, 0.55, [20.0, 10.0])),
            ("larger", moved(&ARMED, 0.0, 1.7, [-10.0, 5.0])),
            ("turned", moved(&ARMED, 0.75, 1.0, [10.0, -10.0])),
            ("from the side", narrow),
        ] {
            let mut follower = settled(&scene);
            for n in 0..10 {
                let pose = follower.show(&other);
                assert_eq!(pose.state(), TrackState::Lost, "{what}, {n}");
            }
            // A second, in which all views are tried, and a frame to settle.
            let luma = view(&scene, &ARMED, &now);
            let found = (0..28).find(|_| is_followed(&follower.show(&luma)));
            assert!(found.is_some(), "{what}: not found");
            let quad = follower.show(&luma).quad().expect(what);
            assert!(distance(&quad, &now) < 0.3, "{what}: {quad:?}");
        }
    });
}

/// Most of what was on the plane has been moved, but the plane has not: a table that somebody works on.
#[test]
fn a_plane_is_found_where_it_was_though_much_on_it_was_moved() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let (other, moved) = (Scene::new(77), Scene::new(78));
        let mut follower = settled(&scene);
        let plane = ARMED.homography().unwrap().inverse();
        for n in 0..6 {
            let luma = frame(SIZE, |place| {
                let [x, y] = plane.map(place);
                let is_changed = x + 0.3 * y > 0.1 || y > 1.0 || x < -1.0;
                match n {
                    0..3 => other.at(place),
                    _ if is_changed => moved.at(place),
                    _ => scene.at(place),
                }
            });
            let pose = follower.show(&luma);
            if n < 3 {
                assert_eq!(pose.state(), TrackState::Lost, "{n}");
            } else if n == 5 {
                let off = distance(&pose.quad().expect("found again"), &ARMED);
                assert!(off < 2.0, "{off}");
            }
        }
    });
}

#[test]
fn a_decoy_is_not_taken() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let mut follower = settled(&scene);
        let decoy = scene.lookalike(61);
        let other = Scene::new(62);
        for n in 0..8 {
            let now = moved(&ARMED, 0.0, 1.0, [3.0 * f64::from(n) - 12.0, 6.0]);
            let (back, plane) = (back(&ARMED, &now), now.homography().unwrap().inverse());
            let luma = frame(SIZE, |place| {
                let [x, y] = plane.map(place);
                let is_decoy = x.abs() < 1.0 && y.abs() < 1.0;
                if is_decoy {
                    decoy.at(back.map(place))
                } else {
                    other.at(place)
                }
            });
            let pose = follower.show(&luma);
            assert_eq!(pose.state(), TrackState::Lost, "frame {n}");
        }
    });
}

#[test]
fn lost_placements_stay_fade_or_go() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let other = view(&Scene::new(41), &ARMED, &ARMED);
        for (on_lost, wanted) in [
            (OnLost::Hold, [1.0, 1.0, 1.0]),
            (OnLost::Fade, [0.75, 0.5, 0.25]),
            (OnLost::Hide, [0.0, 0.0, 0.0]),
        ] {
            let mut follower = settled(&scene);
            follower.step.on_lost = on_lost;
            follower.step.fade_out = 0.16;
            for visibility in wanted {
                let pose = follower.show(&other);
                assert_eq!(pose.state(), TrackState::Lost);
                assert!(
                    (pose.visibility - visibility).abs() < 1e-3,
                    "{on_lost:?} {pose:?}"
                );
            }
        }
    });
}

#[test]
fn nothing_is_followed_before_arming_and_after_release() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let luma = view(&scene, &ARMED, &ARMED);
        let mut follower = Follower::new(SIZE);
        let pose = follower.show(&luma);
        assert_eq!(
            (pose.state(), pose.quad(), pose.visibility),
            (TrackState::Idle, None, 0.0)
        );
        follower.tracker.arm(ARMED).unwrap();
        let pose = follower.show(&luma);
        assert!(distance(&pose.quad().unwrap(), &ARMED) < 1e-3);
        assert_eq!((pose.state(), pose.visibility), (TrackState::Tracking, 1.0));
        follower.show(&luma);
        follower.tracker.release();
        for _ in 0..2 {
            let pose = follower.show(&luma);
            assert_eq!(
                (pose.state(), pose.quad(), pose.visibility),
                (TrackState::Idle, None, 0.0)
            );
        }
        // Somewhere else.
        let place = Quad::rectangle(30.0, 120.0, 110.0, 200.0);
        follower.tracker.arm(place).unwrap();
        for _ in 0..3 {
            let pose = follower.show(&luma);
            assert!(distance(&pose.quad().unwrap(), &place) < 0.05, "{pose:?}");
            assert_eq!(pose.frame(), follower.step.frame - 1);
        }
    });
}

#[test]
fn corrections_ease_over() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let mut follower = settled(&scene);
        let wanted = moved(&ARMED, 0.02, 1.03, [4.0, -3.0]);
        follower.tracker.correct(wanted).unwrap();
        let luma = view(&scene, &ARMED, &ARMED);
        let mut before = ARMED;
        for _ in 0..10 {
            let quad = follower.show(&luma).quad().unwrap();
            let way = distance(&before, &quad);
            assert!(way < 0.3 * distance(&ARMED, &wanted), "jumps by {way}");
            before = quad;
        }
        assert!(distance(&before, &wanted) < 0.1, "{before:?}");
        // It goes on with the plane.
        let luma = view(&scene, &ARMED, &moved(&ARMED, 0.0, 1.0, [3.0, 1.0]));
        let quad = follower.show(&luma).quad().unwrap();
        let off = distance(&quad, &moved(&wanted, 0.0, 1.0, [3.0, 1.0]));
        assert!(off < 0.15, "{off}");
    });
}

/// The second correction begins where the first one has arrived.
#[test]
fn corrections_may_follow_one_another() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let mut follower = settled(&scene);
        let wanted = moved(&ARMED, 0.0, 1.0, [25.0, 15.0]);
        let luma = view(&scene, &ARMED, &ARMED);
        follower.tracker.correct(wanted).unwrap();
        let [_, before] = [0; 2].map(|_| follower.show(&luma).quad().unwrap());
        follower.tracker.correct(wanted).unwrap();
        let way = distance(&before, &follower.show(&luma).quad().unwrap());
        assert!(way < 0.08 * distance(&ARMED, &wanted), "jumps by {way}");
    });
}

/// State of the tracker for a plane that partly leaves the frame, moves fast, is lost and found again, for
/// the comparison with checked shaders; a second one is tracked at half size.
pub fn outputs() -> Vec<u8> {
    let all = RefCell::new(Vec::new());
    in_both_ways(|| all.borrow_mut().extend(outputs_in_one_way()));
    all.into_inner()
}

fn outputs_in_one_way() -> Vec<u8> {
    let (scene, other) = (Scene::new(3), Scene::new(40));
    let mut all = Vec::new();
    for (size, armed) in [
        ((203, 151), Quad::rectangle(-10.0, 40.0, 95.0, 130.0)),
        ((430, 301), Quad::rectangle(40.0, 20.0, 400.0, 290.0)),
    ] {
        let mut follower = Follower::new(size);
        follower.tracker.arm(armed).unwrap();
        for (n, shift) in [0.0, 1.0, 7.0, 14.0, 60.0, 60.0, 61.0, 61.0]
            .into_iter()
            .enumerate()
        {
            let back = back(&armed, &moved(&armed, 0.0, 1.0, [shift, -0.3 * shift]));
            let is_cut = n == 5;
            let luma = frame(size, |place| {
                if is_cut {
                    other.at(place)
                } else {
                    scene.at(back.map(place))
                }
            });
            all.extend(bytemuck::bytes_of(&follower.show(&luma)));
            all.extend(read(follower.tracker.track()));
            all.extend(read(&follower.tracker.matte().buffer));
        }
    }
    all
}
