//! The network of preset `neural` against plain loops.

use gstwgpu::denoise::neural::{Neural, WEIGHTS};
use gstwgpu::denoise::planes::Planes;
use gstwgpu::network::WeightsFile;
use gstwgpu::network::method::Method;

use crate::network::weights_file::{LEAKY, Record, file_of};
use crate::picture::rig::{
    SIZES, assert_same, gray, read_component, states, submit, texture, variances,
};
use crate::reference::network::run;
use crate::reference::network_shrink::network_shrink;
use crate::reference::samples::{Samples, State};
use crate::reference::state_cells::state_cells;

const METHODS: [Method; 4] = [
    Method::Direct,
    Method::Tiled,
    Method::TiledHalf,
    Method::MatrixPlain,
];
/// Activations of a weights file: negative values become 0; the same, and another layer is added after that.
const CUT: u32 = 4;
const CUT_LATE: u32 = 5;

/// A small network of the trained one's kind: each activation, and a sum after it.
fn small() -> Vec<u8> {
    let first = Record {
        inputs: 8,
        outputs: 12,
        act: CUT,
        ..Record::default()
    };
    let second = Record {
        source: 0,
        inputs: 12,
        act: LEAKY,
        ..first
    };
    let third = Record {
        source: 1,
        skip: 0,
        act: CUT_LATE,
        ..second
    };
    let last = Record {
        source: 2,
        skip: u32::MAX,
        outputs: 4,
        act: 0,
        ..third
    };
    file_of((8, 4), &[first, second, third, last], 21)
}

fn noisy(size: (u32, u32), seed: u64) -> State {
    State {
        values: texture(size, 8.0, seed),
        variances: variances(size, 0.0, 12.0, seed + 1),
    }
}

fn shrunk(weights: &[u8], size: (u32, u32), state: &State, method: Method) -> Samples {
    let gpu = crate::gpu::gpu();
    let neural = Neural::with_method(&gpu, weights, size, method).unwrap();
    let input = states(gray(size), std::slice::from_ref(state));
    let other = states(gray(size), &[noisy(size, 77)]);
    let output = Planes::values(&gpu, "test", gray(size));
    // What a picture leaves behind must not reach the next one.
    submit(|r| neural.record(r, &other, &output));
    submit(|r| neural.record(r, &input, &output));
    let found = read_component(&output, 0);
    let (width, height) = (size.0 as usize, size.1 as usize);
    Samples::from_fn((width, height), |x, y| found.at(x, y))
}

fn check(weights: &[u8], size: (u32, u32), tolerance: f64) {
    let state = noisy(size, u64::from(size.0));
    let size_of_twin = (size.0 as usize, size.1 as usize);
    let cells = state_cells(&state, size_of_twin);
    let found = run(weights, &cells, (0, 0)).corrections;
    let wanted = network_shrink(&state, &found, size_of_twin);
    for method in METHODS {
        let what = format!("{size:?} {method:?}");
        let found = shrunk(weights, size, &state, method);
        assert_same(&what, &found, &wanted, tolerance, &[]);
    }
}

#[test]
fn the_network_step_matches_its_twin() {
    let weights = small();
    for size in SIZES {
        check(&weights, size, 0.1);
    }
}

/// Values of its maps are half floats of up to some ten: 0.01 of a deviation of up to 12 codes.
#[test]
fn the_trained_denoiser_matches_its_twin() {
    check(WEIGHTS, (37, 21), 0.15);
}

#[test]
fn the_network_is_one_for_live_video() {
    let file = WeightsFile::parse(WEIGHTS).unwrap();
    assert!(file.products() <= 60_000, "{}", file.products());
}

#[test]
fn weights_of_another_filter_are_refused() {
    let weights = gstwgpu::deartifact::WEIGHTS;
    let gpu = crate::gpu::gpu();
    let error = Neural::with_method(&gpu, weights, (16, 16), Method::Direct).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("reads 6 planes"), "{message}");
}

/// All methods, for the comparison with checked shaders.
pub fn outputs() -> Vec<u8> {
    let (weights, size) = (small(), (37, 21));
    let state = noisy(size, 5);
    let shrunk = METHODS.map(|method| shrunk(&weights, size, &state, method));
    let values = shrunk.into_iter().flat_map(|plane| plane.data);
    values.flat_map(f64::to_le_bytes).collect()
}
