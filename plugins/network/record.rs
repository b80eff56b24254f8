//! A layer's record in a weights file: nine `u32`.
//!
//! Kind (0 convolution, 1 mean, 2 dense), source, skip, vector, activation, inputs, outputs, positions, and
//! the offset of the layer's weights in the data. Activations: 0 none; 1 leaky; 2 for a convolution without
//! activation whose vector is its gate, not an addend; 3 for a dense layer whose outputs are clamped to
//! 0..1; 4 negative values become 0; 5 the same, and the skipped layer's map is added after that.

use super::weights_file::{Layer, LayerKind, Source};

/// Bytes in a record.
pub(super) const RECORD: usize = 36;
/// Stands for "no layer", or for the picture as a source.
const NONE: u32 = u32::MAX;
/// Limit of what a file can allocate; layers for live video have about 32 channels.
const MAX_CHANNELS: usize = 1024;
/// Number of cells in an 8x8 block of luma.
const POSITIONS: usize = 16;
/// Slope of the leaky activation below zero.
const LEAK: f32 = 0.1;

const CONV: u32 = 0;
const MEAN: u32 = 1;
const DENSE: u32 = 2;

const LINEAR: u32 = 0;
const LEAKY: u32 = 1;
const GATED: u32 = 2;
const SHARE: u32 = 3;
const CUT: u32 = 4;
const CUT_LATE: u32 = 5;

/// The numbers of a layer as they are in the file.
pub(super) struct Record(pub [u32; 9]);

impl Record {
    /// Checks the record, and copies the layer's weights from the file's data.
    pub(super) fn layer(
        &self,
        planes: usize,
        earlier: &[Layer],
        data: &[f32],
    ) -> Result<Layer, &'static str> {
        let [
            kind,
            source,
            skip,
            vector,
            act,
            inputs,
            outputs,
            positions,
            at,
        ] = self.0;
        let (inputs, outputs) = (inputs as usize, outputs as usize);
        let sane = 1..=MAX_CHANNELS;
        if !sane.contains(&inputs) || !sane.contains(&outputs) {
            return Err("a layer has 1 to 1024 channels");
        }
        let (source, given, is_map) = match source {
            NONE => (Source::Picture, planes, true),
            number => {
                let layer = earlier.get(number as usize);
                let layer = layer.ok_or("it reads a layer that is not an earlier one")?;
                let is_map = matches!(layer.kind, LayerKind::Conv { .. });
                (Source::Layer(number as usize), layer.outputs, is_map)
            }
        };
        if given != inputs || is_map == (kind == DENSE) {
            return Err("it cannot read its source");
        }
        let (leak, highest) = match (act, kind) {
            (LINEAR, _) | (GATED, CONV) => (1.0, f32::MAX),
            (LEAKY, _) => (LEAK, f32::MAX),
            (SHARE, DENSE) => (0.0, 1.0),
            (CUT | CUT_LATE, CONV) => (0.0, f32::MAX),
            _ => return Err("unknown activation"),
        };
        let mut data = data.get(at as usize..).unwrap_or_default();
        let mut take = |count: usize| {
            let (taken, rest) = data.split_at_checked(count).ok_or("weights are missing")?;
            data = rest;
            Ok::<_, &'static str>(taken.to_vec())
        };
        let kind = match kind {
            CONV => {
                let vector = addend(vector, outputs, earlier, false)?;
                if act == GATED && vector.is_none() {
                    return Err("its gate is missing");
                }

                let positions = positions as usize;
                if positions != 1 && positions != POSITIONS {
                    return Err("a convolution has 1 or 16 biases for a channel");
                }
                LayerKind::Conv {
                    skip: addend(skip, outputs, earlier, true)?,
                    late: act == CUT_LATE,
                    vector: vector.filter(|_| act != GATED),
                    gate: vector.filter(|_| act == GATED),
                    positions,
                    weights: take(9 * inputs * outputs)?,
                    biases: take(positions * outputs)?,
                }
            }
            MEAN if source == Source::Picture => return Err("means are those of a layer"),
            MEAN if inputs != outputs => return Err("means are as many as channels"),
            MEAN => LayerKind::Mean,
            DENSE => LayerKind::Dense {
                weights: take(inputs * outputs)?,
                biases: take(outputs)?,
            },
            _ => return Err("unknown kind"),
        };
        Ok(Layer {
            source,
            inputs,
            outputs,
            leak,
            highest,
            kind,
        })
    }
}

/// The earlier layer that is added: a map or a vector with as many channels.
fn addend(
    number: u32,
    outputs: usize,
    earlier: &[Layer],
    map: bool,
) -> Result<Option<usize>, &'static str> {
    if number == NONE {
        return Ok(None);
    }
    let fits = |layer: &&Layer| {
        let right = match layer.kind {
            LayerKind::Conv { .. } => map,
            LayerKind::Dense { .. } => !map,
            LayerKind::Mean => false,
        };
        right && layer.outputs == outputs
    };
    let found = earlier.get(number as usize).filter(fits);
    found.ok_or("it adds a layer that does not fit")?;
    Ok(Some(number as usize))
}
