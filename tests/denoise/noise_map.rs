//! The map of the noise against its twin in plain loops.

use gstwgpu::denoise::noise_passes::NOISE_MAP;
use gstwgpu::denoise::temporal::NoiseModel;
use gstwgpu::denoise::{Preset, Settings};
use gstwgpu::gpu::{Recorder, StorageBuffer, Subsampling};

use super::denoiser_rig::{Component, Picture, Run, clean, noisy};
use super::noise_rig::{clip, estimator, layout, on_gpu, read};
use crate::reference::noise_cells::cells;
use crate::reference::noise_map::{Entry, Measured};
use crate::reference::noise_sites::Grid;
use crate::reference::samples::Samples;

/// Noise in a window of clean pictures, which moves at last.
fn window(frames: usize) -> Vec<Vec<Samples>> {
    let layout = layout(264, 168, Subsampling::S420);
    let mut pictures = clip(&layout, frames, &|_| 0.0);
    let noisy = clip(&layout, frames, &|_| 12.0);
    for (t, (frame, noisy)) in pictures.iter_mut().zip(noisy).enumerate() {
        let left = if t + 2 < frames { 60 } else { 100 };
        for (plane, noisy) in frame.iter_mut().zip(noisy) {
            let scale = 264 / plane.width;
            for (at, sample) in plane.data.iter_mut().enumerate() {
                let (x, y) = (at % plane.width * scale, at / plane.width * scale);
                if (left..left + 130).contains(&x) && (44..140).contains(&y) {
                    *sample = noisy.data[at];
                }
            }
        }
    }
    pictures
}

fn entries(map: &StorageBuffer) -> Vec<Entry> {
    let words: Vec<[f32; 2]> = bytemuck::pod_collect_to_vec(&read(map));
    let (shares, traits) = words.split_at(words.len() / 2);
    let entry = |([missing, weight], [faint, noisy]): (&[f32; 2], &[f32; 2])| Entry {
        share: 1.0 - f64::from(*missing),
        weight: f64::from(weight.abs()),
        border: *weight < 0.0,
        faint: f64::from(*faint),
        noisy: f64::from(*noisy),
    };
    shares.iter().zip(traits).map(entry).collect()
}

fn grid(now: &Samples, before: &Samples) -> Grid {
    Grid {
        cells: cells(now, before, 255.0),
        columns: now.width / 8,
        rows: now.height / 8,
    }
}

fn curve_at(sigmas: &[f32; 16], y: f64) -> f64 {
    let at = (y / 16.0 - 0.5).clamp(0.0, 15.0);
    let k = (at as usize).min(14);
    let [low, high] = [sigmas[k], sigmas[k + 1]].map(f64::from);
    (low + (high - low) * (at - k as f64)).powi(2)
}

/// The map as plain loops make it from the GPU's model and its map of the picture before.
fn wanted(
    model: &NoiseModel,
    now: &[Samples],
    before: Option<&[Samples]>,
    known: &[Entry],
) -> Vec<Entry> {
    let past = before.unwrap_or(now);
    let grids: Vec<Grid> = (0..3).map(|i| grid(&now[i], &past[i])).collect();
    let luma = |y: f64| curve_at(&model.sigmas, y);
    let [u, v] = [model.sigma_u, model.sigma_v].map(|sigma| f64::from(sigma * sigma));
    let (u, v) = (move |_| u, move |_| v);
    let first = before.is_none();
    let details = model.detail_shares.map(f64::from);
    let planes = [
        Measured {
            grids: vec![(&grids[0], &luma)],
            first,
            details: [details[0], 1.0],
            mean: f64::from(model.sigma_y).powi(2),
        },
        Measured {
            grids: vec![(&grids[1], &u), (&grids[2], &v)],
            first,
            details: [details[1], details[2]],
            mean: u(0.0).max(v(0.0)),
        },
    ];
    let mut known = known.to_vec();
    let luma_cells = grids[0].cells.len();
    for _ in 0..if first { 4 } else { 1 } {
        let (luma, chroma) = known.split_at(luma_cells);
        known = [planes[0].next(luma), planes[1].next(chroma)].concat();
    }
    known
}

#[test]
fn the_parameters_are_those_of_the_shader() {
    NOISE_MAP.load().unwrap();
}

#[test]
fn the_map_follows_its_twin() {
    let pictures = window(7);
    let mut estimator = estimator(&layout(264, 168, Subsampling::S420));
    let mut recorder = Recorder::new(&crate::gpu::gpu());
    let mut known = vec![Entry::UNKNOWN; 33 * 21 + 16 * 10];
    let mut before = None;
    for (t, frame) in pictures.iter().enumerate() {
        let now = on_gpu(frame);
        let mut recording = recorder.begin();
        estimator
            .record(&mut recording, &now, before.as_ref(), &Settings::default())
            .unwrap();
        recording.submit().unwrap();
        before = Some(now);
        let model: NoiseModel =
            bytemuck::pod_read_unaligned(&read(estimator.model())[..size_of::<NoiseModel>()]);
        assert_eq!((model.taken, model.mapped), (1, 1), "picture {t}");
        let past = t.checked_sub(1).map(|t| pictures[t].as_slice());
        let wanted = wanted(&model, frame, past, &known);
        let found = entries(estimator.map());
        let differ = |(found, wanted): &(&Entry, &Entry)| {
            (found.share - wanted.share).abs() > 2e-3
                || (found.weight - wanted.weight).abs() > 2e-3
                || found.border != wanted.border
                || (found.faint - wanted.faint).abs() > 2e-3
                || (found.noisy - wanted.noisy).abs() > 2e-3
        };
        // Single precision may decide otherwise at a threshold.
        let wrong = found.iter().zip(&wanted).filter(differ).count();
        assert!(wrong <= 3, "picture {t}: {wrong} of {}", found.len());
        let clean = found.iter().filter(|entry| entry.share == 0.0).count();
        let noisy = found.iter().filter(|entry| entry.share > 0.9).count();
        assert!(clean > 400 && noisy > 150, "picture {t}: {clean} {noisy}");
        known = found;
    }
}

/// Columns and rows of a window.
const WINDOW: [std::ops::Range<usize>; 2] = [96..216, 56..152];

fn in_window(component: &Component, full: usize, at: usize) -> bool {
    let scale = full / component.width;
    let (x, y) = (at % component.width, at / component.width);
    WINDOW[0].contains(&(x * scale)) && WINDOW[1].contains(&(y * scale))
}

/// Noise in a window of a picture that moves takes nothing from the picture around it, and is taken away.
#[test]
fn what_moves_around_a_window_of_noise_stays() {
    let size = (328, 208);
    let truth: Vec<_> = (0..8).map(|t| clean("I420", size, 0.0, 6.0, t)).collect();
    let windowed = |(t, clean): (usize, &Picture)| {
        let mut picture = clean.clone();
        for (component, noisy) in picture.iter_mut().zip(noisy(clean, 16.0, t as u64)) {
            for at in 0..component.data.len() {
                if in_window(component, 328, at) {
                    component.data[at] = noisy.data[at];
                }
                component.data[at] = component.data[at].round();
            }
        }
        picture
    };
    let frames: Vec<_> = truth.iter().enumerate().map(windowed).collect();
    let out = Run::new(size, Preset::Fast).pictures(&frames);
    let (now, given, clean) = (&out[7][0], &frames[7][0], &truth[7][0]);
    let error = |a: &Component, b: &Component, inside: bool| {
        let wanted = |at: &usize| in_window(a, 328, *at) == inside;
        let squares = (0..a.data.len()).filter(wanted);
        let squares: Vec<_> = squares
            .map(|at| (a.data[at] - b.data[at]).powi(2))
            .collect();
        squares.iter().sum::<f64>() / squares.len() as f64
    };
    let outside = error(now, given, false);
    let inside = error(now, clean, true) / error(given, clean, true);
    assert!(outside < 1.0, "outside {outside}");
    assert!(inside < 0.25, "inside {inside}");
}
