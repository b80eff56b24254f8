//! The mean of what agrees around a pixel, against its twin.

use gstwgpu::denoise::temporal::{NOISE_BYTES, NoiseModel};
use gstwgpu::gpu::StorageBuffer;
use gstwgpu::picture::agreeing_mean::AgreeingMean;
use gstwgpu::picture::planes::PictureShape;

use super::rig::{
    SIZES, STEP, assert_same, held, planes, read_component, states, submit, subsampled, texture,
    variances, write,
};
use crate::denoise::noise_rig::Random;
use crate::reference::agreeing_mean::agreeing_mean;
use crate::reference::samples::{Samples, State};

/// Half a step of stored values, plus rounding of single precision and of the weights' three digits.
const TOLERANCE: f64 = STEP / 2.0 + 0.01;

/// A noise model whose noise is white in Y and U, and in V so coarse that the mean of 3x3 has four times the variance.
fn noise() -> StorageBuffer {
    let mut model: NoiseModel = bytemuck::Zeroable::zeroed();
    model.mean_scales = [0.0, 1.0, 4.0];
    let buffer = StorageBuffer::new(&crate::gpu::gpu(), "noise model", NOISE_BYTES);
    write(&buffer, bytemuck::bytes_of(&model));
    buffer
}

/// A noisy state, some of whose pixels have no noise.
fn noisy(size: (u32, u32), seed: u64) -> State {
    let mut variances = variances(size, 2.0, 14.0, seed + 1);
    for (at, variance) in variances.data.iter_mut().enumerate() {
        if at % 37 == 5 {
            *variance = 0.0;
        }
    }
    let values = texture(size, 12.0, seed);
    State { values, variances }
}

#[test]
fn agreeing_means_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let step = AgreeingMean::new(&gpu).unwrap();
    for (size, joined) in SIZES.into_iter().flat_map(|s| [(s, true), (s, false)]) {
        let shape = subsampled(size, joined);
        let all: Vec<State> = (0..3).map(|c| noisy(shape.size(c), c as u64)).collect();
        let clean: Vec<Samples> = (0..3)
            .map(|c| texture(shape.size(c), 1.0, c as u64 + 20))
            .collect();
        let (state, shrunk) = (states(shape, &all), planes(shape, &clean));
        submit(|r| step.record(r, [&state, &shrunk], &noise(), [0.6, 0.4]));
        for (component, share) in [0.6, 0.4, 0.1].into_iter().enumerate() {
            let wanted = agreeing_mean(&all[component], &clean[component], share);
            let what = format!("{size:?} joined {joined} component {component}");
            let found = read_component(&shrunk, component);
            assert_same(&what, &found, &wanted, TOLERANCE, &[]);
        }
    }
}

/// What shrinkage left of the noise along an edge gets less, the edge stays as sharp, and plain ground as it is.
#[test]
fn noise_along_an_edge_is_averaged_on_its_own_side() {
    let (size, near) = ((64, 48), 28..36);
    let mut random = Random(3);
    let noise_of: Vec<f64> = (0..64 * 48).map(|_| 6.0 * random.gauss()).collect();
    let truth = |x: usize| if x < 32 { 60.0 } else { 160.0 };
    let with = |share: &dyn Fn(usize) -> f64| {
        Samples::from_fn((64, 48), |x, y| {
            held(truth(x) + share(x) * noise_of[y * 64 + x])
        })
    };
    let state = State {
        values: with(&|_| 1.0),
        variances: Samples::from_fn((64, 48), |_, _| 36.0),
    };
    let left = with(&|x| if near.contains(&x) { 0.6 } else { 0.0 });
    let shape = PictureShape {
        luma: size,
        chroma: None,
        shifts: (0, 0),
        joined: false,
    };
    let (state, shrunk) = (
        states(shape, &[state]),
        planes(shape, std::slice::from_ref(&left)),
    );
    let step = AgreeingMean::new(&crate::gpu::gpu()).unwrap();
    submit(|r| step.record(r, [&state, &shrunk], &noise(), [0.6, 0.4]));
    let found = read_component(&shrunk, 0);
    let error = |picture: &Samples, columns: std::ops::Range<usize>| {
        let all = columns.flat_map(|x| (0..48).map(move |y| (x, y)));
        all.map(|(x, y)| (picture.at(x, y) - truth(x)).powi(2))
            .sum::<f64>()
    };
    let share = error(&found, near.clone()) / error(&left, near.clone());
    assert!(share < 0.65, "{share}");
    assert_eq!(error(&found, 0..24) + error(&found, 40..64), 0.0);
    for x in [31, 32] {
        let mean = (0..48).map(|y| found.at(x, y)).sum::<f64>() / 48.0;
        assert!((mean - truth(x)).abs() < 2.0, "column {x}: {mean}");
    }
}
