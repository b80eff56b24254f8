//! The network of preset `neural` against plain loops.

use gstwgpu::denoise::neural::{Known, Neural, WEIGHTS};
use gstwgpu::denoise::planes::PictureShape;
use gstwgpu::network::WeightsFile;
use gstwgpu::network::method::Method;

use crate::network::weights_file::{LEAKY, Record, file_of};
use crate::picture::rig::{
    SIZES, assert_same, gray, noise_model, planes, read_component, states, submit, subsampled,
    texture, variances,
};
use crate::reference;
use crate::reference::network::run;
use crate::reference::network_shrink::network_shrink;
use crate::reference::samples::{Samples, State};

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
fn small(outputs: u32) -> Vec<u8> {
    let first = Record {
        inputs: 22,
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
        outputs,
        act: 0,
        ..third
    };
    file_of((22, outputs), &[first, second, third, last], 21)
}

/// A picture, what the recursion made of it, and what shrinkage of blocks makes of that.
struct Scene {
    shape: PictureShape,
    states: Vec<State>,
    noisy: Vec<Samples>,
    blocks: Vec<Samples>,
    curve: [f32; 16],
}

impl Scene {
    fn new(shape: PictureShape) -> Self {
        let components = 0..shape.components();
        let state = |c: usize| State {
            values: texture(shape.size(c), 8.0, 5 + c as u64),
            variances: variances(shape.size(c), 0.0, 12.0, 9 + c as u64),
        };
        let plane = |c: usize, seed| texture(shape.size(c), 9.0, seed + c as u64);
        Self {
            shape,
            states: components.clone().map(state).collect(),
            noisy: components.clone().map(|c| plane(c, 20)).collect(),
            blocks: components.map(|c| plane(c, 30)).collect(),
            curve: std::array::from_fn(|k| 20.0 + 10.0 * k as f32),
        }
    }

    fn sizes(&self) -> Vec<(usize, usize)> {
        let size = |c| self.shape.size(c);
        let sizes = (0..self.shape.components()).map(size);
        sizes.map(|(w, h)| (w as usize, h as usize)).collect()
    }

    /// The components that the step writes.
    fn found(&self, weights: &[u8], method: Method) -> Vec<Samples> {
        let gpu = crate::gpu::gpu();
        let neural = Neural::with_method(&gpu, weights, &self.shape, method).unwrap();
        let state = states(self.shape, &self.states);
        let noisy = planes(self.shape, &self.noisy);
        let noise = noise_model(0.0, &[self.curve; 3]);
        let known = Known {
            state: &state,
            noisy: &noisy,
            noise: &noise,
        };
        let [first, output] = [(); 2].map(|()| planes(self.shape, &self.blocks));
        // What a picture leaves behind must not reach the next one.
        submit(|r| neural.record(r, known, &first));
        submit(|r| neural.record(r, known, &output));
        let sizes = self.sizes().into_iter().enumerate();
        let written = sizes.take(neural.components()).map(|(c, size)| {
            let found = read_component(&output, c);
            Samples::from_fn(size, |x, y| found.at(x, y))
        });
        written.collect()
    }

    fn wanted(&self, weights: &[u8], components: usize) -> Vec<Samples> {
        let sizes = self.sizes();
        let known = reference::state_cells::Known {
            states: &self.states,
            noisy: &self.noisy,
            blocks: &self.blocks[0],
            curve: &self.curve.map(f64::from),
            sizes: &sizes,
        };
        let found = run(weights, &known.cells(), (0, 0)).corrections;
        let component =
            |c: usize| network_shrink(&self.states[c], &self.blocks[c], &found, c, sizes[c]);
        (0..components).map(component).collect()
    }

    /// The components that the step writes, and all methods, against the twin.
    fn check(&self, weights: &[u8], components: usize, tolerance: f64) {
        let wanted = self.wanted(weights, components);
        for method in METHODS {
            let found = self.found(weights, method);
            assert_eq!(found.len(), components, "{:?}", self.shape);
            for (c, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                let what = format!("{:?} {method:?} component {c}", self.shape);
                assert_same(&what, found, wanted, tolerance, &[]);
            }
        }
    }
}

/// A picture with chroma of the given shifts.
fn coloured(luma: (u32, u32), shifts: (u32, u32)) -> PictureShape {
    let side = |luma: u32, shift: u32| luma.div_ceil(1 << shift);
    PictureShape {
        chroma: Some((side(luma.0, shifts.0), side(luma.1, shifts.1))),
        shifts,
        ..gray(luma)
    }
}

#[test]
fn the_network_step_matches_its_twin() {
    let weights = small(10);
    for size in SIZES {
        Scene::new(subsampled(size, true)).check(&weights, 3, 0.25);
    }
}

/// Gray, and chroma of which a cell has several samples, is left to others.
#[test]
fn the_network_step_knows_all_formats() {
    let (size, weights) = ((37, 21), small(10));
    for shape in [gray(size), coloured(size, (1, 0)), coloured(size, (0, 0))] {
        Scene::new(shape).check(&weights, 1, 0.25);
    }
    Scene::new(subsampled(size, true)).check(&small(8), 1, 0.25);
}

#[test]
fn the_trained_denoiser_matches_its_twin() {
    let components = match WeightsFile::parse(WEIGHTS).unwrap().outputs {
        8 => 1,
        _ => 3,
    };
    Scene::new(subsampled((37, 21), true)).check(WEIGHTS, components, 0.3);
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
    let error = Neural::with_method(&gpu, weights, &gray((16, 16)), Method::Direct).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("reads 6 planes"), "{message}");
}

/// A map has 128 bytes for each cell of four pixels: where the device cannot bind that, the error says what fits.
#[test]
fn pictures_too_large_for_the_device_are_refused() {
    let gpu = crate::gpu::gpu();
    let limit = gpu.device().limits().max_storage_buffer_binding_size;
    let height = u32::try_from(limit / 32 / 16384).unwrap() + 64;
    let shape = gray((16384, height));
    let error = Neural::with_method(&gpu, WEIGHTS, &shape, Method::Direct).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("is the largest size here"), "{message}");
}

/// All methods, for the comparison with checked shaders.
pub fn outputs() -> Vec<u8> {
    let (weights, scene) = (small(10), Scene::new(subsampled((37, 21), true)));
    let all = METHODS.map(|method| scene.found(&weights, method));
    let values = all.into_iter().flatten().flat_map(|plane| plane.data);
    values.flat_map(f64::to_le_bytes).collect()
}
