//! Weights files of random numbers, and files that are wrong.

use gstwgpu::deartifact::WEIGHTS;
use gstwgpu::network::weights_file::{WeightsError, WeightsFile};

use crate::denoise::noise_rig::Random;

pub const NONE: u32 = u32::MAX;
pub const CONV: u32 = 0;
pub const MEAN: u32 = 1;
pub const DENSE: u32 = 2;
pub const LEAKY: u32 = 1;

/// A layer's fields in the file, except for the offset of its weights.
#[derive(Clone, Copy)]
pub struct Record {
    pub kind: u32,
    pub source: u32,
    pub skip: u32,
    pub vector: u32,
    pub act: u32,
    pub inputs: u32,
    pub outputs: u32,
    pub positions: u32,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            kind: CONV,
            source: NONE,
            skip: NONE,
            vector: NONE,
            act: 0,
            inputs: 6,
            outputs: 6,
            positions: 1,
        }
    }
}

impl Record {
    /// Weights and biases.
    fn counts(&self) -> (u32, u32) {
        match self.kind {
            CONV => (
                9 * self.inputs * self.outputs,
                self.positions * self.outputs,
            ),
            DENSE => (self.inputs * self.outputs, self.outputs),
            _ => (0, 0),
        }
    }
}

/// The nearest half float of a number between 2^-13 and 1, with its sign.
fn half(value: f64) -> u16 {
    let sign = if value < 0.0 { 0x8000 } else { 0 };
    let magnitude = value.abs().clamp(2f64.powi(-13), 1.0);
    let exponent = magnitude.log2().floor();
    let fraction = (magnitude / exponent.exp2() - 1.0) * 1024.0;
    sign + ((exponent + 15.0) as u16) * 1024 + fraction as u16
}

/// A file of these layers with random weights, scaled so that values neither grow nor vanish from layer to
/// layer.
pub fn file(records: &[Record], seed: u64) -> Vec<u8> {
    file_of((6, 0), records, seed)
}

/// As [`file`], for a network that reads and computes so many numbers of a cell.
pub fn file_of((planes, outputs): (u32, u32), records: &[Record], seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut data: Vec<u16> = Vec::new();
    let mut layers: Vec<u32> = Vec::new();
    for r in records {
        layers.extend([r.kind, r.source, r.skip, r.vector, r.act]);
        layers.extend([r.inputs, r.outputs, r.positions, data.len() as u32]);
        let (weights, biases) = r.counts();
        let scale = (f64::from(r.outputs.max(1)) / f64::from(weights.max(1))).sqrt();
        data.extend((0..weights).map(|_| half(random.gauss() * scale)));
        data.extend((0..biases).map(|_| half(random.gauss() * 0.1)));
    }
    let mut bytes = b"WGPUNET1".to_vec();
    let counts = [records.len() as u32, data.len() as u32];
    for word in [2, 2, planes, counts[0], counts[1], outputs] {
        bytes.extend(u32::to_le_bytes(word));
    }
    bytes.extend(layers.into_iter().flat_map(u32::to_le_bytes));
    bytes.extend(data.into_iter().flat_map(u16::to_le_bytes));
    bytes
}

fn error(bytes: &[u8]) -> WeightsError {
    WeightsFile::parse(bytes).unwrap_err()
}

#[test]
fn the_trained_file_is_read() {
    let file = WeightsFile::parse(WEIGHTS).unwrap();
    assert!((5_000..60_000).contains(&file.products()));
}

#[test]
fn wrong_headers_are_refused() {
    let good = file(&[Record::default()], 1);
    assert!(WeightsFile::parse(&good).is_ok());
    assert_eq!(error(b""), WeightsError::Magic);
    let mut other = good.clone();
    other[8] = 3;
    let message = error(&other).to_string();
    assert!(message.contains("version is 3"), "{message}");
    for length in [8, 31, 40, good.len() - 1] {
        let error = error(&good[..length]);
        assert!(matches!(error, WeightsError::Short { given, .. } if given == length));
    }
    let mut three = good.clone();
    three[28] = 3;
    let message = error(&three).to_string();
    assert!(message.contains("the network's outputs"), "{message}");
    let mut none = good;
    none[20] = 0;
    assert!(matches!(error(&none), WeightsError::Layer { .. }));
}

#[test]
fn wrong_layers_are_refused() {
    let good = Record::default();
    let cases = [
        (Record { source: 1, ..good }, "not an earlier one"),
        (Record { inputs: 7, ..good }, "cannot read its source"),
        (
            Record {
                kind: DENSE,
                ..good
            },
            "cannot read its source",
        ),
        (Record { kind: MEAN, ..good }, "means are those of a layer"),
        (Record { kind: 3, ..good }, "unknown kind"),
        (Record { act: 3, ..good }, "unknown activation"),
        (Record { act: 2, ..good }, "gate is missing"),
        (Record { skip: 0, ..good }, "adds a layer that does not fit"),
        (
            Record {
                positions: 4,
                ..good
            },
            "1 or 16 biases",
        ),
        (Record { outputs: 0, ..good }, "1 to 1024 channels"),
        (Record { outputs: 7, ..good }, "last layer"),
    ];
    for (record, wanted) in cases {
        let message = error(&file(&[record], 1)).to_string();
        assert!(message.contains(wanted), "{message}, wanted {wanted}");
    }
    let mut bytes = file(&[good], 1);
    bytes[32 + 32] = 1;
    let message = error(&bytes).to_string();
    assert!(
        message.contains("layer 0: weights are missing"),
        "{message}"
    );
}
