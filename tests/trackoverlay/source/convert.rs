//! Colours of a source in frames of another coding.

use gstwgpu::trackoverlay::colour::{Encoding, Primaries, Target, Transfer};
use gstwgpu::trackoverlay::source::{PackedOrder, Source, SourceFormat};

use super::{read, updated};
use crate::reference::source::convert::{Conversion, source_convert};
use crate::reference::source::halve::levels;
use crate::reference::source::rgba::{Texels, source_rgba};
use crate::trackoverlay::place::rig::picture;

const CODINGS: [(&str, Transfer); 3] = [
    ("standard", Transfer::Standard),
    ("hlg", Transfer::Hlg),
    ("pq", Transfer::Pq),
];

const BT709: Encoding = Encoding::new(Transfer::Standard, Primaries::BT709);
const BT2020: Encoding = Encoding::new(Transfer::Standard, Primaries::BT2020);
const HLG: Encoding = Encoding::new(Transfer::Hlg, Primaries::BT2020);
const PQ: Encoding = Encoding::new(Transfer::Pq, Primaries::BT2020);

fn stream(width: u32, height: u32, encoding: Encoding) -> SourceFormat {
    SourceFormat::Packed {
        width,
        height,
        order: PackedOrder::RGBA,
        encoding,
    }
}

fn close(what: &str, found: &Texels, wanted: &Texels) {
    assert_eq!((found.width, found.height), (wanted.width, wanted.height));
    for (at, (found, wanted)) in found.data.iter().zip(&wanted.data).enumerate() {
        for (found, wanted) in found.iter().zip(wanted) {
            let off = (found - wanted).abs();
            // Curves are steep near black.
            let dark = off < 0.01 && found.abs().max(wanted.abs()) < 0.05;
            assert!(
                off < 0.002 || dark,
                "{what}, texel {at}: {found}, wanted {wanted}"
            );
        }
    }
}

/// Level 0 and, where levels are made first, all others. The other way between primaries, components are small
/// differences of large numbers: values worked out by hand test it.
#[test]
fn every_pair_of_codings_matches_its_twin() {
    let (width, height) = (24, 18);
    let mut bytes = picture(width, height).rgba;
    // Little alpha leaves little of a colour's precision.
    for pixel in bytes.chunks_mut(4) {
        pixel[3] |= 0x80;
    }
    let plain = source_rgba(&bytes, width as usize, [Some(0), Some(1), Some(2), Some(3)]);
    for (from_name, from) in CODINGS {
        for (to_name, to) in CODINGS {
            let from = Encoding {
                mastered: 4000.0,
                ..Encoding::new(from, Primaries::BT709)
            };
            let to = Target {
                encoding: Encoding::new(to, Primaries::BT2020),
                graphics_white: 150.0,
            };
            let twin = Conversion {
                from: from_name,
                to: to_name,
                rows: from.primaries.matrix_to(&to.encoding.primaries),
                weights: [from, to.encoding].map(|coding| coding.primaries.luminance()),
                white: 150.0,
                mastered: 4000.0,
            };
            let what = format!("{from_name} to {to_name}");
            let found = updated(&stream(width, height, from), &vec![bytes.clone()], &to);
            close(&what, &found[0], &source_convert(&plain, &twin));
            let comes_last = (from_name, to_name) != ("hlg", "standard") && from_name != to_name;
            if comes_last && from_name != "pq" {
                for (level, wanted) in levels(plain.clone()).iter().enumerate() {
                    close(&what, &found[level], &source_convert(wanted, &twin));
                }
            }
        }
    }
}

/// R'G'B' in the frames, of a picture of these codes.
fn shown(codes: [u8; 3], from: Encoding, to: &Target) -> [f64; 3] {
    let [red, green, blue] = codes;
    let bytes = vec![[red, green, blue, 255].repeat(4)];
    let found = updated(&stream(2, 2, from), &bytes, to);
    let [red, green, blue, _] = found[0].data[3];
    [red, green, blue]
}

/// Worked out by hand from BT.1886, ST 2084, BT.2100, the matrices of BT.2087 and BT.2407, and the curve of
/// BT.2390 from 1,000 to 203 cd/m2.
#[test]
fn colours_have_the_codes_of_the_standards() {
    const WHITE: [u8; 3] = [255; 3];
    const GREY: [u8; 3] = [102; 3];
    const RED: [u8; 3] = [255, 0, 0];
    const SKIN: [u8; 3] = [204, 153, 102];
    let usual = Target::new;
    for (from, to, codes, wanted) in [
        (BT709, usual(PQ), WHITE, [0.5807, 0.5807, 0.5807]),
        (BT709, usual(PQ), GREY, [0.3673, 0.3673, 0.3673]),
        (BT709, usual(PQ), RED, [0.5325, 0.3270, 0.2201]),
        (BT709, usual(PQ), SKIN, [0.5031, 0.4629, 0.3846]),
        (BT709, usual(HLG), WHITE, [0.7499, 0.7499, 0.7499]),
        (BT709, usual(HLG), RED, [0.7085, 0.2666, 0.1299]),
        (BT709, usual(HLG), SKIN, [0.6319, 0.5409, 0.3577]),
        (BT709, usual(BT2020), RED, [0.8235, 0.3284, 0.1804]),
        (BT709, usual(BT2020), SKIN, [0.7292, 0.6151, 0.4338]),
        (BT2020, usual(BT709), RED, [1.0, 0.0, 0.0]),
        (BT2020, usual(BT709), SKIN, [0.9071, 0.5692, 0.3561]),
        (HLG, usual(PQ), WHITE, [0.7518, 0.7518, 0.7518]),
        (HLG, usual(PQ), SKIN, [0.5997, 0.4985, 0.4141]),
        (HLG, usual(BT709), GREY, [0.4488, 0.4488, 0.4488]),
        (HLG, usual(BT709), SKIN, [1.0, 0.5616, 0.3826]),
        (PQ, usual(HLG), GREY, [0.4152, 0.4152, 0.4152]),
        (PQ, usual(HLG), SKIN, [1.0, 0.7519, 0.3267]),
        (PQ, usual(BT709), GREY, [0.4658, 0.4658, 0.4658]),
        (PQ, usual(BT709), SKIN, [1.0, 0.2940, 0.0]),
        (BT709, usual(BT709), SKIN, [0.8, 0.6, 0.4]),
    ] {
        let found = shown(codes, from, &to);
        for (found, wanted) in found.iter().zip(wanted) {
            assert!(
                (found - wanted).abs() < 0.002,
                "{codes:?} from {from:?} to {to:?}: {found:?}, wanted {wanted:?}"
            );
        }
    }
}

#[test]
fn white_for_graphics_and_mastering_are_what_they_are_set_to() {
    let dim = Target {
        graphics_white: 100.0,
        ..Target::new(PQ)
    };
    let found = shown([255; 3], BT709, &dim);
    assert!((found[1] - 0.5081).abs() < 0.002, "{found:?}");
    let bright = Encoding {
        mastered: 4000.0,
        ..PQ
    };
    let found = shown([204, 153, 102], bright, &Target::new(HLG));
    for (found, wanted) in found.iter().zip([1.0, 0.6671, 0.2646]) {
        assert!((found - wanted).abs() < 0.002, "{found}, wanted {wanted}");
    }
}

#[test]
fn a_picture_knows_which_frames_it_was_made_for() {
    let gpu = crate::gpu::gpu();
    let source = Source::from_picture(&gpu, &picture(8, 8), &Target::new(PQ)).unwrap();
    assert!(source.suits(&Target::new(PQ)));
    assert!(!source.suits(&Target::new(HLG)));
    let other_white = Target {
        graphics_white: 100.0,
        ..Target::new(PQ)
    };
    assert!(!source.suits(&other_white));
    // White for graphics matters only between ranges.
    let source = Source::from_picture(&gpu, &picture(8, 8), &Target::default()).unwrap();
    let other_white = Target {
        graphics_white: 100.0,
        ..Target::default()
    };
    assert!(source.suits(&other_white));
    assert_eq!(read(&source)[0].width, 8);
}
