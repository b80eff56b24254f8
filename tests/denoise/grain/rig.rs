//! Made samples: what a denoiser took away, known beforehand.

use gstwgpu::denoise::grain::sample::{Patch, Sample, Site};

use crate::denoise::noise_rig::Random;

/// Noise of a stream.
#[derive(Clone, Copy)]
pub struct Noise {
    /// Deviation of Y, U and V at luma.
    pub sigma: fn(f64) -> [f64; 3],
    /// Spread over neighbours by weights 1, 2, 1 in both directions.
    pub coarse: bool,
    /// Share of luma's noise in that of U.
    pub shared: f64,
    /// Share of the noise that is left in the output.
    pub left: f64,
}

pub const WHITE: Noise = Noise {
    sigma: |_| [10.0, 6.0, 4.0],
    coarse: false,
    shared: 0.0,
    left: 0.0,
};

/// A field of deviation 1.
fn field(width: usize, height: usize, coarse: bool, random: &mut Random) -> Vec<f64> {
    let (w, h) = (width + 2, height + 2);
    let white: Vec<f64> = (0..w * h).map(|_| random.gauss()).collect();
    let mut out = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let mut sum = 0.0;
            for (dy, a) in [1.0, 2.0, 1.0].iter().enumerate() {
                for (dx, b) in [1.0, 2.0, 1.0].iter().enumerate() {
                    sum += a * b * white[(y + dy) * w + x + dx];
                }
            }
            // The squares of the nine weights add up to 36.
            out.push(if coarse {
                sum / 6.0
            } else {
                white[(y + 1) * w + x + 1]
            });
        }
    }
    out
}

/// A flat place of this luma, in whole codes.
pub fn site(noise: &Noise, luma: f64, random: &mut Random) -> Site {
    let fields = [
        field(32, 32, noise.coarse, random),
        field(16, 16, noise.coarse, random),
        field(16, 16, noise.coarse, random),
    ];
    let sigma = (noise.sigma)(luma);
    let shrunk: Vec<f64> = (0..256)
        .map(|i| {
            let (x, y) = (2 * (i % 16), 2 * (i / 16));
            let at = |x: usize, y: usize| fields[0][y * 32 + x];
            (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 2.0
        })
        .collect();
    let patch = |component: usize, width: usize, level: f64| {
        let own = &fields[component];
        let value = |i: usize| match component {
            // Of a deviation of 1 as well.
            1 => noise.shared * shrunk[i] + (1.0 - noise.shared * noise.shared).sqrt() * own[i],
            _ => own[i],
        };
        let values = (0..own.len()).map(|i| sigma[component] * value(i));
        let slope = |i: usize| level + 0.2 * (i % width) as f64;
        Patch {
            width,
            noisy: values
                .clone()
                .enumerate()
                .map(|(i, v)| (slope(i) + v).round() as f32)
                .collect(),
            clean: values
                .enumerate()
                .map(|(i, v)| (slope(i) + noise.left * v) as f32)
                .collect(),
        }
    };
    vec![patch(0, 32, luma), patch(1, 16, 110.0), patch(2, 16, 140.0)]
}

/// A picture of eight flat places of these lumas in turn.
pub fn sample(noise: &Noise, lumas: &[f64], random: &mut Random) -> Sample {
    let sites = (0..8).map(|i| site(noise, lumas[i % lumas.len()], random));
    Sample {
        cuts: 0,
        sites: sites.collect(),
    }
}
