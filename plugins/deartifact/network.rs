//! Runs the layers of a weights file on working planes.
//!
//! A layer's output is a map (see `shared/conv.wgsl`) or a vector. Maps share buffers: each one
//! lives from its layer to the last that reads it.

use std::sync::Arc;

use super::network_layer::{Convolution, Dense, Method, OCT, map_extent, octs};
use super::network_passes::{
    CELLS, CORRECT, CellsParams, ConvParams, CorrectParams, DenseParams, MEAN, MeanParams,
    STRIP_SUMS, StripSumsParams,
};
use super::network_slots::slots;
use super::weights_file::{Layer, LayerKind, PLANES, Source, WeightsFile};
use crate::gpu::{Binding, Gpu, GpuError, Kernel, Recording, StorageBuffer};

/// Rows of a strip of `strip_sums.wgsl`.
const STRIP: u32 = 32;
/// Bytes of an oct of a cell.
const OCT_BYTES: u64 = 16;

/// The picture's sides and what its values mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetworkPicture {
    /// Width and height of luma, in pixels; of a field where fields are worked on.
    pub luma: (u32, u32),
    /// Width and height of U and V: as large as luma or half as large, rounded up; `None` for gray.
    pub chroma: Option<(u32, u32)>,
    /// White in the values of working planes: 255 for 8 bits, 1023/4 for 10 bits.
    pub white: f32,
}

impl NetworkPicture {
    fn size(&self, component: usize) -> (u32, u32) {
        match component {
            0 => self.luma,
            _ => self.chroma.unwrap_or_default(),
        }
    }

    /// Samples of a component in a cell, across and down.
    fn cell(&self, component: usize) -> (u32, u32) {
        let size = self.size(component);
        let samples = |side, luma| if side == luma && luma > 1 { 2 } else { 1 };
        (samples(size.0, self.luma.0), samples(size.1, self.luma.1))
    }

    fn cells(&self) -> (u32, u32) {
        (self.luma.0.div_ceil(2), self.luma.1.div_ceil(2))
    }
}

/// How much to correct, and where blocks begin.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// Factor on what the network found; 1 is what it was trained for.
    pub strength: f32,
    /// Another factor: the first `f32` of a buffer. `None` for 1.
    pub measured: Option<&'a StorageBuffer>,
    /// Column and row of the first pixel of a block of the coder's 8x8 grid, even numbers.
    pub grid: (u32, u32),
}

impl Default for Correction<'_> {
    fn default() -> Self {
        Self {
            strength: 1.0,
            measured: None,
            grid: (0, 0),
        }
    }
}

/// What a layer runs with.
#[derive(Debug)]
enum Step {
    Conv(Convolution),
    Mean,
    Dense(Dense),
}

/// Kernels that every network needs.
#[derive(Debug)]
struct Kernels {
    cells: Arc<Kernel>,
    strip_sums: Arc<Kernel>,
    mean: Arc<Kernel>,
    correct: Arc<Kernel>,
}

/// A network for pictures of one size.
#[derive(Debug)]
pub struct Network {
    picture: NetworkPicture,
    kernels: Kernels,
    layers: Vec<(Layer, Step)>,
    /// Buffers that maps share, and which of them holds the picture and each layer's output.
    maps: Vec<StorageBuffer>,
    picture_slot: usize,
    slots: Vec<usize>,
    /// Outputs of the layers that make vectors; of the others a few bytes.
    vectors: Vec<StorageBuffer>,
    strips: StorageBuffer,
    /// Zeros, in place of a vector that a layer does not add.
    zeros: StorageBuffer,
    one: StorageBuffer,
}

impl Network {
    /// Compiles kernels, uploads weights and allocates all maps.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, file: &WeightsFile, picture: NetworkPicture) -> Result<Self, GpuError> {
        Self::with_method(gpu, file, picture, Method::of(gpu))
    }

    /// The same with convolutions done another way than the fastest.
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
        let map = |octs: &u32| buffer("map", area * u64::from(*octs) * OCT_BYTES);
        let widest = file.layers.iter().map(|l| octs(l.outputs)).max();
        let widest = u64::from(widest.unwrap_or(1)) * OCT as u64 * 4;
        let strips = u64::from(cells.0) * u64::from(cells.1.div_ceil(STRIP));
        let one = buffer("one", 4);
        gpu.queue()
            .write_buffer(one.buffer(), 0, &1f32.to_le_bytes());
        let layers = file.layers.iter().map(|layer| step(gpu, layer, method));
        Ok(Self {
            picture,
            kernels: Kernels {
                cells: gpu.kernel(&CELLS, None)?,
                strip_sums: gpu.kernel(&STRIP_SUMS, None)?,
                mean: gpu.kernel(&MEAN, None)?,
                correct: gpu.kernel(&CORRECT, None)?,
            },
            layers: layers.collect::<Result<_, _>>()?,
            maps: plan.octs.iter().map(map).collect(),
            picture_slot: plan.picture,
            slots: plan.layers,
            vectors: file
                .layers
                .iter()
                .map(|_| buffer("vector", widest))
                .collect(),
            strips: buffer("strips", strips * widest),
            zeros: buffer("zeros", widest),
            one,
        })
    }

    /// The picture that the network was made for.
    pub fn picture(&self) -> &NetworkPicture {
        &self.picture
    }

    /// Records all passes: from working planes Y, U and V (Y alone for gray) to others, which may
    /// not be the same.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        planes: &[&StorageBuffer],
        correction: &Correction<'_>,
        corrected: &[&StorageBuffer],
    ) -> Result<(), GpuError> {
        self.record_cells(recording, planes)?;
        for (number, (layer, step)) in self.layers.iter().enumerate() {
            match step {
                Step::Conv(conv) => {
                    self.record_conv(recording, number, layer, conv, correction.grid)?;
                }
                Step::Mean => self.record_mean(recording, number, layer)?,
                Step::Dense(dense) => self.record_dense(recording, number, layer, dense)?,
            }
        }
        for (component, (plane, output)) in planes.iter().zip(corrected).enumerate() {
            self.record_correction(recording, component, correction, (*plane, *output))?;
        }
        Ok(())
    }

    /// The buffer of a layer's map; all numbers come from a checked file.
    fn map(&self, layer: usize) -> &StorageBuffer {
        let slot = self.slots.get(layer).and_then(|slot| self.maps.get(*slot));
        slot.unwrap_or(&self.zeros)
    }

    fn source_map(&self, source: Source) -> &StorageBuffer {
        match source {
            Source::Picture => self.maps.get(self.picture_slot).unwrap_or(&self.zeros),
            Source::Layer(layer) => self.map(layer),
        }
    }

    fn vector(&self, layer: Option<usize>) -> &StorageBuffer {
        let found = layer.and_then(|layer| self.vectors.get(layer));
        found.unwrap_or(&self.zeros)
    }

    fn record_cells(
        &self,
        recording: &mut Recording<'_>,
        planes: &[&StorageBuffer],
    ) -> Result<(), GpuError> {
        let picture = &self.picture;
        let plane = |component: usize| -> Binding<'_> {
            let found = planes
                .get(component)
                .filter(|_| picture.chroma.is_some() || component == 0);
            (*found.unwrap_or(&&self.zeros)).into()
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
        grid: (u32, u32),
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
            input_octs: octs(layer.inputs),
            output_octs: octs(layer.outputs),
            origin_x: grid.0 / 2 % 4,
            origin_y: grid.1 / 2 % 4,
            position_mask: conv.position_mask,
            leak: layer.leak,
        };
        let bindings = [
            ("inputs", inputs.into()),
            ("weights", (&conv.weights).into()),
            ("biases", (&conv.biases).into()),
            ("shift", self.vector(vector).into()),
            ("skip", skip.map_or(inputs, |layer| self.map(layer)).into()),
            ("outputs", self.map(number).into()),
        ];
        let groups = conv.groups(cells, params.output_octs);
        recording.dispatch(&conv.kernel, &bindings, bytemuck::bytes_of(&params), groups)
    }

    fn record_mean(
        &self,
        recording: &mut Recording<'_>,
        number: usize,
        layer: &Layer,
    ) -> Result<(), GpuError> {
        let (width, height) = self.picture.cells();
        let (columns, rows) = map_extent((width, height));
        let octs = octs(layer.inputs);
        let strips = height.div_ceil(STRIP);
        recording.layers(
            &self.kernels.strip_sums,
            &[
                ("inputs", self.source_map(layer.source).into()),
                ("sums", (&self.strips).into()),
            ],
            &StripSumsParams {
                width,
                height,
                pitch: columns,
                area: columns * rows,
            },
            (width, strips, octs),
        )?;
        let params = MeanParams {
            strips: width * strips,
            scale: 1.0 / (width as f32 * height as f32),
        };
        let bindings = [
            ("sums", (&self.strips).into()),
            ("vector", self.vector(Some(number)).into()),
        ];
        let kernel = &self.kernels.mean;
        recording.dispatch(kernel, &bindings, bytemuck::bytes_of(&params), [octs, 1, 1])
    }

    fn record_dense(
        &self,
        recording: &mut Recording<'_>,
        number: usize,
        layer: &Layer,
        dense: &Dense,
    ) -> Result<(), GpuError> {
        let source = match layer.source {
            Source::Layer(source) => Some(source),
            Source::Picture => None,
        };
        recording.pass(
            &dense.kernel,
            &[
                ("inputs", self.vector(source).into()),
                ("weights", (&dense.weights).into()),
                ("outputs", self.vector(Some(number)).into()),
            ],
            &DenseParams {
                inputs: layer.inputs as u32,
                outputs: layer.outputs as u32,
                leak: layer.leak,
            },
            (layer.outputs as u32, 1),
        )
    }

    fn record_correction(
        &self,
        recording: &mut Recording<'_>,
        component: usize,
        correction: &Correction<'_>,
        (plane, corrected): (&StorageBuffer, &StorageBuffer),
    ) -> Result<(), GpuError> {
        let (width, height) = self.picture.size(component);
        let (cell_x, cell_y) = self.picture.cell(component);
        let last = self.layers.len().saturating_sub(1);
        recording.pass(
            &self.kernels.correct,
            &[
                ("corrections", self.map(last).into()),
                ("strength", correction.measured.unwrap_or(&self.one).into()),
                ("plane", plane.into()),
                ("corrected", corrected.into()),
            ],
            &CorrectParams {
                width,
                height,
                cell_x,
                cell_y,
                component: component as u32,
                pitch: map_extent(self.picture.cells()).0,
                scale: self.picture.white,
                strength: correction.strength,
            },
            (width.div_ceil(4), height),
        )
    }
}

fn step(gpu: &Gpu, layer: &Layer, method: Method) -> Result<(Layer, Step), GpuError> {
    let step = match Convolution::new(gpu, layer, method)? {
        Some(conv) => Step::Conv(conv),
        None => Dense::new(gpu, layer)?.map_or(Step::Mean, Step::Dense),
    };
    Ok((layer.clone(), step))
}

const _: () = assert!(PLANES <= OCT, "the picture is one oct");
