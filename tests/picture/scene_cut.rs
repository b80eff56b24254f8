//! Scene cuts from matches, against a twin.

use gstwgpu::denoise::motion::VectorField;
use gstwgpu::denoise::scene_cut::SceneCut;
use gstwgpu::gpu::Image;

use super::rig::{noise_model, submit, write_image};
use crate::denoise::noise_rig::{Random, read};
use crate::reference::scene_cut::{activity, is_cut};

/// Differences of which about `lost` of eight blocks are without a match in noise of variance 25.
fn differences(blocks: (u32, u32), lost: u32, random: &mut Random) -> Vec<f64> {
    let count = blocks.0 * blocks.1;
    let bad = (f64::from(count * lost) / 8.0).ceil() as usize;
    let limit = 9.0;
    let one = |at: usize| {
        let beyond = 0.01 + 20.0 * random.uniform().powi(4);
        if at < bad {
            limit + beyond
        } else {
            f64::max(0.0, limit - beyond)
        }
    };
    (0..count as usize).map(one).collect()
}

#[test]
fn cuts_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let noise = noise_model(25.0, &[[0.0; 16]; 3]);
    let mut random = Random(4);
    let detector = SceneCut::new(&gpu, true).unwrap();
    let mut cuts = 0;
    for size in [(1, 1), (3, 1), (8, 8), (23, 31), (40, 23)] {
        for lost in 0..=8 {
            let all = differences(size, lost, &mut random);
            let image = Image::new(&gpu, "test", wgpu::TextureFormat::Rgba32Float, size);
            // Long vectors are no cut by themselves.
            let long =
                |at: usize| [90.0, -70.0].map(|v| if at.is_multiple_of(5) { v } else { v / 9.0 });
            let blocks: Vec<[f64; 3]> = all
                .iter()
                .enumerate()
                .map(|(at, d)| [long(at)[0], long(at)[1], *d])
                .collect();
            let texel = |[x, y, d]: &[f64; 3]| [*x as f32, *y as f32, *d as f32, 1.0];
            let texels: Vec<_> = blocks.iter().map(texel).collect();
            write_image(&image, &texels);
            let field = VectorField {
                vectors: &image,
                block: 16,
            };
            submit(|r| detector.detect(r, field, &noise));
            let found: Vec<u32> = bytemuck::pod_collect_to_vec(&read(detector.scene()));
            let wanted = is_cut(&all, 25.0);
            cuts += u32::from(wanted);
            assert_eq!(
                found[..2],
                [u32::from(wanted), cuts],
                "{size:?} {lost} of 8"
            );
            let figures = [found[2], found[3]].map(|word| f64::from(f32::from_bits(word)));
            for (found, wanted) in figures.into_iter().zip(activity(&blocks, 25.0)) {
                assert!(
                    (found - wanted).abs() < 0.05,
                    "{size:?} {lost} of 8: {figures:?}, {wanted}"
                );
            }
        }
    }
    assert!((20..40).contains(&cuts), "{cuts} cuts");
    let never: Vec<u32> = bytemuck::pod_collect_to_vec(&read(detector.none()));
    assert_eq!(never[0], 0);
}
