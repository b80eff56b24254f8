//! All formats give the same result.

use gstwgpu::denoise::Preset;

use super::denoiser_rig::{Bytes, PRESETS, Picture, Run, clean, noisy};
use crate::picture::unpack::{FORMATS, extent, position};

/// Sizes that are no multiples of quads or tiles.
pub const SIZE: (u32, u32) = (67, 45);

/// A picture as the bytes of a format.
fn encode(format: &str, picture: &Picture) -> Bytes {
    let (.., depth, shift) = *FORMATS.iter().find(|(name, ..)| *name == format).unwrap();
    let count = if format.starts_with("GRAY") { 1 } else { 3 };
    let mut planes: Vec<Vec<u16>> = vec![Vec::new(); 3];
    for (c, component) in picture.iter().enumerate().take(count) {
        let (plane, place, samples) = position(format, c);
        planes[plane].resize(component.data.len() * samples, 0);
        for (at, value) in component.data.iter().enumerate() {
            planes[plane][at * samples + place] = ((*value as u16) << (depth - 8)) << shift;
        }
    }
    let bytes = |plane: &Vec<u16>| match depth {
        8 => plane.iter().map(|code| *code as u8).collect(),
        _ => plane.iter().flat_map(|code| code.to_le_bytes()).collect(),
    };
    planes
        .iter()
        .filter(|plane| !plane.is_empty())
        .map(bytes)
        .collect()
}

/// The components of a frame in 8-bit code values, fractions kept.
fn decode(format: &str, bytes: &Bytes) -> Vec<Vec<f64>> {
    let (.., depth, shift) = *FORMATS.iter().find(|(name, ..)| *name == format).unwrap();
    let codes = |plane: &Vec<u8>| -> Vec<u16> {
        match depth {
            8 => plane.iter().map(|byte| u16::from(*byte)).collect(),
            _ => plane
                .chunks(2)
                .map(|b| u16::from_le_bytes([b[0], b[1]]))
                .collect(),
        }
    };
    let planes: Vec<Vec<u16>> = bytes.iter().map(codes).collect();
    let count = if format.starts_with("GRAY") { 1 } else { 3 };
    let component = |c| {
        let (plane, place, samples) = position(format, c);
        let codes = planes[plane].iter().skip(place).step_by(samples);
        codes
            .map(|code| f64::from(code >> shift) / f64::from(1 << (depth - 8)))
            .collect()
    };
    (0..count).map(component).collect()
}

pub fn run(format: &'static str, preset: Preset) -> Run {
    Run {
        format,
        sigma: 9.0,
        ..Run::new(SIZE, preset)
    }
}

pub fn noisy_clip(format: &str, frames: usize) -> Vec<Picture> {
    let one = |t| noisy(&clean(format, SIZE, 0.0, 1.3, t), 9.0, t as u64);
    (0..frames).map(one).collect()
}

fn denoised(format: &'static str, preset: Preset, clip: &[Picture]) -> Vec<Vec<Vec<f64>>> {
    let frames: Vec<_> = clip.iter().map(|picture| encode(format, picture)).collect();
    let out = run(format, preset).bytes(&frames);
    out.iter().map(|bytes| decode(format, bytes)).collect()
}

/// All formats with the same content agree, those of 8 bits to the bit.
#[test]
fn formats_agree() {
    for preset in PRESETS {
        for chroma in ["I420", "Y42B", "Y444"] {
            let clip = noisy_clip(chroma, 4);
            let wanted = denoised(chroma, preset, &clip);
            for (format, ..) in FORMATS {
                if format != "GRAY8" && extent(format, 1, SIZE) != extent(chroma, 1, SIZE) {
                    continue;
                }
                let found = denoised(format, preset, &clip);
                // 8 bits round a half of a code away, 10 bits an eighth of it.
                if format.starts_with("GRAY") && preset == Preset::Neural {
                    assert_as_clean(&found, &wanted, chroma);
                    continue;
                }
                let tolerance = if format.contains('1') { 0.625 } else { 0.0 };
                assert_agree(&format!("{format} {preset:?}"), &found, &wanted, tolerance);
            }
        }
    }
}

/// The network reads chroma, and so knows more of a picture that has some: luma is as clean, within 0.7 dB.
fn assert_as_clean(grey: &[Vec<Vec<f64>>], wanted: &[Vec<Vec<f64>>], chroma: &str) {
    for (t, (grey, wanted)) in grey.iter().zip(wanted).enumerate() {
        let clean = clean(chroma, SIZE, 0.0, 1.3, t);
        let error = |found: &[f64]| -> f64 {
            let pairs = found.iter().zip(&clean[0].data);
            pairs.map(|(a, b)| (a - b) * (a - b)).sum()
        };
        let (grey, wanted) = (error(&grey[0]), error(&wanted[0]));
        assert!(grey < 1.17 * wanted, "frame {t}: {grey}, {wanted}");
    }
}

fn assert_agree(what: &str, found: &[Vec<Vec<f64>>], wanted: &[Vec<Vec<f64>>], tolerance: f64) {
    assert_eq!(found.len(), wanted.len());
    for (t, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        for (c, (found, wanted)) in found.iter().zip(wanted).enumerate() {
            assert_eq!(found.len(), wanted.len());
            for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
                assert!(
                    (found - wanted).abs() <= tolerance,
                    "{what} frame {t} component {c} sample {at}: {found}, {wanted}"
                );
            }
        }
    }
}

/// Full-size chroma is treated like luma if its noise is the same. Only luma follows changes of brightness.
#[test]
fn chroma_is_denoised_as_luma_is() {
    let mut clip = noisy_clip("Y444", 4);
    for [y, u, v] in &mut clip {
        *u = y.clone();
        *v = y.clone();
    }
    // A network treats luma alone.
    let alike = PRESETS.into_iter().filter(|p| *p != Preset::Neural);
    for preset in alike {
        for (t, frame) in denoised("Y444", preset, &clip).iter().enumerate() {
            let [y, u, v] = [&frame[0], &frame[1], &frame[2]];
            assert!(u == v, "{preset:?} frame {t}");
            assert!(t > 0 || u == y, "{preset:?} frame {t}");
            let far = y
                .iter()
                .zip(u)
                .filter(|(y, u)| (*y - *u).abs() > 3.0)
                .count();
            assert!(
                far * 50 < y.len(),
                "{preset:?} frame {t}: {far} samples differ"
            );
        }
    }
}
