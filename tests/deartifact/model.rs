//! The grid and the model of the damage against their twins, over several pictures.

use gstwgpu::deartifact::analysis::{
    DAMAGE_GRID, DAMAGE_MODEL, DamageGridParams, DamageModelParams, MODEL_BYTES,
};
use gstwgpu::gpu::StorageBuffer;

use crate::denoise::noise_rig::{Random, read};
use crate::denoise::rig::{submit, write};
use crate::reference::damage_grid::{Grid, grid};
use crate::reference::damage_model::{Model, Pair, Wish, model};

const SIZE: (usize, usize) = (150, 90);
const BLOCKS: usize = 45;

/// A profile with combs of this period and height along both axes, in noise.
fn profile(random: &mut Random, period: f64, first: f64, height: f64) -> Vec<f32> {
    let comb = |at: usize| {
        let k = ((at as f64 - first) / period).round();
        (first + k * period).round() as usize == at
    };
    let mut side = |count: usize| -> Vec<f32> {
        let one = |at| if comb(at) { height } else { 0.0 };
        (0..count)
            .map(|at| (one(at) + 0.1 * random.gauss()) as f32)
            .collect()
    };
    [side(152), side(SIZE.1)].concat()
}

/// Findings of blocks whose bands fall off by so much from one to the next.
fn findings(random: &mut Random, fall: f64) -> Vec<Pair> {
    let mut one = || {
        let mut found = [0.0; 12];
        for (band, value) in found.iter_mut().take(5).enumerate() {
            *value = 4.0 - fall * band as f64 + 0.5 * random.gauss();
        }
        found[5] = (random.uniform() * 2.0).floor();
        found[6] = found[5] * random.uniform();
        for (place, value) in found.iter_mut().skip(7).enumerate() {
            let share = [0.9, 0.05, 0.15, 0.3, 0.6][place];
            *value = share + 0.05 * random.uniform();
        }
        found
    };
    (0..BLOCKS).map(|_| [one(), one()]).collect()
}

/// The findings as the GPU has them: those across the grid first.
fn laid_out(all: &[Pair]) -> Vec<f32> {
    let side = |side: usize| all.iter().flat_map(move |pair| pair[side]);
    side(0).chain(side(1)).map(|value| value as f32).collect()
}

/// Fields of the buffer in the order of the twins'.
fn compared(found: &[f32], grid: &Grid, wanted: &Model) -> [(f32, f64); 14] {
    let [x, y] = grid.axes;
    [
        (found[1], wanted.estimate),
        (found[2], grid.blockiness),
        (found[3], wanted.ringing),
        (found[5], x.0),
        (found[6], x.1),
        (found[8], y.0),
        (found[9], y.1),
        (found[10], wanted.threshold),
        (found[11], wanted.deblock),
        (found[12], wanted.deband),
        (found[13], wanted.quantizer),
        (found[14], wanted.share),
        (found[15], wanted.wanted),
        (found[16], wanted.blocked),
    ]
}

#[test]
fn models_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let grids = gpu.kernel(&DAMAGE_GRID).unwrap();
    let kernel = gpu.kernel(&DAMAGE_MODEL).unwrap();
    let buffers = [BLOCKS as u64 * 96, 242 * 4, MODEL_BYTES];
    let [found, steps, buffer] = buffers.map(|bytes| StorageBuffer::new(&gpu, "test", bytes));
    for quantizer in [-1.0, 37.0] {
        let mut random = Random(5);
        let mut before = None;
        // Period, first boundary, height of the comb, and fall of the bands, for each picture.
        let pictures = [
            (8.0, 3.0, 1.0, 0.9),
            (8.0, 3.0, 1.4, 1.0),
            (16.0, 5.0, 3.0, 0.6),
            (12.0, 1.0, 9.0, 2.0),
            (32.0 / 3.0, 0.0, 9.0, 1.9),
        ];
        for (index, (period, first, height, fall)) in pictures.into_iter().enumerate() {
            let all = findings(&mut random, fall);
            let profile = profile(&mut random, period, first, height);
            write(&found, bytemuck::cast_slice(&laid_out(&all)));
            write(&steps, bytemuck::cast_slice(&profile));
            let wish = Wish {
                quantizer,
                strength: 1.5,
                deblock: 0.5,
                dering: 0.75,
                deband: 2.0,
                code: 0.25,
            };
            let is_first = u32::from(index == 0);
            let (width, height) = (SIZE.0 as u32, SIZE.1 as u32);
            let params = DamageGridParams {
                width,
                height,
                first: is_first,
            };
            let bindings = [("profile", (&steps).into()), ("model", (&buffer).into())];
            submit(|r| r.pass(&grids, &bindings, &params, (1, 1)));
            let params = DamageModelParams {
                blocks: BLOCKS as u32,
                quantizer: quantizer as f32,
                strength: 1.5,
                deblock: 0.5,
                dering: 0.75,
                deband: 2.0,
                code: 0.25,
                first: is_first,
            };
            let bindings = [("findings", (&found).into()), ("model", (&buffer).into())];
            submit(|r| r.pass(&kernel, &bindings, &params, (1, 1)));
            let profile: Vec<f64> = profile.iter().map(|value| f64::from(*value)).collect();
            let seen = grid(&profile, SIZE.0, before.map(|(grid, _)| grid));
            let wanted = model(&all, &seen, before.map(|(_, model)| model), &wish);
            let bytes: Vec<f32> = bytemuck::pod_collect_to_vec(&read(&buffer));
            let all = compared(&bytes, &seen, &wanted);
            for (at, (found, wanted)) in all.into_iter().enumerate() {
                let far = (f64::from(found) - wanted).abs();
                assert!(
                    far < 2e-3 * wanted.abs().max(1.0),
                    "{quantizer} picture {index} field {at}: {found}, wanted {wanted}"
                );
            }
            before = Some((seen, wanted));
        }
    }
}
