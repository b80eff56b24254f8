//! Which quads are accepted, and their homographies.

use gstwgpu::trackoverlay::quad::{Homography, PLANE, Quad, QuadError};

const TILTED: Quad = Quad([[104.5, 71.0], [311.25, 90.0], [290.0, 222.0], [95.0, 190.5]]);

#[test]
fn points_are_read_and_printed() {
    let text = "104.5,71 311.25,90 290,222 95,190.5";
    assert_eq!(text.parse(), Ok(TILTED));
    assert_eq!(TILTED.to_string(), text);
    assert_eq!(
        " 104.5, 71\t311.25 ,90,290 222 95 190.5 ".parse(),
        Ok(TILTED)
    );
    for wrong in [
        "",
        "1,2 3,4 5,6",
        "1,2 3,4 5,6 7,8 9",
        "1,2 3,4 5,6 7,x",
        "0 0",
    ] {
        assert_eq!(wrong.parse::<Quad>(), Err(QuadError::Syntax), "{wrong:?}");
    }
    for wrong in [
        "nan,2 3,4 5,6 7,8",
        "1,2 3,inf 5,6 7,8",
        "1e9,2 3,4 5,6 7,8",
    ] {
        assert_eq!(wrong.parse::<Quad>(), Err(QuadError::Range), "{wrong:?}");
    }
}

#[test]
fn quads_that_cannot_be_followed_are_refused() {
    let of = |text: &str| text.parse::<Quad>().unwrap().check_in(640, 360);
    let off = Err(QuadError::OffFrame {
        width: 640,
        height: 360,
    });
    for (text, expected) in [
        ("10,10 60,10 60,50 10,50", Ok(())),
        // Sides cross.
        ("10,10 60,50 60,10 10,50", Err(QuadError::NotConvex)),
        ("10,10 60,10 10,50 60,50", Err(QuadError::NotConvex)),
        // A corner points inwards, and one lies on a side.
        ("10,10 60,10 20,20 10,50", Err(QuadError::NotConvex)),
        ("10,10 60,10 35,30 10,50", Err(QuadError::NotConvex)),
        ("10,50 60,50 60,10 10,10", Err(QuadError::Anticlockwise)),
        ("10,10 10,10 10,10 10,10", Err(QuadError::TooSmall)),
        ("10,10 11,10 11,11 10,11", Err(QuadError::TooSmall)),
        ("10,10 60,10 60,50 10,13", Err(QuadError::TooSmall)),
        // Long and next to nothing across.
        ("0,0 50,0.1 100,0.3 50,0.4", Err(QuadError::TooSmall)),
        ("-50,10 60,10 60,50 -50,50", Ok(())),
        ("-500,10 10,10 10,50 -500,50", off),
        ("700,10 760,10 760,50 700,50", off),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
}

#[test]
fn each_refusal_says_what_is_accepted() {
    for (error, part) in [
        (QuadError::Syntax, "x0,y0 x1,y1 x2,y2 x3,y3"),
        (QuadError::Range, "100000"),
        (
            QuadError::NotConvex,
            "top-left, top-right, bottom-right, bottom-left",
        ),
        (QuadError::Anticlockwise, "clockwise"),
        (QuadError::TooSmall, "4 pixels"),
    ] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn the_homography_takes_the_plane_to_the_quad_and_back() {
    let off_centre = Quad([[-3.0, 8.0], [900.0, -20.0], [400.0, 300.0], [30.0, 200.0]]);
    for quad in [
        TILTED,
        PLANE,
        Quad::rectangle(10.0, 20.0, 90.0, 50.0),
        off_centre,
    ] {
        let to_frame = quad.homography().unwrap();
        assert_close(&to_frame.map_quad(&PLANE), &quad);
        assert_close(&to_frame.inverse().map_quad(&quad), &PLANE);
        assert_close(&to_frame.after(&to_frame.inverse()).map_quad(&quad), &quad);
    }
    // Straight lines stay straight: the diagonals meet where the plane's centre is.
    let [a, b, c, d] = TILTED.0;
    let (p, q) = ([c[0] - a[0], c[1] - a[1]], [d[0] - b[0], d[1] - b[1]]);
    let t = ((b[0] - a[0]) * q[1] - (b[1] - a[1]) * q[0]) / (p[0] * q[1] - p[1] * q[0]);
    let centre = TILTED.homography().unwrap().map([0.0, 0.0]);
    assert!((centre[0] - a[0] - t * p[0]).abs() < 1e-9);
    assert!((centre[1] - a[1] - t * p[1]).abs() < 1e-9);
    assert_eq!(Homography::IDENTITY.map([3.0, 4.0]), [3.0, 4.0]);
}

#[test]
fn a_quad_without_homography_says_so() {
    let crossed = Quad([[0.0, 0.0], [9.0, 9.0], [9.0, 0.0], [0.0, 9.0]]);
    assert_eq!(crossed.homography(), Err(QuadError::NotConvex));
}

#[test]
fn the_part_inside_the_frame() {
    let quad = Quad::rectangle(-20.5, 10.0, 19.5, 30.0);
    assert!((quad.visible_share(640, 360) - 0.5).abs() < 1e-12);
    assert!((quad.visible_share(10, 360) - 0.25).abs() < 1e-12);
    assert_eq!(quad.bounds(640, 360), Some([0, 10, 20, 31]));
    assert_eq!(quad.bounds(640, 5), None);
    assert_eq!(
        Quad::rectangle(-9.0, -9.0, -2.0, -2.0).visible_share(8, 8),
        0.0
    );
    // All of the only pixel.
    assert_eq!(
        Quad::rectangle(-0.5, -0.5, 0.5, 0.5).bounds(1, 1),
        Some([0, 0, 1, 1])
    );
}

#[test]
fn a_scaled_frame_scales_the_quad_about_its_edges() {
    let quad = Quad::rectangle(-0.5, -0.5, 639.5, 359.5);
    let scaled = quad.rescaled((640, 360), (1920, 1080));
    assert_close(&scaled, &Quad::rectangle(-0.5, -0.5, 1919.5, 1079.5));
}

fn assert_close(found: &Quad, expected: &Quad) {
    let pairs = found.0.as_flattened().iter().zip(expected.0.as_flattened());
    for (found_value, expected_value) in pairs {
        let close = (found_value - expected_value).abs() < 1e-9;
        assert!(close, "{found} is not {expected}");
    }
}
