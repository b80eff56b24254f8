//! Pictures from files.

use std::path::PathBuf;

use gstwgpu::trackoverlay::source::picture::Picture;
use image::{ImageFormat, RgbImage, RgbaImage};

/// A file of its own for each test.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let file = std::env::temp_dir().join(format!("gstwgpu-{}-{name}", std::process::id()));
    std::fs::write(&file, bytes).unwrap();
    file
}

fn encoded(picture: impl Into<image::DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Opens bytes as a file.
fn open(name: &str, bytes: &[u8]) -> Result<Picture, String> {
    let file = file(name, bytes);
    let picture = Picture::open(&file).map_err(|error| error.to_string());
    std::fs::remove_file(file).unwrap();
    picture
}

#[test]
fn alpha_is_kept() {
    let picture = RgbaImage::from_fn(5, 3, |x, y| {
        image::Rgba([x as u8, y as u8, 9, (40 * x) as u8])
    });
    let found = open("alpha.png", &encoded(picture.clone(), ImageFormat::Png)).unwrap();
    assert_eq!((found.width, found.height), (5, 3));
    assert_eq!(found.rgba, picture.into_raw());
}

#[test]
fn formats_are_known_by_their_content() {
    let gray = RgbImage::from_pixel(16, 8, image::Rgb([77, 77, 77]));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let found = open(&format!("{format:?}.dat"), &encoded(gray.clone(), format)).unwrap();
        assert_eq!((found.width, found.height), (16, 8));
        let near = |pixel: &[u8]| pixel[..3].iter().all(|c| c.abs_diff(77) < 3) && pixel[3] == 255;
        assert!(found.rgba.chunks(4).all(near), "{format:?}");
    }
}

/// A camera held upright: turned by 90 degrees clockwise to be shown.
#[test]
fn pictures_are_turned_as_their_camera_says() {
    let picture = RgbImage::from_fn(32, 16, |x, _| image::Rgb([if x < 16 { 255 } else { 0 }; 3]));
    let plain = encoded(picture, ImageFormat::Jpeg);
    let tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = (tiff.len() as u16 + 2).to_be_bytes();
    let turned = [&plain[..2], &[0xff, 0xe1], &length, tiff, &plain[2..]].concat();
    let found = open("turned.jpg", &turned).unwrap();
    assert_eq!((found.width, found.height), (16, 32));
    assert!(found.rgba[0] > 250 && found.rgba[found.rgba.len() - 4] < 5);
}

#[test]
fn errors_name_the_file_and_what_is_wrong() {
    let whole = encoded(RgbImage::new(64, 64), ImageFormat::Png);
    for (name, bytes, reason) in [
        ("empty.png", &[][..], "no known format"),
        ("text.png", b"not a picture at all", "no known format"),
        ("gif.gif", b"GIF89a\x01\0\x01\0\0\0\0;", "no known format"),
        ("cut.png", &whole[..whole.len() / 2], "cannot be decoded"),
    ] {
        let error = open(name, bytes).unwrap_err();
        assert!(error.contains(name) && error.contains(reason), "{error}");
        assert!(error.contains("PNG, JPEG and WebP"), "{error}");
    }
    let missing = std::path::Path::new("/nowhere/logo.png");
    let error = Picture::open(missing).unwrap_err().to_string();
    assert!(
        error.contains("/nowhere/logo.png") && error.contains("cannot be read"),
        "{error}"
    );
}

#[test]
fn halves_are_means_weighted_by_alpha() {
    let picture = Picture {
        width: 3,
        height: 2,
        rgba: [
            [200, 0, 0, 255],
            [0, 100, 0, 0],
            [9; 4],
            [200, 0, 0, 255],
            [0, 0, 50, 0],
            [9; 4],
        ]
        .concat(),
    };
    let half = picture.halved();
    assert_eq!((half.width, half.height), (1, 1));
    assert_eq!(half.rgba, [200, 0, 0, 128]);
}
