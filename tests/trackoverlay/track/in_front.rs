//! What is in front of whole planes, and the light on them.

use gstwgpu::trackoverlay::quad::Point;

use super::stage::{COUNT, Stage, played, shadow_at, shares_of, shown, soft_disc};
use super::tracker_rig::{ARMED, Follower, SIZE, Scene, frame, is_followed};

fn assert_light(what: &str, stage: &Stage<'_>, worst: f64) {
    let cells = played(stage);
    let hidden = cells.iter().filter(|(_, cell)| cell[0] < 0.5).count();
    assert!(hidden * 200 < cells.len(), "{what}: {hidden} cells hidden");
    let off = |(place, cell): &(Point, [f32; 4])| {
        (f64::from(cell[1]) - (stage.light)(COUNT - 1, *place)).abs()
    };
    let mean = cells.iter().map(off).sum::<f64>() / cells.len() as f64;
    assert!(mean < worst, "{what}: light off by {mean:.3}");
}

/// A shadow that moves over the plane is light on it, and no hole in what is placed there: with a soft edge and a
/// hard one, and on a plane with little texture and with noise.
#[test]
fn shadows_cut_no_holes() {
    for (what, edge, texture, noise, worst) in [
        ("soft", 14.0, 1.0, 1.0, 0.03),
        ("hard", 1.0, 1.0, 1.0, 0.05),
        ("noisy", 14.0, 1.0, 6.0, 0.05),
        ("flat", 14.0, 0.25, 1.0, 0.05),
    ] {
        let light = |n: usize, place: Point| match n {
            0 => 1.0,
            _ => 1.0 - 0.45 * soft_disc(place, shadow_at(n), 20.0, edge),
        };
        let stage = Stage {
            count: COUNT,
            light: &light,
            front: &|_, _, plane| plane,
            texture,
            noise,
        };
        assert_light(what, &stage, worst);
    }
}

/// What stands in front stays in front, beside its own shadow, from the first frame on in which it is there.
#[test]
fn objects_stay_in_front_of_their_shadow() {
    let other = Scene::new(77);
    let middle = |n: usize| [170.0 - 3.0 * n as f64, 120.0];
    for born in [1, COUNT - 1] {
        let is_front =
            |n: usize, place: Point| n >= born && soft_disc(place, middle(n), 18.0, 1e-3) > 0.5;
        let front = |n: usize, place: Point, plane: f64| match is_front(n, place) {
            true => 150.0 + 0.5 * (other.at(place) - 128.0),
            false => plane,
        };
        let light = |n: usize, place: Point| match n < born {
            true => 1.0,
            false => 1.0 - 0.5 * soft_disc(place, [middle(n)[0] - 14.0, 128.0], 20.0, 8.0),
        };
        let stage = Stage {
            count: COUNT,
            light: &light,
            front: &front,
            texture: 1.0,
            noise: 1.0,
        };
        let cells = played(&stage);
        let wrong =
            |(place, cell): &&(Point, [f32; 4])| (cell[0] < 0.5) != is_front(COUNT - 1, *place);
        let wrong = cells.iter().filter(wrong).count();
        let inside = cells
            .iter()
            .filter(|(place, _)| is_front(COUNT - 1, *place))
            .count();
        // A cell has 4.5 pixels and the disc a radius of 18: its edge goes through as many as it has inside of it.
        assert!(inside > 30, "{inside}");
        assert!(
            wrong * 3 < inside,
            "born at {born}: {wrong} of {inside} cells"
        );
    }
}

/// The share of the plane at the edge of an object, sharp or soft, is what was mixed there.
#[test]
fn edges_have_the_share_that_was_mixed() {
    for (edge, most_mean, most_wide) in [(1.0, 0.02, 0.03), (6.0, 0.025, 0.03)] {
        let middle = |n: usize| [165.0 - 3.0 * n as f64, 120.0];
        let hidden = |n: usize, place: Point| match n {
            0 => 0.0,
            _ => soft_disc(place, middle(n), 22.0, edge),
        };
        let follower = shown(&Stage {
            count: COUNT,
            light: &|_, _| 1.0,
            front: &|n, place, plane| 225.0 * hidden(n, place) + plane * (1.0 - hidden(n, place)),
            texture: 0.5,
            noise: 1.0,
        });
        let shares = shares_of(&follower);
        let off = |(place, share): &(Point, f64)| (share - 1.0 + hidden(COUNT - 1, *place)).abs();
        let mean = shares.iter().map(off).sum::<f64>() / shares.len() as f64;
        assert!(mean < most_mean, "edge of {edge}: off by {mean:.4}");
        // No rim: nearly none are wrong by more than a half.
        let wide = shares.iter().filter(|one| off(one) > 0.5).count();
        let wide = wide as f64 / shares.len() as f64;
        assert!(wide < most_wide, "edge of {edge}: {wide:.4} are wrong");
    }
}

/// What stood in front at arming leaves: the plane behind it is learnt while the camera moves, and covered then; what
/// moves in front stays in front.
#[test]
fn who_stood_in_front_at_arming_is_forgotten() {
    let other = Scene::new(78);
    let front = |n: usize, place: Point, plane: f64| {
        let inside = |x: f64| soft_disc(place, [x, 115.0], 16.0, 1e-3) > 0.5;
        let leaves = inside(130.0 + 4.0 * n as f64);
        match leaves {
            true => 40.0 + 0.3 * other.at([place[0] - 4.0 * n as f64, place[1]]),
            false => plane,
        }
    };
    let stage = |count: usize| Stage {
        count,
        light: &|_, _| 1.0,
        front: &front,
        texture: 1.0,
        noise: 1.0,
    };
    let hidden_at_its_place = |count: usize| {
        let shares = shares_of(&shown(&stage(count)));
        let there = shares
            .iter()
            .filter(|(place, _)| soft_disc(*place, [130.0, 115.0], 12.0, 1e-3) > 0.5);
        let (hidden, all) = there.fold((0, 0), |(hidden, all), (_, share)| {
            (hidden + usize::from(*share < 0.5), all + 1)
        });
        hidden as f64 / all as f64
    };
    let (soon, later) = (hidden_at_its_place(11), hidden_at_its_place(32));
    assert!(soon > 0.5, "{soon}");
    assert!(later < 0.05, "{later}");
}

/// The plate outlives a loss: what stands in front when the plane is found again is in front in that very frame.
#[test]
fn what_is_in_front_of_a_plane_just_found_is_in_front() {
    let (scene, other) = (Scene::new(3), Scene::new(40));
    let mut follower = Follower::armed(&ARMED);
    let inside = |place: Point| soft_disc(place, [150.0, 130.0], 20.0, 1e-3) > 0.5;
    for n in 0..8 {
        let luma = frame(SIZE, |place| match n {
            3..=5 => other.at(place),
            6.. if inside(place) => 230.0,
            _ => scene.at(place),
        });
        let is_seen = is_followed(&follower.show(&luma));
        match n {
            3..=5 => assert!(!is_seen, "frame {n}"),
            6.. if is_seen => break,
            _ => assert!(n < 7, "not found"),
        }
    }
    let shares = shares_of(&follower);
    let wrong = |(place, share): &&(Point, f64)| (*share < 0.5) != inside(*place);
    let wrong = shares.iter().filter(wrong).count();
    let hidden = shares.iter().filter(|(place, _)| inside(*place)).count();
    assert!(hidden > 300, "{hidden}");
    assert!(wrong * 10 < hidden, "{wrong} of {hidden}");
}
