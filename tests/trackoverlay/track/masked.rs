//! Who stands in front of a plane when it is armed, as a mask says.

use std::sync::Arc;

use gstwgpu::trackoverlay::quad::Point;
use gstwgpu::trackoverlay::source::picture::Picture;
use gstwgpu::trackoverlay::track::mask::Mask;

use super::stage::{shares_of, soft_disc};
use super::tracker_rig::{ARMED, Follower, SIZE, Scene, add_noise, back, frame, moved};
use crate::denoise::noise_rig::Random;

/// Somebody in plain clothes stands in front at arming, and later walks away. With a mask he is in front from the
/// first frame on, and when he has gone the placement is there too, whether the camera moves or not.
#[test]
fn who_was_marked_at_arming_is_in_front_until_gone() {
    let size = SIZE;
    let middle = |n: usize| [130.0 + 9.0 * n.saturating_sub(3) as f64, 115.0];
    let inside = |n: usize, place: Point| soft_disc(place, middle(n), 16.0, 1e-3) > 0.5;
    let picture = Picture {
        width: size.0,
        height: size.1,
        rgba: (0..size.0 * size.1)
            .flat_map(|at| {
                let place = [at % size.0, at / size.0].map(f64::from);
                [if inside(0, place) { 255 } else { 0 }; 3]
                    .into_iter()
                    .chain([255])
            })
            .collect(),
    };
    let mask = Arc::new(Mask::new(picture));
    for (pace, frames, is_marked) in [(0.0, 1, false), (0.0, 31, true), (0.7, 31, true)] {
        let scene = Scene::new(3);
        let mut follower = Follower::new(size);
        let mask = is_marked.then(|| mask.clone());
        follower.tracker.arm_behind(ARMED, mask).unwrap();
        let mut random = Random(4);
        for n in 0..frames {
            let now = moved(&ARMED, 0.0, 1.0, [pace * n as f64, 0.0]);
            let back = back(&ARMED, &now);
            let mut luma = frame(size, |place| match back.map(place) {
                place if inside(n, place) => 190.0,
                place => scene.at(place),
            });
            add_noise(&mut luma, 1.0, &mut random);
            follower.show(&luma);
            if n % 4 != 0 && n < 30 {
                continue;
            }
            let shares = shares_of(&follower);
            let count = |wanted: &dyn Fn(Point, f64) -> bool| {
                let found = shares
                    .iter()
                    .filter(|(place, share)| wanted(*place, *share));
                found.count() as f64
            };
            let person = count(&|place, _| inside(n, place));
            let covered = count(&|place, share| inside(n, place) && share > 0.5) / person.max(1.0);
            let holes = count(&|place, share| !inside(n, place) && share < 0.5);
            let holes = holes / shares.len() as f64;
            if !is_marked {
                assert!(covered > 0.9, "nobody could know of him: {covered:.3}");
                continue;
            }
            // Cells have five pixels: his edge goes through a third of them.
            if person > 200.0 {
                let most = if n == 0 { 0.15 } else { 0.3 };
                assert!(covered < most, "frame {n}: {covered:.3} of him are covered");
            }
            if n > 29 {
                assert!(holes < 0.02, "frame {n}: {holes:.4} are holes");
            }
        }
    }
}
