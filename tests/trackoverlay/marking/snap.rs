//! Corners near clicks.

use gstwgpu::trackoverlay::marking::snap::corner;

use crate::denoise::noise_rig::Random;

/// Luma around a click: `code` at places relative to it, averaged over each pixel, with noise.
fn patch(noise: f64, code: impl Fn(f64, f64) -> f64) -> Vec<f32> {
    let mut random = Random(7);
    let parts = [-0.375, -0.125, 0.125, 0.375];
    let mut codes = Vec::new();
    for y in -17..=17 {
        for x in -17..=17 {
            let places = parts.iter().flat_map(|b| parts.iter().map(move |a| (a, b)));
            let sum: f64 = places
                .map(|(a, b)| code(f64::from(x) + a, f64::from(y) + b))
                .sum();
            codes.push((sum / 16.0 + noise * random.gauss()) as f32);
        }
    }
    codes
}

/// A bright plane whose corner is at a place, turned by an angle.
fn plane([u, v]: [f64; 2], angle: f64) -> impl Fn(f64, f64) -> f64 {
    move |x, y| {
        let (sin, cos) = angle.sin_cos();
        let (right, down) = ((x - u) * cos + (y - v) * sin, (y - v) * cos - (x - u) * sin);
        if right > 0.0 && down > 0.0 {
            180.0
        } else {
            90.0
        }
    }
}

#[test]
fn a_corner_is_found_to_a_fraction_of_a_pixel() {
    for (at, angle) in [
        ([0.0, 0.0], 0.0),
        ([5.3, -4.6], 0.2),
        ([-7.25, 6.8], -0.5),
        ([8.0, 8.4], 1.9),
    ] {
        let found = corner(&patch(2.0, plane(at, angle))).unwrap();
        println!("{found:?} for {at:?}");
        let far = (found[0] - at[0]).hypot(found[1] - at[1]);
        assert!(far < 0.4, "{found:?} instead of {at:?}");
    }
}

#[test]
fn the_nearest_of_two_is_meant() {
    let (near, far) = (plane([-4.0, -3.0], 0.1), plane([7.0, 6.0], 0.0));
    let both = |x: f64, y: f64| {
        if far(x, y) > 100.0 { 230.0 } else { near(x, y) }
    };
    let found = corner(&patch(1.0, both)).unwrap();
    assert!((found[0] + 4.0).hypot(found[1] + 3.0) < 0.5, "{found:?}");
}

#[test]
fn where_there_is_no_corner_nothing_is_found() {
    assert_eq!(corner(&patch(2.0, |_, _| 120.0)), None, "flat");
    let edge = |x: f64, y: f64| if x + 0.3 * y > 2.0 { 180.0 } else { 90.0 };
    assert_eq!(corner(&patch(2.0, edge)), None, "an edge");
    assert_eq!(
        corner(&patch(2.0, plane([14.5, 3.0], 0.0))),
        None,
        "too far away"
    );
    assert_eq!(corner(&[]), None, "no picture");
}
