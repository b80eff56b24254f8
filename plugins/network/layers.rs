//! Runs the layers of a weights file from one map to another.
//!
//! A layer outputs a map (see `network/shared/conv.wgsl`) or a vector. Maps share buffers: each is kept from
//! its layer to the last layer that reads it.

use std::sync::Arc;

use super::layer::{Convolution, Dense, GROUP_CHANNELS, channel_groups, map_extent};
use super::method::Method;
use super::passes::{ConvParams, MEAN, STRIP_SUMS};
use super::slots::slots;
use super::weights_file::{Layer, LayerKind, Source, WeightsFile};
use crate::gpu::{Gpu, GpuError, Kernel, Recording, StorageBuffer};
use crate::shader_constant;

/// Rows in a strip of `strip_sums.wgsl`.
pub(super) const STRIP: u32 = shader_constant!("network/strip_sums", "STRIP");
/// Bytes that one cell takes in a channel group.
const CHANNEL_GROUP_BYTES: u64 = 16;

/// The device objects of a layer.
#[derive(Debug)]
enum Step {
    Conv(Convolution),
    Mean,
    Dense(Dense),
}

/// The layers of a network, for maps of one size.
#[derive(Debug)]
pub struct Layers {
    /// Width and height in cells.
    pub(super) cells: (u32, u32),
    pub(super) strip_sums: Arc<Kernel>,
    pub(super) mean: Arc<Kernel>,
    layers: Vec<(Layer, Step)>,
    /// Buffers for maps, and the assignment of the picture and each layer's output to them.
    maps: Vec<StorageBuffer>,
    picture_slot: usize,
    slots: Vec<usize>,
    /// Outputs of layers that output vectors; minimal buffers for all other layers.
    vectors: Vec<StorageBuffer>,
    pub(super) strips: StorageBuffer,
    /// Zeros: bound for a vector that a layer does not add, and for an unknown block origin.
    zeros: StorageBuffer,
}

impl Layers {
    /// Compiles kernels, uploads weights and allocates all maps for pictures of `luma` pixels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`]; [`GpuError::TooManyPixels`] if the device cannot bind the largest map.
    pub fn new(
        gpu: &Gpu,
        file: &WeightsFile,
        luma: (u32, u32),
        method: Method,
    ) -> Result<Self, GpuError> {
        let cells = (luma.0.div_ceil(2), luma.1.div_ceil(2));
        let (columns, rows) = map_extent(cells);
        let area = u64::from(columns) * u64::from(rows);
        let plan = slots(file);
        let buffer = |label, bytes| StorageBuffer::new(gpu, label, bytes);
        let map_bytes = |groups: &u32| area * u64::from(*groups) * CHANNEL_GROUP_BYTES;
        let largest = plan.channel_groups.iter().map(map_bytes).max();
        gpu.check_binding(luma, largest.unwrap_or_default())?;
        let map = |groups: &u32| buffer("map", map_bytes(groups));
        let widest = file.layers.iter().map(|l| channel_groups(l.outputs)).max();
        let widest = u64::from(widest.unwrap_or(1)) * GROUP_CHANNELS as u64 * 4;
        let strips = u64::from(cells.0) * u64::from(cells.1.div_ceil(STRIP));
        let has_means = file.layers.iter().any(|l| l.kind == LayerKind::Mean);
        let layers = file.layers.iter().map(|layer| step(gpu, layer, method));
        Ok(Self {
            cells,
            strip_sums: gpu.kernel(&STRIP_SUMS)?,
            mean: gpu.kernel(&MEAN)?,
            layers: layers.collect::<Result<_, _>>()?,
            maps: plan.channel_groups.iter().map(map).collect(),
            picture_slot: plan.picture,
            slots: plan.layers,
            vectors: file
                .layers
                .iter()
                .map(|_| buffer("vector", widest))
                .collect(),
            strips: buffer("strips", if has_means { strips * widest } else { widest }),
            zeros: buffer("zeros", widest),
        })
    }

    /// Cells from one row of a map to the next, and from one channel group to the next.
    pub fn pitch_and_area(&self) -> (u32, u32) {
        let (columns, rows) = map_extent(self.cells);
        (columns, columns * rows)
    }

    /// The map that the first layer reads: to be filled before [`Layers::record`], in each picture anew.
    pub fn input(&self) -> &StorageBuffer {
        self.source_map(Source::Picture)
    }

    /// The map that the last layer computes.
    pub fn output(&self) -> &StorageBuffer {
        self.map(self.layers.len().saturating_sub(1))
    }

    /// The network's own estimate of how much of its output a picture needs: an `f32` from 0 to 1 for each
    /// number of a cell. `None` if the network has no gate.
    pub fn gate(&self) -> Option<&StorageBuffer> {
        let (layer, _) = self.layers.last()?;
        self.vectors.get(layer.gate()?)
    }

    /// Records all layers. `origin` holds two `u32`: column and row of the first whole block of the codec's
    /// 8x8 grid, in cells, 0 to 3 each; `None` stands for 0, 0.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        origin: Option<&StorageBuffer>,
    ) -> Result<(), GpuError> {
        let origin = origin.unwrap_or(&self.zeros);
        for (number, (layer, step)) in self.layers.iter().enumerate() {
            match step {
                Step::Conv(conv) => {
                    self.record_conv(recording, number, layer, conv, origin)?;
                }
                Step::Mean => self.record_mean(recording, number, layer)?,
                Step::Dense(dense) => self.record_dense(recording, number, layer, dense)?,
            }
        }
        Ok(())
    }

    /// Stands for a plane that a picture does not have.
    pub(super) fn zeros(&self) -> &StorageBuffer {
        &self.zeros
    }

    /// The buffer of a layer's map. The index is valid because the file was checked.
    fn map(&self, layer: usize) -> &StorageBuffer {
        let slot = self.slots.get(layer).and_then(|slot| self.maps.get(*slot));
        slot.unwrap_or(&self.zeros)
    }

    pub(super) fn source_map(&self, source: Source) -> &StorageBuffer {
        match source {
            Source::Picture => self.maps.get(self.picture_slot).unwrap_or(&self.zeros),
            Source::Layer(layer) => self.map(layer),
        }
    }

    pub(super) fn vector(&self, layer: Option<usize>) -> &StorageBuffer {
        let found = layer.and_then(|layer| self.vectors.get(layer));
        found.unwrap_or(&self.zeros)
    }

    fn record_conv(
        &self,
        recording: &mut Recording<'_>,
        number: usize,
        layer: &Layer,
        conv: &Convolution,
        origin: &StorageBuffer,
    ) -> Result<(), GpuError> {
        let (skip, vector, late) = match &layer.kind {
            LayerKind::Conv {
                skip, vector, late, ..
            } => (*skip, *vector, *late),
            _ => (None, None, false),
        };
        let (pitch, area) = self.pitch_and_area();
        let inputs = self.source_map(layer.source);
        let params = ConvParams {
            width: self.cells.0,
            height: self.cells.1,
            pitch,
            area,
            input_channel_groups: channel_groups(layer.inputs),
            output_channel_groups: channel_groups(layer.outputs),
            position_mask: conv.position_mask,
            leak: layer.leak,
            late: u32::from(late),
        };
        let bindings = [
            ("inputs", inputs.into()),
            ("weights", (&conv.weights).into()),
            ("biases", (&conv.biases).into()),
            ("shift", self.vector(vector).into()),
            ("skip", skip.map_or(inputs, |layer| self.map(layer)).into()),
            ("origin", origin.into()),
            ("outputs", self.map(number).into()),
        ];
        let groups = conv.groups(self.cells, params.output_channel_groups);
        recording.dispatch(&conv.kernel, &bindings, bytemuck::bytes_of(&params), groups)
    }
}

fn step(gpu: &Gpu, layer: &Layer, method: Method) -> Result<(Layer, Step), GpuError> {
    let step = match Convolution::new(gpu, layer, method)? {
        Some(conv) => Step::Conv(conv),
        None => Dense::new(gpu, layer)?.map_or(Step::Mean, Step::Dense),
    };
    Ok((layer.clone(), step))
}
