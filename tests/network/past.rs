//! A network that reads the last output, against plain loops.

use gstwgpu::deartifact::WEIGHTS;
use gstwgpu::gpu::{Image, StorageBuffer};
use gstwgpu::network::method::Method;
use gstwgpu::network::weights_file::WeightsFile;
use gstwgpu::network::{Network, NetworkPicture, Past};
use gstwgpu::picture::motion::VectorField;

use super::runner::{METHODS, SIZES, download, picture, upload};
use super::weights_file::{LEAKY, Record, file_of};
use crate::denoise::noise_rig::Random;
use crate::picture::rig::{assert_same, submit, write, write_image};
use crate::reference::cells::{cells, correct};
use crate::reference::kalman::Field;
use crate::reference::network::run;
use crate::reference::past_cells::{self, no_past};
use crate::reference::samples::Samples;

fn small() -> Vec<u8> {
    let first = Record {
        inputs: 15,
        outputs: 12,
        act: LEAKY,
        ..Record::default()
    };
    let last = Record {
        source: 0,
        inputs: 12,
        outputs: 6,
        act: 0,
        ..first
    };
    file_of((15, 6), &[first, last], 23)
}

struct Case {
    now: Vec<Samples>,
    before: Vec<Samples>,
    field: Field,
    white: f64,
    /// What says that the last output counts for nothing: the scene, the caller, and that there is none.
    is_cut: bool,
    restart: bool,
    is_known: bool,
}

impl Case {
    fn new(size: (u32, u32), halve: (u32, u32), block: u32) -> Self {
        let now = picture(size, halve, 5);
        let mut random = Random(3);
        let mut motion = || {
            let mut within =
                |most: f64| (most * (2.0 * random.uniform() - 1.0) * 4.0).round() / 4.0;
            [within(9.0), within(5.0), within(6.0)]
        };
        let (columns, rows) = (size.0.div_ceil(block), size.1.div_ceil(block));
        Self {
            before: picture(size, halve, 8),
            field: Field {
                columns: columns as usize,
                rows: rows as usize,
                block: f64::from(block),
                vectors: (0..columns * rows).map(|_| motion()).collect(),
            },
            now,
            white: 255.0,
            is_cut: false,
            restart: false,
            is_known: true,
        }
    }

    fn found(&self, weights: &[u8], method: Method) -> Vec<Samples> {
        let gpu = crate::gpu::gpu();
        let size = |plane: &Samples| (plane.width as u32, plane.height as u32);
        let shape = NetworkPicture {
            luma: size(&self.now[0]),
            chroma: self.now.get(1).map(size),
            white: self.white as f32,
        };
        let file = WeightsFile::parse(weights).unwrap();
        let network = Network::with_method(&gpu, &file, shape, method).unwrap();
        assert_eq!(network.reads_past(), file.planes == 15);
        let field = (self.field.columns as u32, self.field.rows as u32);
        let image = Image::new(&gpu, "test", wgpu::TextureFormat::Rgba32Float, field);
        let texel = |v: &[f64; 3]| [v[0] as f32, v[1] as f32, 5.0, v[2] as f32];
        let texels: Vec<_> = self.field.vectors.iter().map(texel).collect();
        write_image(&image, &texels);
        let [scene, share] = [(); 2].map(|()| StorageBuffer::new(&gpu, "test", 8));
        write(&scene, bytemuck::bytes_of(&[u32::from(self.is_cut), 7]));
        write(&share, bytemuck::cast_slice(&[1.0f32; 2]));
        let (now, before) = (upload(&self.now), upload(&self.before));
        let output = upload(&self.now);
        let past = Past {
            output: &before,
            motion: VectorField {
                vectors: &image,
                block: self.field.block as u32,
            },
            scene: &scene,
            restart: self.restart,
        };
        // What a picture leaves behind must not reach the next one.
        submit(|r| network.find(r, &before, Some(past), None));
        submit(|r| {
            network.find(r, &now, self.is_known.then_some(past), None)?;
            network.apply(r, &now, (&share, 1.0), &output)
        });
        let components = self.now.iter().enumerate();
        components
            .map(|(component, like)| download(&output, component, like))
            .collect()
    }

    fn wanted(&self, weights: &[u8]) -> Vec<Samples> {
        let now = cells(&self.now, self.white);
        let past = past_cells::Past {
            output: &self.before,
            field: &self.field,
            white: self.white,
        };
        let is_known = self.is_known && !self.is_cut && !self.restart;
        let known = match (WeightsFile::parse(weights).unwrap().planes, is_known) {
            (6, _) => cells(&self.now, self.white),
            (_, false) => no_past(&now),
            (_, true) => past.cells(&now),
        };
        let found = run(weights, &known, (0, 0)).corrections;
        correct(&self.now, &found, [1.0; 2], self.white)
    }

    fn check(&self, what: &str, weights: &[u8], tolerance: f64) {
        let wanted = self.wanted(weights);
        for method in METHODS {
            let found = self.found(weights, method);
            for (c, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                let what = format!("{what} {method:?} component {c}");
                assert_same(&what, found, wanted, tolerance, &[]);
            }
        }
    }
}

#[test]
fn a_network_with_a_past_matches_its_twin() {
    for size in SIZES {
        Case::new(size, (2, 2), 16).check(&format!("{size:?}"), &small(), 0.3);
    }
}

#[test]
fn a_network_with_a_past_knows_all_formats() {
    for halve in [(2, 1), (1, 1)] {
        let case = Case {
            white: 1023.0 / 4.0,
            ..Case::new((21, 19), halve, 8)
        };
        case.check(&format!("{halve:?}"), &small(), 0.3);
    }
    let mut gray = Case::new((21, 19), (2, 2), 16);
    gray.now.truncate(1);
    gray.before.truncate(1);
    gray.check("gray", &small(), 0.3);
}

#[test]
fn a_past_of_another_scene_is_not_read() {
    for (is_cut, restart, is_known) in [
        (true, false, true),
        (false, true, true),
        (false, false, false),
    ] {
        let case = Case {
            is_cut,
            restart,
            is_known,
            ..Case::new((37, 21), (2, 2), 16)
        };
        case.check(&format!("{is_cut} {restart} {is_known}"), &small(), 0.3);
    }
}

#[test]
fn the_trained_repairer_matches_its_twin() {
    Case::new((44, 26), (2, 2), 16).check("trained", WEIGHTS, 0.1);
}

/// All methods, for the comparison with checked shaders.
pub fn outputs() -> Vec<u8> {
    let case = Case::new((37, 21), (2, 2), 16);
    let planes = METHODS
        .into_iter()
        .flat_map(|method| case.found(&small(), method));
    let values = planes.flat_map(|plane| plane.data);
    values.flat_map(f64::to_le_bytes).collect()
}
