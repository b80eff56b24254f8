//! Guides for block matching, against twins, bit for bit.

use gstwgpu::denoise::guide::{FullGuide, Guide, GuideMaker};
use gstwgpu::gpu::Image;

use super::rig::{SIZES, filled, held, read_image, submit, values};
use crate::denoise::noise_rig::Random;
use crate::reference::guide_full::full;
use crate::reference::guide_pyramid::{Level, pyramid};
use crate::reference::samples::Samples;

/// Pixels of repeated edge left of a guide's level.
const EDGE: i64 = 16;

/// Asserts that all pixels of a level, including its repeated edges, are those of the expected picture.
fn assert_level(what: &str, image: &Image, wanted: &Level) {
    let row = image.size().0 as usize * 16;
    let found = read_image(image);
    for (at, pixel) in found.as_flattened().iter().enumerate() {
        let (x, y) = ((at % row) as i64 - EDGE, (at / row) as i64);
        assert_eq!(f64::from(*pixel), wanted.at(x, y), "{what} at {x}, {y}");
    }
}

/// Values around the range of codes, halves and quarters between them included.
fn sample(random: &mut Random) -> f64 {
    held((320.0 * random.uniform() - 32.0).round() + (random.uniform() * 4.0).floor() / 4.0)
}

#[test]
fn guides_match_their_twins() {
    let gpu = crate::gpu::gpu();
    let maker = GuideMaker::new(&gpu).unwrap();
    let mut random = Random(2);
    for size in SIZES.into_iter().chain([(300, 7), (150, 75), (641, 33)]) {
        let samples = Samples::from_fn(filled(size), |_, _| sample(&mut random));
        let plane = values(size, &samples);
        let (guide, full_guide) = (Guide::new(&gpu, size), FullGuide::new(&gpu, size));
        submit(|r| maker.fill(r, &plane, &guide));
        submit(|r| maker.fill_full(r, &plane, &full_guide));
        assert_level(
            &format!("{size:?} full"),
            full_guide.image(),
            &full(&samples),
        );
        for (level, wanted) in pyramid(&samples).iter().enumerate() {
            assert_level(&format!("{size:?} {level}"), guide.level(level), wanted);
        }
    }
}
