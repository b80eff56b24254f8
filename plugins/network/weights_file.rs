//! The file format of a network's layers and weights.
//!
//! All numbers are little endian. A header of 32 bytes: `WGPUNET1`, then six `u32`: version (2), shuffle
//! (2), planes, number of layers, number of weights, outputs (0: as many as planes). Then nine `u32` for each
//! layer (see [`super::record`]), then the weights as half floats.
//!
//! The network runs at half width and height: shuffle 2 means that a cell holds 2x2 samples of luma. Planes
//! are the numbers that it reads of each cell, outputs those that it computes; what they are is up to the
//! filter that runs it.

use super::half_float::widen;
use super::record::{RECORD, Record};
use crate::gpu::GpuError;

const MAGIC: &[u8] = b"WGPUNET1";
const VERSION: u32 = 2;
const SHUFFLE: u32 = 2;
const HEADER: usize = 32;
/// Limit of what a file can allocate; a network for live video has about ten layers.
const MAX_LAYERS: usize = 256;

/// Errors of a weights file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// The file does not begin with `WGPUNET1`.
    #[error("not a weights file: it does not start with WGPUNET1")]
    Magic,
    /// An unsupported version or shuffle.
    #[error("weights file: {field} is {found}, this plugin knows {known}")]
    Unknown {
        /// Field of the header.
        field: &'static str,
        /// Value in the file.
        found: u32,
        /// Supported value.
        known: u32,
    },
    /// The file is too short.
    #[error("weights file: {needed} bytes are needed, {given} are there")]
    Short {
        /// Size in bytes according to the header.
        needed: usize,
        /// Size in bytes of the file.
        given: usize,
    },
    /// A layer is invalid.
    #[error("weights file: layer {layer}: {reason}")]
    Layer {
        /// Index of the layer.
        layer: usize,
        /// The reason.
        reason: &'static str,
    },
}

/// Input of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The picture.
    Picture,
    /// The output of an earlier layer.
    Layer(usize),
}

/// Kind of a layer, with its weights.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerKind {
    /// A 3x3 convolution; inputs outside the picture are 0.
    Conv {
        /// Layer whose map is added before the activation.
        skip: Option<usize>,
        /// That map is added after the activation instead.
        late: bool,
        /// Dense layer whose output is added to the biases.
        vector: Option<usize>,
        /// Dense layer that estimates for each channel how much of the output is needed, 0 to 1. Only the
        /// last layer may have one; whoever applies the correction multiplies by it.
        gate: Option<usize>,
        /// Biases of a channel: 1, or 16 for the 4x4 cells of an 8x8 block.
        positions: usize,
        /// Dimensions from outermost to innermost: kernel rows, kernel columns, inputs, outputs.
        weights: Vec<f32>,
        /// Dimensions from outermost to innermost: positions, outputs.
        biases: Vec<f32>,
    },
    /// The mean of each channel over the picture.
    Mean,
    /// A fully connected layer on a vector.
    Dense {
        /// Dimensions from outermost to innermost: inputs, outputs.
        weights: Vec<f32>,
        /// One for each output.
        biases: Vec<f32>,
    },
}

/// One layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Its input.
    pub source: Source,
    /// Number of input channels.
    pub inputs: usize,
    /// Number of output channels.
    pub outputs: usize,
    /// Slope of the activation below zero; 1 for no activation.
    pub leak: f32,
    /// Upper limit of the outputs of a dense layer.
    pub highest: f32,
    /// What it computes.
    pub kind: LayerKind,
}

impl Layer {
    /// The dense layer that estimates how much of the output is needed.
    pub fn gate(&self) -> Option<usize> {
        match self.kind {
            LayerKind::Conv { gate, .. } => gate,
            _ => None,
        }
    }
}

/// A network's layers in order; the last one outputs the correction of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightsFile {
    /// Numbers that the network reads of each cell.
    pub planes: usize,
    /// Numbers that it computes for each cell.
    pub outputs: usize,
    /// All layers. Each reads earlier ones only.
    pub layers: Vec<Layer>,
}

impl WeightsFile {
    /// Parses and checks a file.
    ///
    /// # Errors
    /// [`WeightsError`] for the first invalid part.
    pub fn parse(bytes: &[u8]) -> Result<Self, WeightsError> {
        if !bytes.starts_with(MAGIC) {
            return Err(WeightsError::Magic);
        }
        let [version, shuffle, planes, count, weights, outputs] =
            words(bytes, MAGIC.len(), HEADER)?;
        known("version", version, VERSION)?;
        known("shuffle", shuffle, SHUFFLE)?;
        let planes = planes as usize;
        let outputs = match outputs as usize {
            0 => planes,
            outputs => outputs,
        };
        let count = count as usize;
        if count == 0 || count > MAX_LAYERS {
            let reason = "a network has 1 to 256 layers";
            return Err(WeightsError::Layer { layer: 0, reason });
        }
        let start = HEADER + count * RECORD;
        let needed = start + weights as usize * 2;
        let data = bytes.get(start..needed).ok_or(WeightsError::Short {
            needed,
            given: bytes.len(),
        })?;
        let (halves, _) = data.as_chunks();
        let data: Vec<f32> = halves
            .iter()
            .map(|half| widen(u16::from_le_bytes(*half)))
            .collect();
        let mut layers: Vec<Layer> = Vec::new();
        for layer in 0..count {
            let record = words(bytes, HEADER + layer * RECORD, needed)?;
            let read = Record(record).layer(planes, &layers, &data);
            let read = read.and_then(|read| match read.gate() {
                Some(_) if layer + 1 < count => Err("only the last layer may have a gate"),
                _ => Ok(read),
            });
            layers.push(read.map_err(|reason| WeightsError::Layer { layer, reason })?);
        }
        let is_correction =
            |l: &Layer| l.outputs == outputs && matches!(l.kind, LayerKind::Conv { .. });
        if !layers.last().is_some_and(is_correction) {
            let reason = "the last layer must be a convolution with the network's outputs";
            let layer = count - 1;
            return Err(WeightsError::Layer { layer, reason });
        }
        Ok(Self {
            planes,
            outputs,
            layers,
        })
    }

    /// Refuses a network that reads or computes other numbers than its filter does.
    ///
    /// # Errors
    /// [`GpuError::Shader`].
    pub fn require(&self, planes: usize, outputs: usize) -> Result<(), GpuError> {
        if (self.planes, self.outputs) == (planes, outputs) {
            return Ok(());
        }
        Err(GpuError::Shader {
            name: "weights file".to_owned(),
            reason: format!(
                "it reads {} planes and computes {}, the filter {planes} and {outputs}",
                self.planes, self.outputs
            ),
        })
    }

    /// Multiplications for one luma pixel, with its share of chroma.
    pub fn products(&self) -> usize {
        let of_layer = |layer: &Layer| match &layer.kind {
            LayerKind::Conv { weights, .. } => weights.len(),
            _ => 0,
        };
        self.layers.iter().map(of_layer).sum::<usize>() / 4
    }
}

fn known(field: &'static str, found: u32, known: u32) -> Result<(), WeightsError> {
    if found == known {
        return Ok(());
    }
    Err(WeightsError::Unknown {
        field,
        found,
        known,
    })
}

/// `N` little-endian `u32` from a byte offset on.
fn words<const N: usize>(
    bytes: &[u8],
    from: usize,
    needed: usize,
) -> Result<[u32; N], WeightsError> {
    let part = bytes.get(from..from + N * 4).ok_or(WeightsError::Short {
        needed,
        given: bytes.len(),
    })?;
    let mut numbers = [0; N];
    for (number, word) in numbers.iter_mut().zip(part.as_chunks().0) {
        *number = u32::from_le_bytes(*word);
    }
    Ok(numbers)
}
