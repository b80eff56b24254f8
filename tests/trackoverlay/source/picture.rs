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

/// A PNG whose header says another size than its data have.
fn sized_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(RgbImage::new(4, 4), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = !0u32;
    for byte in &bytes[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

/// A lossless WebP of a few bytes that says it is as large as the format allows.
fn huge_webp() -> Vec<u8> {
    let size = 16383u32;
    let data = ((size - 1) | ((size - 1) << 14)).to_le_bytes();
    let chunk = [&b"VP8L"[..], &9u32.to_le_bytes(), &[0x2f], &data, &[0; 5]].concat();
    let length = chunk.len() as u32 + 4;
    [&b"RIFF"[..], &length.to_le_bytes(), b"WEBP", &chunk].concat()
}

#[test]
fn pictures_that_are_too_large_are_refused_before_they_are_decoded() {
    for (name, bytes, size) in [
        ("huge.png", sized_png(30000, 30000), "30000x30000"),
        ("long.png", sized_png(1, 80_000_000), "1x80000000"),
        ("huge.webp", huge_webp(), "16383x16383"),
    ] {
        let error = open(name, &bytes).unwrap_err();
        assert!(
            error.contains(size) && error.contains("scale it down"),
            "{error}"
        );
    }
}

/// Decoders show what is missing of a JPEG as grey.
#[test]
fn cut_jpegs_are_refused_wherever_they_end() {
    let picture = RgbImage::from_fn(64, 48, |x, y| {
        image::Rgb([(x * y) as u8, (7 * x) as u8, y as u8])
    });
    let whole = encoded(picture, ImageFormat::Jpeg);
    for end in 4..whole.len() - 1 {
        let error = open("cut.jpg", &whole[..end]).unwrap_err();
        assert!(error.contains("cut.jpg"), "{error}");
    }
    assert!(open("whole.jpg", &whole).is_ok());
    // What a camera writes behind the image is none of our business.
    assert!(open("more.jpg", &[&whole[..], b"more"].concat()).is_ok());
}

/// A thumbnail of its own, whole, lies in a picture that is cut.
#[test]
fn a_thumbnail_does_not_stand_for_the_end() {
    let small = encoded(RgbImage::new(8, 8), ImageFormat::Jpeg);
    let whole = encoded(RgbImage::new(64, 64), ImageFormat::Jpeg);
    let length = (small.len() as u16 + 2).to_be_bytes();
    let with_thumbnail = [&whole[..2], &[0xff, 0xe2], &length, &small, &whole[2..]].concat();
    assert!(open("thumbnail.jpg", &with_thumbnail).is_ok());
    let cut = &with_thumbnail[..with_thumbnail.len() - 40];
    assert!(
        open("thumbnail.jpg", cut)
            .unwrap_err()
            .contains("end is missing")
    );
}

#[test]
fn detail_that_no_frame_can_show_is_left_out() {
    let picture = |width, height| Picture {
        width,
        height,
        rgba: vec![0; (width * height * 4) as usize],
    };
    for (size, frame, wanted) in [
        ((400, 300), (100, 75), (100, 75)),
        ((400, 300), (101, 75), (200, 150)),
        ((400, 30), (100, 75), (400, 30)),
        ((50, 50), (100, 75), (50, 50)),
    ] {
        let found = picture(size.0, size.1).for_frame(frame);
        assert_eq!((found.width, found.height), wanted);
    }
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
