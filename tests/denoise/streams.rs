//! Frames in, frames out: fields, order and sizes.

use gstwgpu::denoise::{Preset, Scan};
use gstwgpu::gpu::{AdapterSelector, Gpu};

use super::denoiser_rig::{Bytes, Run, Session, clean, clip, noisy, to_i420};
use super::formats::{SIZE, noisy_clip, run};
use crate::picture::unpack::extent;

/// Every second row of each plane, from row `offset` on.
fn field(frame: &Bytes, offset: usize) -> Bytes {
    let plane = |(c, bytes): (usize, &Vec<u8>)| {
        let rows = bytes.chunks(extent("I420", c, SIZE).0 as usize);
        rows.skip(offset).step_by(2).flatten().copied().collect()
    };
    frame.iter().enumerate().map(plane).collect()
}

/// Frame `t` with rows of two worlds in turn.
fn interleaved(t: usize) -> Bytes {
    let of = |kind: f64| noisy(&clean("I420", SIZE, kind, 1.5, t), 9.0, t as u64 + 50);
    let (mut frame, second) = (to_i420(&of(0.0)), to_i420(&of(1.0)));
    for (c, (plane, second)) in frame.iter_mut().zip(&second).enumerate() {
        let width = extent("I420", c, SIZE).0 as usize;
        let rows = plane.chunks_mut(width).zip(second.chunks(width));
        for (to, from) in rows.skip(1).step_by(2) {
            to.copy_from_slice(from);
        }
    }
    frame
}

/// Fields are two streams: the output of each does not depend on the other.
#[test]
fn fields_do_not_mix() {
    let frames: Vec<Bytes> = (0..4).map(interleaved).collect();
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

/// Frames come in order, delayed by the lookahead, and the last ones when drained.
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

/// Frames of any size are output, close to the input.
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

/// After the first frames nothing is allocated any more, neither bind groups nor device memory.
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
