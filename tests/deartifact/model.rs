//! The model of the damage against its twin, over several pictures.

use gstwgpu::deartifact::analysis::{DAMAGE_MODEL, DamageModelParams, MODEL_BYTES};
use gstwgpu::gpu::StorageBuffer;

use crate::denoise::noise_rig::{Random, read};
use crate::denoise::rig::{submit, write};
use crate::reference::damage_model::{Model, Wish, model};

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
fn findings(random: &mut Random, fall: f64) -> Vec<[f32; 8]> {
    let block = |_| {
        let mut found = [0.0f32; 8];
        for (band, value) in found.iter_mut().take(5).enumerate() {
            *value = (4.0 - fall * band as f64 + 0.5 * random.gauss()) as f32;
        }
        found[5] = (random.uniform() * 2.0).floor() as f32;
        found[6] = found[5] * random.uniform() as f32;
        found
    };
    (0..BLOCKS).map(block).collect()
}

/// Fields of the buffer in the order of the twin's.
fn compared(found: &[f32], wanted: &Model) -> [(f32, f64); 13] {
    let [x, y] = wanted.grids;
    [
        (found[1], wanted.level),
        (found[2], wanted.blockiness),
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
        (found[15], 0.0),
    ]
}

#[test]
fn models_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&DAMAGE_MODEL, None).unwrap();
    let buffers = [BLOCKS as u64 * 32, 242 * 4, MODEL_BYTES];
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
            write(&found, bytemuck::cast_slice(&all));
            write(&steps, bytemuck::cast_slice(&profile));
            let wish = Wish {
                size: SIZE,
                quantizer,
                strength: 1.5,
                deblock: 0.5,
                dering: 0.75,
                deband: 2.0,
                code: 0.25,
            };
            let params = DamageModelParams {
                blocks: BLOCKS as u32,
                width: SIZE.0 as u32,
                height: SIZE.1 as u32,
                quantizer: quantizer as f32,
                strength: 1.5,
                deblock: 0.5,
                dering: 0.75,
                deband: 2.0,
                code: 0.25,
                first: u32::from(index == 0),
            };
            let bindings = [
                ("findings", (&found).into()),
                ("profile", (&steps).into()),
                ("model", (&buffer).into()),
            ];
            submit(|r| r.pass(&kernel, &bindings, &params, (1, 1)));
            let all: Vec<[f64; 8]> = all.iter().map(|block| block.map(f64::from)).collect();
            let profile: Vec<f64> = profile.iter().map(|value| f64::from(*value)).collect();
            let wanted = model(&all, &profile, before, &wish);
            let bytes: Vec<f32> = bytemuck::pod_collect_to_vec(&read(&buffer));
            for (at, (found, wanted)) in compared(&bytes, &wanted).into_iter().enumerate() {
                let far = (f64::from(found) - wanted).abs();
                assert!(
                    far < 2e-3 * wanted.abs().max(1.0),
                    "{quantizer} picture {index} field {at}: {found}, wanted {wanted}"
                );
            }
            before = Some(wanted);
        }
    }
}
