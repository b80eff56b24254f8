//! The file that a network's layers and weights come in.
//!
//! All numbers are little endian. 32 bytes of header: `WGPUNET1`, then six `u32`: version 2,
//! shuffle 2, planes 6, number of layers, number of weights, 0. Then nine `u32` for each layer (see
//! [`super::record`]), then the weights as half floats.
//!
//! The network runs at half width and height: shuffle 2 means that a cell's six planes are its 2x2
//! samples of luma, row after row, and one of U and V each, all from -0.5 to 0.5.

use super::half_float::widen;
use super::record::{RECORD, Record};

const MAGIC: &[u8] = b"WGPUNET1";
const VERSION: u32 = 2;
const SHUFFLE: u32 = 2;
/// Planes of a cell of the picture, and so outputs of the last layer.
pub const PLANES: usize = 6;
const HEADER: usize = 32;
/// Bounds what a file can ask for; a network for live video has some ten layers.
const MOST_LAYERS: usize = 256;

/// What can be wrong with a weights file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// The first bytes are others.
    #[error("not a weights file: it does not start with WGPUNET1")]
    Magic,
    /// A version, shuffle or number of planes that this plugin does not know.
    #[error("weights file: {field} is {found}, this plugin knows {known}")]
    Unknown {
        /// Field of the header.
        field: &'static str,
        /// What the file has.
        found: u32,
        /// What is known.
        known: u32,
    },
    /// The file ends too early.
    #[error("weights file: {needed} bytes are needed, {given} are there")]
    Short {
        /// Bytes that the header calls for.
        needed: usize,
        /// Bytes of the file.
        given: usize,
    },
    /// A layer makes no sense.
    #[error("weights file: layer {layer}: {reason}")]
    Layer {
        /// Number of the layer.
        layer: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// What a layer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The picture.
    Picture,
    /// The output of an earlier layer.
    Layer(usize),
}

/// What a layer does.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerKind {
    /// A 3x3 convolution; beyond the picture all inputs are 0.
    Conv {
        /// Layer whose output is added before the activation.
        skip: Option<usize>,
        /// Dense layer whose output is added to the biases.
        vector: Option<usize>,
        /// Dense layer that tells for each channel how much of the output is worth having, 0 to 1.
        /// The last layer alone may have one; whoever applies the corrections multiplies by it.
        gate: Option<usize>,
        /// Biases kept for a channel: 1, or 16 for the 4x4 cells of an 8x8 block.
        positions: usize,
        /// By rows and columns of the kernel, inputs, outputs.
        weights: Vec<f32>,
        /// By positions, outputs.
        biases: Vec<f32>,
    },
    /// The means of all channels over the picture.
    Mean,
    /// A dense layer on a vector.
    Dense {
        /// By inputs, outputs.
        weights: Vec<f32>,
        /// By outputs.
        biases: Vec<f32>,
    },
}

/// One layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// What it reads.
    pub source: Source,
    /// Channels it reads.
    pub inputs: usize,
    /// Channels it makes.
    pub outputs: usize,
    /// Slope of the activation below zero; 1 for none.
    pub leak: f32,
    /// No output of a dense layer is more than this.
    pub highest: f32,
    /// What it does.
    pub kind: LayerKind,
}

impl Layer {
    /// Dense layer that tells how much of the output is worth having.
    pub fn gate(&self) -> Option<usize> {
        match self.kind {
            LayerKind::Conv { gate, .. } => gate,
            _ => None,
        }
    }
}

/// A network's layers in order; the last one's output is the correction of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightsFile {
    /// The layers. Each reads earlier ones only.
    pub layers: Vec<Layer>,
}

impl WeightsFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`WeightsError`] naming the first thing that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, WeightsError> {
        if !bytes.starts_with(MAGIC) {
            return Err(WeightsError::Magic);
        }
        let [version, shuffle, planes, count, weights, _] = words(bytes, MAGIC.len(), HEADER)?;
        known("version", version, VERSION)?;
        known("shuffle", shuffle, SHUFFLE)?;
        known("planes", planes, PLANES as u32)?;
        let count = count as usize;
        if count == 0 || count > MOST_LAYERS {
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
            let read = Record(record).layer(&layers, &data);
            let read = read.and_then(|read| match read.gate() {
                Some(_) if layer + 1 < count => Err("only the last layer may have a gate"),
                _ => Ok(read),
            });
            layers.push(read.map_err(|reason| WeightsError::Layer { layer, reason })?);
        }
        let is_correction =
            |l: &Layer| l.outputs == PLANES && matches!(l.kind, LayerKind::Conv { .. });
        if !layers.last().is_some_and(is_correction) {
            let reason = "the last layer must be a convolution with 6 outputs";
            let layer = count - 1;
            return Err(WeightsError::Layer { layer, reason });
        }
        Ok(Self { layers })
    }

    /// Multiplications for one pixel of luma, the chroma that belongs to it included.
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

/// Numbers from a byte on.
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
