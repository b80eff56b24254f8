//! Networks on the GPU against plain loops.

use gstwgpu::deartifact::WEIGHTS;
use gstwgpu::gpu::StorageBuffer;
use gstwgpu::network::method::Method;
use gstwgpu::network::weights_file::WeightsFile;
use gstwgpu::network::{Network, NetworkPicture};
use gstwgpu::picture::planes::{PictureShape, Planes};

use super::weights_file::{CONV, DENSE, LEAKY, MEAN, NONE, Record, file};
use crate::denoise::noise_rig::{Random, read};
use crate::picture::rig::{assert_same, held, planes, read_component, submit, write};
use crate::reference::cells::{cells, correct};
use crate::reference::network::run;
use crate::reference::past_cells::no_past;
use crate::reference::samples::Samples;

pub(super) const METHODS: [Method; 4] = [
    Method::Direct,
    Method::Tiled,
    Method::TiledHalf,
    Method::MatrixPlain,
];

/// Odd sides, less than a tile, whole tiles, several of them, and more than one strip of means.
pub(super) const SIZES: [(u32, u32); 6] = [(1, 1), (3, 2), (17, 35), (64, 16), (70, 37), (7, 131)];

/// Y, U and V of a picture with edges, in their true sizes. 2 halves a side of chroma, 1 does not.
pub(super) fn picture((width, height): (u32, u32), halve: (u32, u32), seed: u64) -> Vec<Samples> {
    let mut random = Random(seed);
    let chroma = (width.div_ceil(halve.0), height.div_ceil(halve.1));
    let mut plane = |(w, h): (u32, u32), low: f64| {
        Samples::from_fn((w as usize, h as usize), |x, y| {
            let edge = if (x / 5 + y / 7) % 2 == 0 { 60.0 } else { 0.0 };
            held(low + edge + 100.0 * random.uniform())
        })
    };
    vec![
        plane((width, height), 40.0),
        plane(chroma, 60.0),
        plane(chroma, 20.0),
    ]
}

/// A picture in working planes. The padding of their last quads must not matter.
pub(super) fn upload(components: &[Samples]) -> Planes {
    let size = |component: &Samples| (component.width as u32, component.height as u32);
    let shape = PictureShape {
        luma: size(&components[0]),
        chroma: components.get(1).map(size),
        shifts: (0, 0),
        joined: true,
    };
    let filled = |component: &Samples| {
        let columns = component.width.div_ceil(4) * 4;
        Samples::from_fn((columns, component.height), |x, y| {
            if x < component.width {
                component.at(x, y)
            } else {
                300.0
            }
        })
    };
    let all: Vec<_> = components.iter().map(filled).collect();
    planes(shape, &all)
}

fn inverse(plane: &Samples) -> Samples {
    Samples::from_fn((plane.width, plane.height), |x, y| 255.0 - plane.at(x, y))
}

pub(super) fn download(planes: &Planes, component: usize, like: &Samples) -> Samples {
    let found = read_component(planes, component);
    Samples::from_fn((like.width, like.height), |x, y| found.at(x, y))
}

/// A network to run.
struct Case<'a> {
    file: &'a [u8],
    planes: &'a [Samples],
    white: f64,
    strength: f64,
    origin: [u32; 2],
}

impl Case<'_> {
    fn found(&self, method: Method) -> Vec<Samples> {
        let gpu = crate::gpu::gpu();
        let size = |plane: &Samples| (plane.width as u32, plane.height as u32);
        let picture = NetworkPicture {
            luma: size(&self.planes[0]),
            chroma: self.planes.get(1).map(size),
            white: self.white as f32,
        };
        let file = WeightsFile::parse(self.file).unwrap();
        let network = Network::with_method(&gpu, &file, picture, method).unwrap();
        let (planes, outputs) = (upload(self.planes), upload(self.planes));
        let share = StorageBuffer::new(&gpu, "test", 8);
        write(&share, bytemuck::cast_slice(&[0.5f32, 0.25]));
        let origin = StorageBuffer::new(&gpu, "test", 8);
        write(&origin, bytemuck::cast_slice(&self.origin));
        let share = (&share, 2.0 * self.strength as f32);
        let other: Vec<_> = self.planes.iter().map(inverse).collect();
        let other = upload(&other);
        // What a frame leaves behind must not reach the next one.
        submit(|r| network.find(r, &other, None, None));
        submit(|r| {
            network.find(r, &planes, None, Some(&origin))?;
            network.apply(r, &planes, share, &outputs)
        });
        let components = self.planes.iter().enumerate();
        components
            .map(|(component, like)| download(&outputs, component, like))
            .collect()
    }

    fn wanted(&self) -> Vec<Samples> {
        let origin = (self.origin[0].into(), self.origin[1].into());
        let picture = cells(self.planes, self.white);
        let read = match WeightsFile::parse(self.file).unwrap().planes {
            6 => picture,
            _ => no_past(&picture),
        };
        let found = run(self.file, &read, origin);
        let strengths = [self.strength, self.strength / 2.0];
        correct(self.planes, &found.corrections, strengths, self.white)
    }

    /// Each method against the twin: `codes` tolerance, doubled for f16 products.
    fn check(&self, what: &str, tolerance: f64) {
        let wanted = self.wanted();
        for method in METHODS {
            let halves = if method == Method::TiledHalf {
                2.0
            } else {
                1.0
            };
            let found = self.found(method);
            for (c, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                let what = format!("{what} {method:?} component {c}");
                assert_same(&what, found, wanted, tolerance * halves, &[]);
            }
        }
    }
}

/// Each kind of layer, and numbers of channels that are no whole channel groups.
fn every_kind() -> Vec<u8> {
    let conv = |source, inputs, outputs| Record {
        kind: CONV,
        source,
        inputs,
        outputs,
        act: LEAKY,
        ..Record::default()
    };
    let dense = Record {
        kind: DENSE,
        ..conv(2, 12, 12)
    };
    file(
        &[
            Record {
                positions: 16,
                ..conv(NONE, 6, 12)
            },
            Record {
                skip: 0,
                ..conv(0, 12, 12)
            },
            Record {
                kind: MEAN,
                act: 0,
                ..conv(1, 12, 12)
            },
            dense,
            Record {
                act: 0,
                outputs: 32,
                source: 3,
                ..dense
            },
            Record {
                vector: 4,
                ..conv(1, 12, 32)
            },
            Record {
                skip: 5,
                ..conv(5, 32, 32)
            },
            Record {
                act: 0,
                ..conv(6, 32, 6)
            },
        ],
        11,
    )
}

/// A convolution, then the means of its channels through a dense layer as the gate of the last.
fn gated() -> Vec<u8> {
    let first = Record {
        source: NONE,
        outputs: 12,
        ..Record::default()
    };
    let mean = Record {
        kind: MEAN,
        source: 0,
        inputs: 12,
        ..first
    };
    let dense = Record {
        kind: DENSE,
        source: 1,
        outputs: 6,
        act: 3,
        ..mean
    };
    let last = Record {
        kind: CONV,
        source: 0,
        vector: 2,
        act: 2,
        ..dense
    };
    file(&[first, mean, dense, last], 4)
}

#[test]
fn every_kind_of_layer_matches_its_twin() {
    let file = every_kind();
    for (i, size) in SIZES.into_iter().enumerate() {
        let case = Case {
            file: &file,
            planes: &picture(size, (2, 2), 3 + i as u64),
            white: 255.0,
            strength: 1.0,
            origin: [0, 0],
        };
        case.check(&format!("{size:?}"), 0.15);
    }
}

#[test]
fn subsampling_grid_and_strength_match_their_twin() {
    let file = every_kind();
    for (i, halve) in [(2, 2), (2, 1), (1, 1), (0, 0)].into_iter().enumerate() {
        let mut planes = picture((21, 19), (halve.0.max(1), halve.1.max(1)), 7 + i as u64);
        if halve.0 == 0 {
            planes.truncate(1);
        }
        let case = Case {
            file: &file,
            planes: &planes,
            white: 1023.0 / 4.0,
            strength: 0.6,
            origin: [3, 1],
        };
        case.check(&format!("{halve:?}"), 0.15);
    }
}

#[test]
fn the_trained_network_matches_its_twin() {
    let case = Case {
        file: WEIGHTS,
        planes: &picture((44, 26), (2, 2), 5),
        white: 255.0,
        strength: 1.0,
        origin: [0, 0],
    };
    case.check("trained", 0.02);
}

/// A network with a gate.
#[test]
fn gates_match_their_twin() {
    let file = gated();
    let planes = picture((37, 21), (2, 2), 9);
    let wanted = run(&file, &cells(&planes, 255.0), (0, 0)).gate.unwrap();
    let gpu = crate::gpu::gpu();
    let picture = NetworkPicture {
        luma: (37, 21),
        chroma: Some((19, 11)),
        white: 255.0,
    };
    let network = Network::new(&gpu, &WeightsFile::parse(&file).unwrap(), picture).unwrap();
    submit(|r| network.find(r, &upload(&planes), None, None));
    let found: Vec<f32> = bytemuck::pod_collect_to_vec(&read(network.gate().unwrap()));
    assert!(wanted.iter().any(|g| *g > 0.0 && *g < 1.0), "{wanted:?}");
    assert!(wanted.iter().any(|g| *g == 0.0 || *g == 1.0), "{wanted:?}");
    for (found, wanted) in found.iter().zip(&wanted) {
        assert!(
            (f64::from(*found) - wanted).abs() < 2e-3,
            "{found} for {wanted}"
        );
    }
}

/// All methods and formats, for the comparison with checked shaders.
pub fn outputs() -> Vec<u8> {
    let file = every_kind();
    let case = Case {
        file: &file,
        planes: &picture((37, 21), (2, 2), 5),
        white: 255.0,
        strength: 1.0,
        origin: [0, 0],
    };
    let planes = METHODS.into_iter().flat_map(|method| case.found(method));
    let values = planes.flat_map(|plane| plane.data);
    values.flat_map(f64::to_le_bytes).collect()
}
