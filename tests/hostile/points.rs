//! The property `points`.

use gstwgpu::trackoverlay::quad::Quad;
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_text_is_a_quad_or_refused(text in ".{0,80}") {
        if let Ok(quad) = text.parse::<Quad>() {
            prop_assert!(quad.0.iter().flatten().all(|v| v.is_finite()));
        }
    }

    #[test]
    fn numbers_of_any_size_are_taken_or_refused(numbers in proptest::collection::vec(any::<f64>(), 6..10)) {
        let words: Vec<String> = numbers.iter().map(f64::to_string).collect();
        if let Ok(quad) = words.join(" ").parse::<Quad>() {
            prop_assert_eq!(numbers.len(), 8);
            // Whatever the corners are, nothing of it panics.
            let _ = (quad.check(), quad.check_in(1920, 1080), quad.homography(), quad.bounds(64, 64));
            let share = quad.visible_share(1920, 1080);
            prop_assert!(quad.check().is_err() || (0.0..=1.0 + 1e-9).contains(&share), "{}", share);
        }
    }

    /// What is written is read back as it was.
    #[test]
    fn a_quad_is_read_back(corners in proptest::array::uniform8(-1e5f64..1e5)) {
        let [a, b, c, d, e, f, g, h] = corners;
        let quad = Quad([[a, b], [c, d], [e, f], [g, h]]);
        prop_assert_eq!(quad.to_string().parse::<Quad>(), Ok(quad));
    }

    /// A quad that is accepted has a homography, which takes the corners of the unit square to its own.
    #[test]
    fn a_quad_that_is_accepted_can_be_mapped(corners in proptest::array::uniform8(0f64..2000.0)) {
        let [a, b, c, d, e, f, g, h] = corners;
        let quad = Quad([[a, b], [c, d], [e, f], [g, h]]);
        if quad.check().is_ok() {
            let homography = quad.homography();
            prop_assert!(homography.is_ok(), "{:?}", quad);
            prop_assert!(homography.unwrap().0.iter().flatten().all(|v| v.is_finite()));
        }
    }
}
