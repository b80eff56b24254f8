//! Pictures of `location`.

use std::io::Cursor;

use gstwgpu::trackoverlay::source::picture::{MAX_PIXELS, Picture};
use image::{DynamicImage, ImageFormat, RgbImage};
use proptest::prelude::*;

use super::damaged;

fn encoded(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(24, 16, |x, y| {
        image::Rgb([(9 * x) as u8, (7 * y) as u8, (x * y) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

/// A picture that is taken has all its pixels.
fn check(name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let file = std::env::temp_dir().join(format!("gstwgpu-hostile-{}-{name}", std::process::id()));
    std::fs::write(&file, bytes).unwrap();
    let opened = Picture::open(&file);
    std::fs::remove_file(&file).unwrap();
    match opened {
        Ok(picture) => {
            let pixels = u64::from(picture.width) * u64::from(picture.height);
            prop_assert!(pixels <= MAX_PIXELS);
            prop_assert_eq!(picture.rgba.len() as u64, 4 * pixels);
        }
        Err(error) => prop_assert!(error.to_string().contains(name), "{}", error),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_pictures_are_taken_or_refused(
        (name, bytes) in prop_oneof![
            damaged(encoded(ImageFormat::Png)).prop_map(|bytes| ("a.png", bytes)),
            damaged(encoded(ImageFormat::Jpeg)).prop_map(|bytes| ("a.jpg", bytes)),
            damaged(encoded(ImageFormat::WebP)).prop_map(|bytes| ("a.webp", bytes)),
        ]
    ) {
        check(name, &bytes)?;
    }

    #[test]
    fn any_bytes_are_a_picture_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check("any.bin", &bytes)?;
    }
}
