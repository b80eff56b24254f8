//! Layers of a network, with their weights on the GPU.

use std::sync::Arc;

use super::half_float::narrow;
use super::method::Method;
use super::passes::{
    CONV_DIRECT, CONV_HALF, CONV_MATRIX, CONV_MATRIX_PLAIN, CONV_NARROW, CONV_WIDE, DENSE,
};
use super::weights_file::{Layer, LayerKind};
use crate::gpu::kernel::Switches;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, StorageBuffer};
use crate::shader_constant;

/// Channels in a channel group, which lie side by side in memory.
pub const GROUP_CHANNELS: usize = 8;
/// Rows and columns of the matrices of `network/shared/conv_matrix.wgsl`.
const MATRIX_SIDE: usize = 16;
/// Output channel groups in a tile of `conv_wide.wgsl` and `conv_half.wgsl`.
const WIDE_GROUPS: u32 = shader_constant!("network/conv_wide", "CHANNEL_GROUPS");
const _: () = assert!(WIDE_GROUPS == shader_constant!("network/conv_half", "CHANNEL_GROUPS"));
/// Rows in a column of `network/shared/conv.wgsl`.
const ROWS: u32 = shader_constant!("network/shared/conv", "ROWS");
/// Width of a workgroup of all convolutions.
const COLUMNS: u32 = shader_constant!("network/shared/conv_tile", "COLUMNS");
const _: () = assert!(COLUMNS == shader_constant!("network/shared/conv_matrix", "COLUMNS"));

/// Number of channel groups that `channels` channels need.
pub fn channel_groups(channels: usize) -> u32 {
    channels.div_ceil(GROUP_CHANNELS) as u32
}

/// A convolution layer, ready to run.
#[derive(Debug)]
pub struct Convolution {
    pub kernel: Arc<Kernel>,
    pub weights: StorageBuffer,
    pub biases: StorageBuffer,
    /// 3 if biases depend on a cell's position in the 4x4 cells of a block, else 0.
    pub position_mask: u32,
    /// Output channel groups that a workgroup computes.
    groups_of_workgroup: u32,
}

impl Convolution {
    /// Compiles the kernel and uploads the weights. `None` if the layer is no convolution.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layer: &Layer, method: Method) -> Result<Option<Self>, GpuError> {
        let LayerKind::Conv {
            skip,
            positions,
            weights,
            biases,
            ..
        } = &layer.kind
        else {
            return Ok(None);
        };
        let has_skip = skip.is_some();
        let (kernel, weights, groups_of_workgroup) = match method {
            Method::Matrix => by_matrices(gpu, &CONV_MATRIX, layer, has_skip, weights)?,
            Method::MatrixPlain => by_matrices(gpu, &CONV_MATRIX_PLAIN, layer, has_skip, weights)?,
            _ => by_columns(gpu, method, layer, has_skip, weights)?,
        };
        let biases = pad_rows(biases, layer.outputs);
        Ok(Some(Self {
            kernel,
            weights,
            biases: upload(gpu, "biases", &biases),
            position_mask: if *positions > 1 { 3 } else { 0 },
            groups_of_workgroup,
        }))
    }

    /// Workgroups for a picture of `width` by `height` cells.
    pub fn groups(&self, (width, height): (u32, u32), output_channel_groups: u32) -> [u32; 3] {
        let channel_groups = output_channel_groups.div_ceil(self.groups_of_workgroup);
        [
            width.div_ceil(COLUMNS),
            height.div_ceil(ROWS),
            channel_groups,
        ]
    }
}

/// Kernel, weights, and the output channel groups that a workgroup computes.
type Form = (Arc<Kernel>, StorageBuffer, u32);

/// For kernels in which an invocation computes a column of one channel group.
fn by_columns(
    gpu: &Gpu,
    method: Method,
    layer: &Layer,
    has_skip: bool,
    weights: &[f32],
) -> Result<Form, GpuError> {
    let is_wide = channel_groups(layer.outputs).is_multiple_of(WIDE_GROUPS);
    let (spec, groups_of_workgroup) = match (method, is_wide) {
        (Method::Direct, _) => (&CONV_DIRECT, 1),
        (_, false) => (&CONV_NARROW, 1),
        (Method::Tiled, true) => (&CONV_WIDE, WIDE_GROUPS),
        (_, true) => (&CONV_HALF, WIDE_GROUPS),
    };
    let switches: Switches = match has_skip {
        true => &[("HAS_SKIP", true)],
        false => &[("HAS_SKIP", false)],
    };
    let weights = arrange(weights, layer.inputs, layer.outputs);
    let weights = upload(gpu, "weights", &weights);
    Ok((gpu.variant(spec, switches)?, weights, groups_of_workgroup))
}

/// For kernels in which a workgroup computes matrices of 16 output channels: one, or two if the layer has
/// more than 16.
fn by_matrices(
    gpu: &Gpu,
    spec: &'static KernelSpec,
    layer: &Layer,
    has_skip: bool,
    weights: &[f32],
) -> Result<Form, GpuError> {
    let is_wide = layer.outputs > MATRIX_SIDE;
    let switches: Switches = match (has_skip, is_wide) {
        (true, true) => &[("HAS_SKIP", true), ("IS_WIDE", true)],
        (true, false) => &[("HAS_SKIP", true), ("IS_WIDE", false)],
        (false, true) => &[("HAS_SKIP", false), ("IS_WIDE", true)],
        (false, false) => &[("HAS_SKIP", false), ("IS_WIDE", false)],
    };
    let outputs_of_workgroup = MATRIX_SIDE * if is_wide { 2 } else { 1 };
    let padded_outputs = layer.outputs.next_multiple_of(outputs_of_workgroup);
    let weights = arrange_matrices(weights, layer.inputs, layer.outputs, padded_outputs);
    let weights = upload(gpu, "weights", &weights);
    let groups_of_workgroup = channel_groups(outputs_of_workgroup);
    Ok((gpu.variant(spec, switches)?, weights, groups_of_workgroup))
}

/// A dense layer, ready to run.
#[derive(Debug)]
pub struct Dense {
    pub kernel: Arc<Kernel>,
    /// All weights, then all biases.
    pub weights: StorageBuffer,
}

impl Dense {
    /// Compiles the kernel and uploads the weights. `None` if the layer is not dense.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layer: &Layer) -> Result<Option<Self>, GpuError> {
        let LayerKind::Dense { weights, biases } = &layer.kind else {
            return Ok(None);
        };
        let weights = [weights.as_slice(), biases].concat();
        Ok(Some(Self {
            kernel: gpu.kernel(&DENSE)?,
            weights: upload(gpu, "weights", &weights),
        }))
    }
}

/// Columns and rows of a map in memory, for a picture of `width` by `height` cells: whole tiles, and a
/// border of one cell that stays zero.
pub fn map_extent((width, height): (u32, u32)) -> (u32, u32) {
    let columns = width.next_multiple_of(COLUMNS) + 2;
    (columns, height.next_multiple_of(ROWS) + 2)
}

/// A new buffer with these values.
pub(super) fn upload<T: bytemuck::NoUninit>(gpu: &Gpu, label: &str, values: &[T]) -> StorageBuffer {
    let buffer = StorageBuffer::new(gpu, label, std::mem::size_of_val(values) as u64);
    gpu.queue()
        .write_buffer(buffer.buffer(), 0, bytemuck::cast_slice(values));
    buffer
}

/// Rows of `length` values, each padded with zeros to whole channel groups.
fn pad_rows(values: &[f32], length: usize) -> Vec<f32> {
    let row = |row: &[f32]| {
        let mut padded = row.to_vec();
        padded.resize(length.next_multiple_of(GROUP_CHANNELS), 0.0);
        padded
    };
    values.chunks(length).flat_map(row).collect()
}

/// Reorders weights as `network/shared/conv.wgsl` reads them. From outermost to innermost: output channel
/// groups, input channel groups, kernel columns, halves of the input channel group, kernel rows, channels of
/// the half, channels of the output channel group.
fn arrange(weights: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    let mut arranged = Vec::new();
    let mut put = |row: usize, column: usize, input: usize, output: usize| {
        let at = ((row * 3 + column) * inputs + input) * outputs + output;
        let exists = input < inputs && output < outputs;
        let value = weights.get(at).filter(|_| exists);
        arranged.push(value.copied().unwrap_or(0.0));
    };
    for first_output in (0..outputs).step_by(GROUP_CHANNELS) {
        for first_input in (0..inputs).step_by(GROUP_CHANNELS) {
            for (column, half) in (0..3).flat_map(|c| [(c, 0), (c, 4)]) {
                for (row, input) in (0..3).flat_map(|r| (0..4).map(move |i| (r, i))) {
                    for output in 0..GROUP_CHANNELS {
                        let input = first_input + half + input;
                        put(row, column, input, first_output + output);
                    }
                }
            }
        }
    }
    arranged
}

/// Reorders weights as `network/shared/conv_matrix.wgsl` reads them, as half floats. From outermost to
/// innermost: groups of 16 outputs, groups of 16 inputs, kernel rows and columns, the 16 outputs, the 16
/// inputs; zeros for channels that do not exist.
fn arrange_matrices(
    weights: &[f32],
    inputs: usize,
    outputs: usize,
    padded_outputs: usize,
) -> Vec<u16> {
    let weight = |tap: usize, input: usize, output: usize| {
        let at = (tap * inputs + input) * outputs + output;
        let exists = input < inputs && output < outputs;
        weights.get(at).filter(|_| exists).copied().unwrap_or(0.0)
    };
    let mut arranged = Vec::new();
    for first_output in (0..padded_outputs).step_by(MATRIX_SIDE) {
        for first_input in (0..inputs).step_by(MATRIX_SIDE) {
            for (tap, row) in (0..9).flat_map(|t| (0..MATRIX_SIDE).map(move |r| (t, r))) {
                let columns = first_input..first_input + MATRIX_SIDE;
                let values = columns.map(|input| weight(tap, input, first_output + row));
                arranged.extend(values.map(narrow));
            }
        }
    }
    arranged
}
