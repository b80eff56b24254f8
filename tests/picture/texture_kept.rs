//! Texture weaker than the threshold stays where it is stronger than noise; noise alone does not.

use gstwgpu::denoise::planes::Planes;
use gstwgpu::denoise::spatial::{Spatial, Step, Threshold};

use super::rig::{filled, gray, held, read_component, states, submit};
use super::spatial::shaped_noise;
use crate::denoise::noise_rig::Random;
use crate::reference::samples::{Samples, State};

const SIZE: (u32, u32) = (96, 64);
const NOISE: f64 = 4.0;

/// Gray with random pixels of this deviation.
fn speckled(deviation: f64, seed: u64) -> Vec<f64> {
    let mut random = Random(seed);
    let (width, height) = filled(SIZE);
    (0..width * height)
        .map(|_| deviation * random.gauss())
        .collect()
}

fn shrunk(values: &[f64], in_tiles: bool) -> Samples {
    let gpu = crate::gpu::gpu();
    let spatial = Spatial::with_tiles(&gpu, in_tiles).unwrap();
    let shape = gray(SIZE);
    let columns = filled(SIZE).0;
    let at = |x: usize, y: usize| held(120.0 + values[y * columns + x]);
    let noisy = State {
        values: Samples::from_fn(filled(SIZE), at),
        variances: Samples::from_fn(filled(SIZE), |_, _| NOISE * NOISE),
    };
    let output = Planes::values(&gpu, "test", shape);
    let step = Step {
        blocks: &spatial.blocks(&gpu, &shape),
        state: &states(shape, &[noisy]),
        output: &output,
        noise: &shaped_noise([[1.0; 8]; 2]),
    };
    let threshold = Threshold {
        deviations: [3.3; 2],
        powers: [1.0; 2],
        quincunx: [true; 2],
    };
    submit(|r| spatial.threshold(r, 0..3, step, threshold));
    read_component(&output, 0)
}

/// Mean product with a pattern, relative to the pattern's own.
fn share_of(samples: &Samples, pattern: &[f64]) -> f64 {
    let own: f64 = pattern.iter().map(|p| p * p).sum();
    let pairs = samples.data.iter().zip(pattern);
    pairs.map(|(value, p)| (value - 120.0) * p).sum::<f64>() / own
}

#[test]
fn weak_texture_stays_and_noise_goes() {
    let noise = speckled(NOISE, 1);
    // Hardly a coefficient of both together exceeds the threshold: 1.4 times the noise, 1.7 with it.
    let texture = speckled(1.4 * NOISE, 2);
    let both: Vec<_> = noise.iter().zip(&texture).map(|(n, t)| n + t).collect();
    for in_tiles in [false, true] {
        let kept = share_of(&shrunk(&both, in_tiles), &texture);
        assert!(kept > 0.6, "in tiles {in_tiles}: {kept} of the texture");
        let left = share_of(&shrunk(&noise, in_tiles), &noise);
        assert!(left < 0.12, "in tiles {in_tiles}: {left} of the noise");
    }
}
