//! The grid and the model of the damage against their twins, over several pictures.

use gstwgpu::deartifact::Settings;
use gstwgpu::deartifact::analysis::{Analysis, DAMAGE_GRID, DamageGridParams, MODEL_BYTES};
use gstwgpu::gpu::StorageBuffer;

use super::grid::{quantized, scene};
use crate::denoise::noise_rig::{Random, read};
use crate::picture::rig::{SIZES, filled, submit, texture, values};
use crate::reference::block_origin::block_origin;
use crate::reference::coding_noise::coding_noise;
use crate::reference::damage_blocks::findings;
use crate::reference::damage_grid::{Grid, grid};
use crate::reference::damage_model::{Model, Pair, Wish, model};
use crate::reference::grid_profile::profile;
use crate::reference::samples::Samples;

fn floats(buffer: &StorageBuffer) -> Vec<f32> {
    bytemuck::pod_collect_to_vec(&read(buffer))
}

/// Inputs and outputs of the pass that finds the grid.
struct GridRig {
    profile: StorageBuffer,
    done: StorageBuffer,
    model: StorageBuffer,
    origin: StorageBuffer,
}

impl GridRig {
    fn new(size: (u32, u32)) -> Self {
        let boundaries = u64::from(filled(size).0 as u32 + size.1);
        let buffer = |bytes| StorageBuffer::new(&crate::gpu::gpu(), "test", bytes);
        Self {
            profile: buffer(boundaries * 4),
            done: buffer(4),
            model: buffer(MODEL_BYTES),
            origin: buffer(8),
        }
    }

    fn run(&self, size: (u32, u32), picture: &Samples, first: bool) {
        let kernel = crate::gpu::gpu().kernel(&DAMAGE_GRID).unwrap();
        let plane = values(size, picture);
        let bindings = [
            ("plane", (&plane.buffer).into()),
            ("profile", (&self.profile).into()),
            ("done", (&self.done).into()),
            ("model", (&self.model).into()),
            ("origin", (&self.origin).into()),
        ];
        let (width, height) = size;
        let first = u32::from(first);
        let params = DamageGridParams {
            width,
            height,
            first,
        };
        let invocations = (width.div_ceil(4).max(height), 1, 2);
        submit(|r| r.layers(&kernel, &bindings, &params, invocations));
    }
}

#[test]
fn profiles_of_steps_match_their_twin() {
    for size in SIZES {
        let picture = texture(size, 12.0, 5);
        let rig = GridRig::new(size);
        rig.run(size, &picture, true);
        let wanted = profile(&picture);
        let (columns, rows) = (filled(size).0, wanted.len());
        for (at, (found, wanted)) in floats(&rig.profile).iter().zip(&wanted).enumerate() {
            // The rim is never read: 2 boundaries on each side of each axis.
            let (place, side) = match at < columns {
                true => (at, columns),
                false => (at - columns, rows - columns),
            };
            if place < 2 || place + 2 >= side {
                continue;
            }
            let far = (f64::from(*found) - wanted).abs();
            assert!(far < 1e-3, "{size:?} {at}: {found}, wanted {wanted}");
        }
    }
}

/// Noise, with alternating steps of this height along both axes.
fn stairs(size: (u32, u32), [period, first]: [f64; 2], height: f64, seed: u64) -> Samples {
    let mut random = Random(seed);
    let level = |at: usize| {
        let step = (0..).take_while(|k| (first + f64::from(*k) * period).round() as usize <= at);
        height * (step.count() % 2) as f64
    };
    Samples::from_fn(filled(size), |x, y| {
        (128.0 * (100.0 + level(x) + level(y) + 0.3 * random.gauss())).round() / 128.0
    })
}

#[test]
fn grids_match_their_twin() {
    let size = (250, 130);
    let rig = GridRig::new(size);
    let mut before = None;
    let pictures = [
        (8.0, 3.0, 2.0),
        (8.0, 4.0, 5.0),
        (16.0, 5.0, 6.0),
        (12.0, 1.0, 7.0),
        (32.0 / 3.0, 0.0, 7.0),
        (8.0, 6.0, 7.0),
    ];
    for (index, (period, first, height)) in pictures.into_iter().enumerate() {
        let picture = stairs(size, [period, first], height, index as u64);
        rig.run(size, &picture, index == 0);
        let wanted = grid(&profile(&picture), size.0 as usize, before);
        let found = floats(&rig.model);
        let [x, y] = wanted.axes;
        let pairs = [
            (found[2], wanted.blockiness),
            (found[5], x.0),
            (found[6], x.1),
            (found[8], y.0),
            (found[9], y.1),
        ];
        for (at, (found, wanted)) in pairs.into_iter().enumerate() {
            let far = (f64::from(found) - wanted).abs();
            assert!(
                far < 1e-3,
                "picture {index} field {at}: {found}, wanted {wanted}"
            );
        }
        let origin: Vec<u32> = bytemuck::pod_collect_to_vec(&read(&rig.origin));
        let cells = wanted
            .axes
            .map(|(p, o)| block_origin(wanted.blockiness, p, o));
        assert_eq!(origin[..2], cells, "picture {index}");
        before = Some(wanted);
    }
}

/// Several workgroups of blocks across and down.
const SIZE: (usize, usize) = (400, 304);

/// Findings of all blocks of a picture.
fn all_findings(picture: &Samples, grid: &Grid, threshold: f64) -> Vec<Pair> {
    let start = grid.axes.map(|(period, offset)| {
        let is_known = grid.blockiness >= 1.0 && (period == 8.0 || period == 16.0);
        if is_known { offset as usize % 8 } else { 0 }
    });
    let count = |side: usize| (side - 20) / 16 + 1;
    let places = (0..count(SIZE.1)).flat_map(|y| (0..count(SIZE.0)).map(move |x| (x, y)));
    let one = |(x, y): (usize, usize)| {
        let (left, top) = (x * 16 + start[0], y * 16 + start[1]);
        [4, 0].map(|across| findings(picture, left + across, top + across, threshold))
    };
    places.map(one).collect()
}

#[test]
fn models_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let size = (SIZE.0 as u32, SIZE.1 as u32);
    for quantizer in [-1.0, 37.0] {
        let settings = Settings {
            strength: 1.5,
            deblock: 0.5,
            dering: 0.75,
            deband: 2.0,
            temporal: 0.8,
            quantizer: quantizer as f32,
        };
        let wish = Wish {
            quantizer,
            strength: 1.5,
            deblock: 0.5,
            dering: 0.75,
            deband: 2.0,
            code: 0.25,
        };
        let mut analysis = Analysis::new(&gpu, size, 0.25).unwrap();
        let mut before: Option<(Grid, Model)> = None;
        for (index, step) in [24.0, 30.0, 2.1, 60.0].into_iter().enumerate() {
            let tile = quantized(&scene(index as u64 + 1), step);
            let picture = Samples::from_fn(SIZE, |x, y| {
                (tile.at(x % tile.width, y % tile.height) * 128.0).round() / 128.0
            });
            let plane = values(size, &picture);
            submit(|r| analysis.record(r, &plane, &settings));
            let grid = grid(&profile(&picture), SIZE.0, before.map(|(grid, _)| grid));
            let threshold = before.map_or(0.0, |(_, model)| model.threshold);
            let all = all_findings(&picture, &grid, threshold);
            let wanted = model(&all, &grid, before.map(|(_, model)| model), &wish);
            let found = floats(analysis.model());
            let noise = floats(analysis.noise());
            let [luma, chroma] = coding_noise(1.2, wanted.share, wanted.quantizer);
            let pairs = [
                (found[1], wanted.estimate),
                (found[2], grid.blockiness),
                (found[3], wanted.ringing),
                (found[10], wanted.threshold),
                (found[11], wanted.deblock),
                (found[12], wanted.deband),
                (found[13], wanted.quantizer),
                (found[14], wanted.share),
                (found[15], wanted.wanted),
                (found[16], wanted.blocked),
                (found[17], wanted.paced),
                (found[18], wanted.believed),
                // Variances at mean luma, and ends of the curves over luma.
                (noise[3], luma * luma),
                (noise[4], chroma * chroma),
                (noise[5], chroma * chroma),
                (noise[8], luma * luma),
                (noise[23], luma * luma),
                (noise[24], chroma * chroma),
                (noise[55], chroma * chroma),
            ];
            for (at, (found, wanted)) in pairs.into_iter().enumerate() {
                let far = (f64::from(found) - wanted).abs();
                assert!(
                    far < 2e-3 * wanted.abs().max(1.0),
                    "{quantizer} picture {index} field {at}: {found}, wanted {wanted}"
                );
            }
            before = Some((grid, wanted));
        }
    }
}
