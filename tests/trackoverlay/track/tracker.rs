//! Accuracy of tracking, on clips with known positions.

use gstwgpu::trackoverlay::quad::{Homography, Quad};
use gstwgpu::trackoverlay::settings::MotionModel;

use super::tracker_rig::{
    ARMED, Follower, Outcome, SIZE, Scene, add_noise, back, distance, follow, frame, in_both_ways,
    moved, view,
};
use crate::denoise::noise_rig::Random;
use crate::reference::samples::Samples;

fn unchanged(_: usize, _: &mut Samples) {}

#[test]
fn a_plane_at_rest_does_not_tremble() {
    in_both_ways(|| {
        let outcome = follow(14, |_| ARMED, unchanged);
        outcome.assert_within("at rest", 0.03);
        for pair in outcome.quads.windows(2).skip(5) {
            assert!(distance(&pair[0], &pair[1]) < 0.02, "{pair:?}");
        }
    });
}

#[test]
fn fast_shifts_are_followed() {
    in_both_ways(|| {
        let truth = |n: usize| moved(&ARMED, 0.0, 1.0, [10.0 * n as f64, -4.0 * n as f64]);
        follow(9, truth, unchanged).assert_within("shift", 0.08);
    });
}

#[test]
fn turns_and_growth_are_followed() {
    in_both_ways(|| {
        let truth = |n: usize| {
            let n = n as f64;
            moved(&ARMED, 0.025 * n, 1.02f64.powf(n), [n, 0.5 * n])
        };
        follow(12, truth, unchanged).assert_within("turn", 0.08);
    });
}

#[test]
fn tilts_are_followed() {
    in_both_ways(|| {
        let truth = |n: usize| {
            let n = n as f64;
            let [a, b, c, d] = ARMED.0;
            Quad([
                a,
                [b[0] - 2.0 * n, b[1] + 1.5 * n],
                [c[0] - 2.0 * n, c[1] - 1.2 * n],
                d,
            ])
        };
        follow(12, truth, unchanged).assert_within("tilt", 0.08);
    });
}

#[test]
fn light_may_change() {
    in_both_ways(|| {
        let truth = |n: usize| moved(&ARMED, 0.0, 1.0, [1.5 * n as f64, 0.7 * n as f64]);
        let look = |n: usize, luma: &mut Samples| {
            let gain = 1.0 - 0.03 * n as f64;
            let width = luma.width;
            for (at, value) in luma.data.iter_mut().enumerate() {
                let (x, y) = ((at % width) as f64, (at / width) as f64);
                let off = (x - 140.0 - 4.0 * n as f64).hypot(y - 110.0) / 25.0;
                let shine = 35.0 * (-off * off).exp() * (n as f64 / 4.0).min(1.0);
                *value = gain * *value + 1.5 * n as f64 + shine;
            }
        };
        follow(12, truth, look).assert_within("light", 0.15);
    });
}

/// What a placement is relit with: `gain` times luma at arming plus `bias` is luma now.
#[test]
fn light_is_told() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        for (gain, bias) in [(0.7, 20.0), (1.2, -30.0)] {
            let mut follower = Follower::armed(&ARMED);
            let mut told = Vec::new();
            for n in 0..6 {
                // At once from the second frame on.
                let (gain, bias) = if n == 0 { (1.0, 0.0) } else { (gain, bias) };
                let now = moved(&ARMED, 0.0, 1.0, [f64::from(n), 0.0]);
                let mut luma = view(&scene, &ARMED, &now);
                luma.data.iter_mut().for_each(|v| *v = gain * *v + bias);
                let pose = follower.show(&luma);
                told.push((f64::from(pose.gain), 255.0 * f64::from(pose.bias)));
            }
            let near =
                |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 0.02 && (a.1 - b.1).abs() < 3.0;
            assert!(near(told[0], (1.0, 0.0)), "{told:?}");
            assert!(
                near(told[5], (gain, bias)),
                "{told:?}, wanted {gain}, {bias}"
            );
        }
    });
}

#[test]
fn a_third_may_be_hidden() {
    in_both_ways(|| {
        let truth = |n: usize| moved(&ARMED, 0.004 * n as f64, 1.0, [1.2 * n as f64, 0.0]);
        let other = Scene::new(99);
        let look = |n: usize, luma: &mut Samples| {
            let left = 60 + 8 * n;
            for y in 0..luma.height {
                for x in left..left + 35 {
                    luma.data[y * luma.width + x] = other.at([x as f64 - 8.0 * n as f64, y as f64]);
                }
            }
        };
        follow(16, truth, look).assert_within("hidden", 0.15);
    });
}

#[test]
fn blur_of_fast_motion_is_allowed_for() {
    in_both_ways(|| {
        let mut scene = Scene::new(3);
        scene.grain = 3.0;
        let truth = |n: f64| moved(&ARMED, 0.0, 1.0, [10.0 * n - 80.0, 3.0 * n - 20.0]);
        let armed = truth(0.0);
        let mut follower = Follower::armed(&armed);
        let mut outcome = Outcome::default();
        let mut blur = [0.0f32; 2];
        for n in 0..12 {
            let at = n as f64;
            // The shutter is open for half of the time; the first frame is taken at rest.
            let open = if n == 0 { 0.0 } else { 0.5 };
            let steps = if n == 0 { 1 } else { 7 };
            let ways: Vec<Homography> = (0..steps)
                .map(|k| (f64::from(k) + 0.5) / f64::from(steps) - 0.5)
                .map(|k| back(&armed, &truth(at + open * k)))
                .collect();
            let luma = frame(SIZE, |place| {
                let sum: f64 = ways.iter().map(|way| scene.at(way.map(place))).sum();
                sum / ways.len() as f64
            });
            let pose = follower.show(&luma);
            outcome.note(&pose, &truth(at));
            blur = pose.blur;
        }
        outcome.assert_within("blur", 0.2);
        // The way while the shutter was open.
        assert!((blur[0].abs() - 5.0).abs() < 1.5, "{blur:?}");
        assert!((blur[1].abs() - 1.5).abs() < 0.5, "{blur:?}");
    });
}

#[test]
fn quads_of_all_sizes_are_followed() {
    in_both_ways(|| {
        let whole = Quad::rectangle(0.0, 0.0, 319.0, 239.0);
        let tiny = Quad::rectangle(150.0, 110.0, 166.0, 122.0);
        let partly_off = Quad::rectangle(-35.0, 60.0, 70.0, 150.0);
        for (what, quad, most) in [
            ("whole", whole, 0.15),
            ("tiny", tiny, 0.35),
            ("partly off", partly_off, 0.2),
        ] {
            let truth = |n: usize| {
                moved(
                    &quad,
                    0.003 * n as f64,
                    1.0,
                    [0.9 * n as f64, 0.4 * n as f64],
                )
            };
            follow(8, truth, unchanged).assert_within(what, most);
        }
    });
}

#[test]
fn large_quads_are_followed_at_half_size() {
    in_both_ways(|| {
        let size = (640, 480);
        let mut scene = Scene::new(3);
        scene.grain = 9.0;
        let armed = Quad::rectangle(130.0, 90.0, 480.0, 370.0);
        let mut follower = Follower::new(size);
        follower.tracker.arm(armed).unwrap();
        let mut outcome = Outcome::default();
        for n in 0..5 {
            let now = moved(
                &armed,
                0.01 * f64::from(n),
                1.0,
                [6.0 * f64::from(n), 2.5 * f64::from(n)],
            );
            let back = back(&armed, &now);
            let luma = frame(size, |place| scene.at(back.map(place)));
            outcome.note(&follower.show(&luma), &now);
        }
        outcome.assert_within("large", 0.15);
    });
}

#[test]
fn depth_makes_no_difference_and_chance_has_no_part() {
    in_both_ways(|| {
        let scene = Scene::new(3);
        let mut random = Random(5);
        let clip: Vec<Samples> = (0..6)
            .map(|n| {
                let now = moved(&ARMED, 0.01 * f64::from(n), 1.01, [2.3 * f64::from(n), 0.0]);
                let mut luma = view(&scene, &ARMED, &now);
                add_noise(&mut luma, 2.0, &mut random);
                luma.data.iter_mut().for_each(|v| *v = v.round());
                luma
            })
            .collect();
        let run = |depth: u32| {
            let mut follower = Follower::of_depth(SIZE, depth);
            follower.tracker.arm(ARMED).unwrap();
            clip.iter()
                .map(|luma| follower.show(luma))
                .collect::<Vec<_>>()
        };
        let (once, again, deep) = (run(8), run(8), run(10));
        for ((once, again), deep) in once.iter().zip(&again).zip(&deep) {
            assert_eq!(bytemuck::bytes_of(once), bytemuck::bytes_of(again));
            let off = distance(&once.quad().unwrap(), &deep.quad().unwrap());
            assert!(off < 0.01, "{off}");
        }
    });
}

/// Sides as vectors.
fn sides(quad: &Quad) -> [[f64; 2]; 4] {
    [0, 1, 2, 3].map(|i| {
        let (a, b) = (quad.0[i], quad.0[(i + 1) % 4]);
        [b[0] - a[0], b[1] - a[1]]
    })
}

/// Tracks a plane that turns and tilts, with a model that lacks some of this motion.
fn restricted(model: MotionModel, armed: &Quad) -> Vec<Quad> {
    let scene = Scene::new(3);
    let mut follower = Follower::armed(armed);
    follower.step.model = model;
    let mut quads = Vec::new();
    for n in 0..5 {
        let n = f64::from(n);
        let mut now = moved(armed, 0.008 * n, 1.004f64.powf(n), [2.0 * n, n]);
        now.0[2][0] += 0.5 * n;
        let pose = follower.show(&view(&scene, armed, &now));
        quads.extend(pose.quad());
    }
    assert_eq!(quads.len(), 5, "{model:?}");
    quads
}

#[test]
fn motion_models_restrict_the_quad() {
    in_both_ways(|| {
        let armed = Quad::rectangle(100.0, 70.0, 210.0, 160.0);
        let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) < 0.02;
        for quad in restricted(MotionModel::Translation, &armed) {
            let same = sides(&quad).into_iter().zip(sides(&armed));
            assert!(same.clone().all(|(a, b)| near(a, b)), "{quad:?}");
        }
        let mut turned = 0.0f64;
        for quad in restricted(MotionModel::Similarity, &armed) {
            let [top, right, bottom, left] = sides(&quad);
            assert!(near(top, bottom.map(|v| -v)) && near(right, left.map(|v| -v)));
            let ratio = 90.0 / 110.0;
            assert!(near(right, [-ratio * top[1], ratio * top[0]]), "{quad:?}");
            turned = turned.max(top[1].abs());
        }
        assert!(turned > 1.0, "{turned}");
        for quad in restricted(MotionModel::Affine, &armed) {
            let [top, right, bottom, left] = sides(&quad);
            assert!(near(top, bottom.map(|v| -v)) && near(right, left.map(|v| -v)));
        }
    });
}
