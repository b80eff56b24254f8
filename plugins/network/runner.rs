//! Runs the layers of a weights file on working planes.
//!
//! A layer outputs a map (see `network/shared/conv.wgsl`) or a vector. Maps share buffers: each is kept from
//! its layer to the last layer that reads it.

use std::sync::Arc;

use super::layer::{Convolution, Dense, GROUP_CHANNELS, channel_groups, map_extent};
use super::method::Method;
use super::passes::{CELLS, CORRECT, CellsParams, ConvParams, CorrectParams, MEAN, STRIP_SUMS};
use super::picture::NetworkPicture;
use super::slots::slots;
use super::weights_file::{Layer, LayerKind, PLANES, Source, WeightsFile};
use crate::gpu::{Binding, Gpu, GpuError, Kernel, Recording, StorageBuffer};
use crate::picture::planes::{Part, Planes};
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

/// Kernels that all networks need.
#[derive(Debug)]
pub(super) struct Kernels {
    cells: Arc<Kernel>,
    pub(super) strip_sums: Arc<Kernel>,
    pub(super) mean: Arc<Kernel>,
    correct: Arc<Kernel>,
}

/// A network for pictures of one size.
#[derive(Debug)]
pub struct Network {
    pub(super) picture: NetworkPicture,
    pub(super) kernels: Kernels,
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

impl Network {
    /// Compiles kernels, uploads weights and allocates all maps, with the fastest method.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, file: &WeightsFile, picture: NetworkPicture) -> Result<Self, GpuError> {
        Self::with_method(gpu, file, picture, Method::of(gpu))
    }

    /// As [`Network::new`], with a given method of convolution.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn with_method(
        gpu: &Gpu,
        file: &WeightsFile,
        picture: NetworkPicture,
        method: Method,
    ) -> Result<Self, GpuError> {
        let cells = picture.cells();
        let (columns, rows) = map_extent(cells);
        let area = u64::from(columns) * u64::from(rows);
        let plan = slots(&file.layers);
        let buffer = |label, bytes| StorageBuffer::new(gpu, label, bytes);
        let map_bytes = |groups: &u32| area * u64::from(*groups) * CHANNEL_GROUP_BYTES;
        let largest = plan.channel_groups.iter().map(map_bytes).max();
        gpu.check_binding(picture.luma, largest.unwrap_or_default())?;
        let map = |groups: &u32| buffer("map", map_bytes(groups));
        let widest = file.layers.iter().map(|l| channel_groups(l.outputs)).max();
        let widest = u64::from(widest.unwrap_or(1)) * GROUP_CHANNELS as u64 * 4;
        let strips = u64::from(cells.0) * u64::from(cells.1.div_ceil(STRIP));
        let layers = file.layers.iter().map(|layer| step(gpu, layer, method));
        Ok(Self {
            picture,
            kernels: Kernels {
                cells: gpu.kernel(&CELLS)?,
                strip_sums: gpu.kernel(&STRIP_SUMS)?,
                mean: gpu.kernel(&MEAN)?,
                correct: gpu.kernel(&CORRECT)?,
            },
            layers: layers.collect::<Result<_, _>>()?,
            maps: plan.channel_groups.iter().map(map).collect(),
            picture_slot: plan.picture,
            slots: plan.layers,
            vectors: file
                .layers
                .iter()
                .map(|_| buffer("vector", widest))
                .collect(),
            strips: buffer("strips", strips * widest),
            zeros: buffer("zeros", widest),
        })
    }

    /// Size and value range of the pictures that the network was made for.
    pub fn picture(&self) -> &NetworkPicture {
        &self.picture
    }

    /// Records all layers for a picture. `origin` holds two `u32`: column and row of the first whole block
    /// of the codec's 8x8 grid, in cells, 0 to 3 each; `None` stands for 0, 0.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn find(
        &self,
        recording: &mut Recording<'_>,
        picture: &Planes,
        origin: Option<&StorageBuffer>,
    ) -> Result<(), GpuError> {
        let origin = origin.unwrap_or(&self.zeros);
        self.record_cells(recording, picture)?;
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

    /// The network's own estimate of how much of its correction a picture needs: an `f32` from 0 to 1 for
    /// each of the six planes of a cell. `None` if the network has no gate.
    pub fn gate(&self) -> Option<&StorageBuffer> {
        let (layer, _) = self.layers.last()?;
        self.vectors.get(layer.gate()?)
    }

    /// Adds the correction of the last [`Network::find`] to `picture` and writes the result to `corrected`.
    /// `share` holds two `f32`, factors for luma and chroma; `strength` is a factor for both. With all of
    /// them 1, the network corrects as it was trained to.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn apply(
        &self,
        recording: &mut Recording<'_>,
        picture: &Planes,
        (share, strength): (&StorageBuffer, f32),
        corrected: &Planes,
    ) -> Result<(), GpuError> {
        for part in picture.shape().all() {
            let planes = [picture, corrected].map(|planes| planes.part(&part));
            self.record_correction(recording, &part, (share, strength), planes)?;
        }
        Ok(())
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

    fn record_cells(&self, recording: &mut Recording<'_>, planes: &Planes) -> Result<(), GpuError> {
        let picture = &self.picture;
        let plane = |component: usize| match component < planes.shape().components() {
            true => planes.component(component),
            false => Binding::from(&self.zeros),
        };
        let chroma = picture.size(1);
        let (chroma_x, chroma_y) = picture.cell(1);
        let params = CellsParams {
            width: picture.luma.0,
            height: picture.luma.1,
            chroma_width: chroma.0,
            chroma_height: chroma.1,
            chroma_x,
            chroma_y,
            pitch: map_extent(picture.cells()).0,
            scale: 1.0 / picture.white,
        };
        let bindings = [
            ("luma", plane(0)),
            ("chroma_u", plane(1)),
            ("chroma_v", plane(2)),
            ("outputs", self.source_map(Source::Picture).into()),
        ];
        recording.pass(&self.kernels.cells, &bindings, &params, picture.cells())
    }

    fn record_conv(
        &self,
        recording: &mut Recording<'_>,
        number: usize,
        layer: &Layer,
        conv: &Convolution,
        origin: &StorageBuffer,
    ) -> Result<(), GpuError> {
        let (skip, vector) = match &layer.kind {
            LayerKind::Conv { skip, vector, .. } => (*skip, *vector),
            _ => (None, None),
        };
        let cells = self.picture.cells();
        let (columns, rows) = map_extent(cells);
        let inputs = self.source_map(layer.source);
        let params = ConvParams {
            width: cells.0,
            height: cells.1,
            pitch: columns,
            area: columns * rows,
            input_channel_groups: channel_groups(layer.inputs),
            output_channel_groups: channel_groups(layer.outputs),
            position_mask: conv.position_mask,
            leak: layer.leak,
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
        let groups = conv.groups(cells, params.output_channel_groups);
        recording.dispatch(&conv.kernel, &bindings, bytemuck::bytes_of(&params), groups)
    }

    fn record_correction(
        &self,
        recording: &mut Recording<'_>,
        part: &Part,
        (share, strength): (&StorageBuffer, f32),
        [planes, corrected]: [Binding<'_>; 2],
    ) -> Result<(), GpuError> {
        let (cell_x, cell_y) = self.picture.cell(1);
        let last = self.layers.len().saturating_sub(1);
        let bindings = [
            ("corrections", self.map(last).into()),
            ("share", share.into()),
            ("planes", planes),
            ("corrected", corrected),
        ];
        let params = CorrectParams {
            parts: part.params(),
            cell_x,
            cell_y,
            pitch: map_extent(self.picture.cells()).0,
            scale: self.picture.white,
            strength,
        };
        recording.parts(&self.kernels.correct, &bindings, &params, &part.quads())
    }
}

fn step(gpu: &Gpu, layer: &Layer, method: Method) -> Result<(Layer, Step), GpuError> {
    let step = match Convolution::new(gpu, layer, method)? {
        Some(conv) => Step::Conv(conv),
        None => Dense::new(gpu, layer)?.map_or(Step::Mean, Step::Dense),
    };
    Ok((layer.clone(), step))
}

const _: () = assert!(PLANES <= GROUP_CHANNELS, "the picture is one channel group");
