//! Frames in, frames out: formats, fields, order and sizes.

use gstwgpu::denoise::{Preset, Scan};
use gstwgpu::gpu::{AdapterSelector, Gpu};

use super::denoiser_rig::{Bytes, PRESETS, Picture, Run, Session, clean, clip, noisy, to_i420};
use super::unpack::{FORMATS, extent, position};

/// Sizes of neither whole quads nor whole tiles.
const SIZE: (u32, u32) = (67, 45);

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

fn run(format: &'static str, preset: Preset) -> Run {
    Run {
        format,
        sigma: 9.0,
        ..Run::new(SIZE, preset)
    }
}

fn noisy_clip(format: &str, frames: usize) -> Vec<Picture> {
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
                let tolerance = if format.contains('1') { 0.625 } else { 0.0 };
                assert_agree(&format!("{format} {preset:?}"), &found, &wanted, tolerance);
            }
        }
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

/// Components at full size are treated as luma is, where their noise is the same. Only luma follows
/// changes of brightness.
#[test]
fn chroma_is_denoised_as_luma_is() {
    let mut clip = noisy_clip("Y444", 4);
    for [y, u, v] in &mut clip {
        *u = y.clone();
        *v = y.clone();
    }
    for preset in PRESETS {
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

/// Every second row of each plane, from row `offset` on.
fn field(frame: &Bytes, offset: usize) -> Bytes {
    let plane = |(c, bytes): (usize, &Vec<u8>)| {
        let rows = bytes.chunks(extent("I420", c, SIZE).0 as usize);
        rows.skip(offset).step_by(2).flatten().copied().collect()
    };
    frame.iter().enumerate().map(plane).collect()
}

/// Fields are two streams: each comes out as if the other one were not there.
#[test]
fn fields_do_not_mix() {
    let other = |t| noisy(&clean("I420", SIZE, 1.0, 2.0, t), 9.0, t as u64 + 50);
    let frames: Vec<Bytes> = noisy_clip("I420", 4)
        .iter()
        .enumerate()
        .map(|(t, first)| {
            let (mut frame, second) = (to_i420(first), to_i420(&other(t)));
            for (c, (plane, second)) in frame.iter_mut().zip(&second).enumerate() {
                let width = extent("I420", c, SIZE).0 as usize;
                for (to, from) in plane
                    .chunks_mut(width)
                    .zip(second.chunks(width))
                    .skip(1)
                    .step_by(2)
                {
                    to.copy_from_slice(from);
                }
            }
            frame
        })
        .collect();
    for (preset, lookahead) in [(Preset::Fast, 0), (Preset::Quality, 1)] {
        let interlaced = Run {
            scan: Scan::Interlaced,
            lookahead,
            sigma: -1.0,
            ..run("I420", preset)
        };
        let out = interlaced.bytes(&frames);
        assert_eq!(out.len(), frames.len());
        for (offset, height) in [(0, 23), (1, 22)] {
            let alone = Run {
                size: (SIZE.0, height),
                scan: Scan::Progressive,
                ..interlaced.clone()
            };
            let fields: Vec<_> = frames.iter().map(|frame| field(frame, offset)).collect();
            let wanted = alone.bytes(&fields);
            for (t, (out, wanted)) in out.iter().zip(&wanted).enumerate() {
                assert!(
                    field(out, offset) == *wanted,
                    "{preset:?} field {offset} of frame {t}"
                );
            }
        }
    }
}

/// Frames come in order, late by the lookahead, and the last ones when drained.
#[test]
fn lookahead_delays_and_drains() {
    let gpu = crate::gpu::gpu();
    for (preset, lookahead, count) in [
        (Preset::Fast, 0, 3),
        (Preset::Fast, 2, 6),
        (Preset::Quality, 3, 5),
        (Preset::Balanced, 4, 2),
    ] {
        let run = Run {
            lookahead,
            ..run("GRAY8", preset)
        };
        let mut session = Session::new(&gpu, &run);
        let level = |t: usize| 30 + 25 * t as i64;
        let mut levels = Vec::new();
        let mean = |frame: &Bytes| {
            let sum: i64 = frame[0].iter().map(|byte| i64::from(*byte)).sum();
            // Sudden light from the future shines through a little.
            let mean = sum as f64 / frame[0].len() as f64;
            30 + 25 * ((mean - 30.0) / 25.0).round() as i64
        };
        for t in 0..count {
            let frame = vec![vec![level(t) as u8; (SIZE.0 * SIZE.1) as usize]];
            let out = session.process(&frame);
            assert_eq!(
                out.is_some(),
                t >= lookahead as usize,
                "{lookahead} frame {t}"
            );
            levels.extend(out.as_ref().map(mean));
        }
        while let Some(frame) = session.drain() {
            levels.push(mean(&frame));
        }
        assert_eq!(
            levels,
            (0..count).map(level).collect::<Vec<_>>(),
            "{lookahead}"
        );
    }
}

#[test]
fn two_runs_and_a_reset_give_the_same_bytes() {
    let gpu = crate::gpu::gpu();
    let frames: Vec<_> = noisy_clip("I420", 5).iter().map(to_i420).collect();
    for (preset, lookahead) in [
        (Preset::Fast, 0),
        (Preset::Balanced, 0),
        (Preset::Quality, 0),
        (Preset::Quality, 2),
    ] {
        let run = Run {
            lookahead,
            sigma: -1.0,
            ..run("I420", preset)
        };
        let first = run.bytes(&frames);
        assert_eq!(first.len(), frames.len());
        assert!(run.bytes(&frames) == first, "{preset:?} {lookahead}");
        // Another clip, of which frames may be held, and then a reset.
        let mut session = Session::new(&gpu, &run);
        for frame in frames.iter().rev().take(3) {
            session.process(frame);
        }
        session.denoiser.reset();
        let mut again: Vec<_> = frames
            .iter()
            .filter_map(|frame| session.process(frame))
            .collect();
        again.extend(std::iter::from_fn(|| session.drain()));
        assert!(again == first, "{preset:?} {lookahead} after a reset");
    }
}

/// Frames of any size come out, near to what went in.
#[test]
fn small_frames_come_out() {
    for size in [(1, 1), (2, 2), (3, 5), (17, 9), (1, 40), (40, 1)] {
        for (preset, lookahead) in [
            (Preset::Fast, 0),
            (Preset::Balanced, 1),
            (Preset::Quality, 0),
            (Preset::Quality, 2),
        ] {
            for scan in [Scan::Progressive, Scan::Interlaced] {
                let run = Run {
                    lookahead,
                    scan,
                    ..Run::new(size, preset)
                };
                let (clean, noisy) = clip(size, 4, 0.5, 3.0);
                let out = run.pictures(&noisy);
                assert_eq!(out.len(), 4);
                for (t, (out, clean)) in out.iter().zip(&clean).enumerate() {
                    for (c, (out, clean)) in out.iter().zip(clean).enumerate() {
                        for (out, clean) in out.data.iter().zip(&clean.data) {
                            assert!(
                                (out - clean).abs() < 20.0,
                                "{size:?} {preset:?} {lookahead} {scan:?} frame {t} component {c}: {out}, {clean}"
                            );
                        }
                    }
                }
            }
        }
    }
}

/// After the first frames nothing is made any more, neither bind groups nor memory of the device.
#[test]
fn nothing_is_made_for_each_frame() {
    // A device of its own, for other tests make things at the same time.
    let gpu = Gpu::open(&AdapterSelector::Auto).unwrap();
    let frames: Vec<_> = noisy_clip("I420", 5).iter().map(to_i420).collect();
    for (preset, lookahead) in [(Preset::Fast, 0), (Preset::Quality, 3)] {
        let run = Run {
            lookahead,
            ..run("I420", preset)
        };
        let mut session = Session::new(&gpu, &run);
        let mut made = Vec::new();
        for t in 0..64 {
            session.process(&frames[t % frames.len()]);
            let memory = gpu.device().generate_allocator_report();
            made.push((
                session.recorder.bind_groups(),
                memory.map(|report| report.total_allocated_bytes),
            ));
        }
        // States, guides and vectors take turns with periods of 2 to 5 frames.
        assert!(made[0].0 > 0);
        assert_eq!(made[32], made[63], "{preset:?}");
    }
}
