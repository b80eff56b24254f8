//! What a frame shows, from its measures.

use gstwgpu::trackoverlay::exposure::measure::Shown;
use gstwgpu::trackoverlay::exposure::view::{Camera, View, tilt};
use gstwgpu::trackoverlay::lines::Lines;
use gstwgpu::trackoverlay::quad::Quad;

const CAMERA: Camera = Camera {
    size: (1920, 1080),
    pixel_aspect: 1.0,
    field_of_view: 60.0,
};

/// A poster of 3 by 2 metres, turned by an angle about its upright axis and placed `aside` metres to the right, 8
/// metres away, as this camera sees it.
fn poster(camera: &Camera, degrees: f64, aside: f64) -> Quad {
    let width = f64::from(camera.size.0);
    let focal = width / 2.0 / (camera.field_of_view / 2.0).to_radians().tan();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let corner = |x: f64, y: f64| {
        let (right, away) = (aside + x * cos, 8.0 + x * sin);
        [
            (width - 1.0) / 2.0 + focal * right / away,
            (f64::from(camera.size.1) - 1.0) / 2.0 + focal * camera.pixel_aspect * y / away,
        ]
    };
    Quad([
        corner(-1.5, -1.0),
        corner(1.5, -1.0),
        corner(1.5, 1.0),
        corner(-1.5, 1.0),
    ])
}

#[test]
fn tilt_is_the_angle_to_the_viewer() {
    let wide_pixels = Camera {
        size: (960, 1080),
        pixel_aspect: 2.0,
        ..CAMERA
    };
    for camera in [CAMERA, wide_pixels] {
        for degrees in [0.0, 20.0, -50.0, 75.0] {
            let found = tilt(&poster(&camera, degrees, 0.0), &camera).unwrap();
            assert!(
                (found - f64::abs(degrees)).abs() < 0.01,
                "{found}, wanted {degrees}"
            );
        }
    }
    // Facing the same way as the camera, but beside it: seen at an angle.
    let aside = tilt(&poster(&CAMERA, 0.0, 3.0), &CAMERA).unwrap();
    assert!(
        (aside - (3.0_f64 / 8.0).atan().to_degrees()).abs() < 0.01,
        "{aside}"
    );
}

fn shown() -> Shown {
    Shown {
        corners_x: [99.5, 299.5, 299.5, 99.5],
        corners_y: [49.5, 49.5, 149.5, 149.5],
        drawn: 1.0,
        opacity: 0.75,
        confidence: 0.9,
        area: 2000.0,
        hidden: 500.0,
        luma: 900.0,
        plate_luma: 600.0,
        spare: 0.0,
    }
}

#[test]
fn a_view_has_shares_and_means() {
    let camera = Camera {
        size: (200, 100),
        ..CAMERA
    };
    // Half of the width is outside the picture; and so is half of the height.
    let view = View::new(&shown(), Lines::All, &camera).unwrap();
    assert!((view.area - 0.25).abs() < 1e-9, "{view:?}");
    assert_eq!((view.hidden, view.opacity), (0.25, 0.75));
    let [luma, plate] = view.lumas.unwrap();
    assert!((luma - 0.6).abs() < 1e-6 && (plate - 0.4).abs() < 1e-6);
    // Of a field, lines count twice: here they begin below the picture.
    assert_eq!(View::new(&shown(), Lines::Odd, &camera), None);
    let all_hidden = Shown {
        hidden: 2000.0,
        ..shown()
    };
    let view = View::new(&all_hidden, Lines::All, &camera).unwrap();
    assert!(!view.is_visible() && view.lumas.is_none());
    let not_drawn = Shown {
        drawn: 0.0,
        ..shown()
    };
    assert_eq!(View::new(&not_drawn, Lines::All, &camera), None);
}
