//! Grids found in pictures that were quantized block by block, whole, cropped and scaled.

use gstwgpu::deartifact::Settings;
use gstwgpu::deartifact::analysis::Analysis;

use crate::denoise::noise_rig::{Random, read};
use crate::picture::rig::{submit, values};
use crate::reference::dct::{Block, forward, inverse};
use crate::reference::samples::Samples;

const SIZE: (usize, usize) = (160, 112);

/// A grid: period along x and y, first boundary along x and y, and how visible it is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Found {
    period: [f32; 2],
    offset: [f32; 2],
    blockiness: f32,
}

/// Slopes, waves, discs and a little noise, without any period of 8.
pub(super) fn scene(seed: u64) -> Samples {
    let mut random = Random(seed);
    let (waves, discs): (Vec<_>, Vec<_>) = (0..6)
        .map(|_| {
            let mut any = |low: f64, high: f64| low + (high - low) * random.uniform();
            let wave = (any(-0.35, 0.35), any(-0.35, 0.35), any(0.0, 6.0));
            let disc = (
                any(0.0, 160.0),
                any(0.0, 112.0),
                any(8.0, 30.0),
                any(-40.0, 40.0),
            );
            (wave, disc)
        })
        .unzip();
    Samples::from_fn(SIZE, |x, y| {
        let (x, y) = (x as f64, y as f64);
        let wave = |(u, v, phase): &(f64, f64, f64)| 7.0 * (u * x + v * y + phase).sin();
        let disc = |(cx, cy, radius, height): &(f64, f64, f64, f64)| {
            let inside = radius - ((x - cx).powi(2) + (y - cy).powi(2)).sqrt();
            height * (0.5 + inside).clamp(0.0, 1.0)
        };
        let sum: f64 = waves.iter().map(wave).chain(discs.iter().map(disc)).sum();
        110.0 + 0.3 * x - 0.2 * y + sum + random.gauss()
    })
}

/// The picture after 8x8 blocks were quantized, high frequencies more coarsely.
pub(super) fn quantized(picture: &Samples, step: f64) -> Samples {
    let mut coded = picture.clone();
    for (left, top) in (0..SIZE.1)
        .step_by(8)
        .flat_map(|y| (0..SIZE.0).step_by(8).map(move |x| (x, y)))
    {
        let mut block = Block::default();
        for (y, row) in block.iter_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                *value = picture.at(left + x, top + y);
            }
        }
        let mut block = forward(&block);
        for (v, row) in block.iter_mut().enumerate() {
            for (u, value) in row.iter_mut().enumerate() {
                let step = step * (1.0 + 0.25 * (u + v) as f64);
                *value = (*value / step).round() * step;
            }
        }
        let block = inverse(&block);
        for (y, row) in block.iter().enumerate() {
            for (x, value) in row.iter().enumerate() {
                coded.data[(top + y) * SIZE.0 + left + x] = value.clamp(0.0, 255.0);
            }
        }
    }
    coded
}

fn cropped(picture: &Samples, by: usize) -> Samples {
    // A multiple of four is left, as planes have it.
    let size = (
        picture.width - by - (picture.width - by) % 4,
        picture.height - by,
    );
    Samples::from_fn(size, |x, y| picture.at(x + by, y + by))
}

/// Scaled up by 1.5, linearly.
fn scaled(picture: &Samples) -> Samples {
    let size = (picture.width * 3 / 2, picture.height * 3 / 2);
    Samples::from_fn(size, |x, y| {
        let place = |at: usize| (at as f64 + 0.5) / 1.5 - 0.5;
        let (px, py) = (place(x), place(y));
        let at = |dx: i64, dy: i64| picture.nearest(px.floor() as i64 + dx, py.floor() as i64 + dy);
        let (fx, fy) = (px - px.floor(), py - py.floor());
        let upper = at(0, 0) * (1.0 - fx) + at(1, 0) * fx;
        let lower = at(0, 1) * (1.0 - fx) + at(1, 1) * fx;
        upper * (1.0 - fy) + lower * fy
    })
}

fn found(picture: &Samples) -> Found {
    let gpu = crate::gpu::gpu();
    let size = (picture.width as u32, picture.height as u32);
    let stored = Samples::from_fn((picture.width, picture.height), |x, y| {
        picture.at(x, y).round()
    });
    let plane = values(size, &stored);
    let mut analysis = Analysis::new(&gpu, size, 1.0).unwrap();
    submit(|r| analysis.record(r, &plane, &Settings::default()));
    let model: Vec<f32> = bytemuck::pod_collect_to_vec(&read(analysis.model()));
    Found {
        period: [model[5], model[8]],
        offset: [model[6], model[9]],
        blockiness: model[2],
    }
}

/// Asserts that the expected grid is found and visible in 19 of 20 pictures.
fn assert_found(what: &str, period: f32, offset: f32, change: impl Fn(&Samples) -> Samples) {
    let is_right = |seed: &u64| {
        let picture = quantized(&scene(*seed), 24.0);
        let found = found(&change(&picture));
        let right = found.period == [period; 2] && found.offset == [offset; 2];
        right && found.blockiness > 0.5
    };
    let right = (1..=20u64).filter(is_right).count();
    assert!(right >= 19, "{what}: {right} of 20");
}

#[test]
fn grids_are_found() {
    assert_found("whole", 8.0, 0.0, Samples::clone);
}

#[test]
fn grids_are_found_after_a_crop() {
    assert_found("cropped by 3", 8.0, 5.0, |picture| cropped(picture, 3));
    assert_found("cropped by 6", 8.0, 2.0, |picture| cropped(picture, 6));
}

#[test]
fn grids_are_found_after_scaling() {
    assert_found("scaled by 1.5", 12.0, 0.0, scaled);
}

#[test]
fn no_grid_is_seen_where_none_is() {
    for seed in 1..=20 {
        let found = found(&scene(seed));
        assert!(found.blockiness < 0.5, "{seed}: {found:?}");
    }
}

#[test]
fn estimates_grow_with_the_quantizer() {
    let gpu = crate::gpu::gpu();
    let size = (SIZE.0 as u32, SIZE.1 as u32);
    for seed in 1..=5 {
        let estimates = [12.0, 24.0, 48.0].map(|step| {
            let coded = quantized(&scene(seed), step);
            let stored = Samples::from_fn(SIZE, |x, y| coded.at(x, y).round());
            let mut analysis = Analysis::new(&gpu, size, 1.0).unwrap();
            let plane = values(size, &stored);
            submit(|r| analysis.record(r, &plane, &Settings::default()));
            let model: Vec<f32> = bytemuck::pod_collect_to_vec(&read(analysis.model()));
            model[13]
        });
        assert!(
            estimates.is_sorted() && estimates[0] < estimates[2],
            "{seed}: {estimates:?}"
        );
    }
}
