//! The layers of a network with their weights on the GPU.

use std::sync::Arc;

use super::passes::{CONV_DIRECT, CONV_HALF, CONV_NARROW, CONV_WIDE, DENSE};
use super::weights_file::{Layer, LayerKind};
use crate::gpu::kernel::Switches;
use crate::gpu::{Gpu, GpuError, Kernel, StorageBuffer};

/// Channels that travel together.
pub const GROUP_CHANNELS: usize = 8;
/// Output channel groups that one tile of `conv_wide.wgsl` and `conv_half.wgsl` makes.
const WIDE_GROUPS: u32 = 4;
/// Rows of a column of `shared/conv.wgsl`.
const ROWS: u32 = 8;
/// Width of a workgroup of all convolutions.
const COLUMNS: u32 = 32;

/// How convolutions are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Straight from memory: for software adapters.
    Direct,
    /// By tiles in workgroup memory.
    Tiled,
    /// By tiles, with products of half floats where there are four channel groups of outputs.
    TiledHalf,
}

impl Method {
    /// The fastest one on this adapter.
    pub fn of(gpu: &Gpu) -> Self {
        let has_half = gpu.device().features().contains(wgpu::Features::SHADER_F16);
        match (gpu.is_software(), has_half) {
            // Software has no arithmetic on half floats: each product would be converted.
            (true, _) => Self::Direct,
            (_, true) => Self::TiledHalf,
            _ => Self::Tiled,
        }
    }
}

/// Number of channel groups that hold so many channels.
pub fn channel_groups(channels: usize) -> u32 {
    channels.div_ceil(GROUP_CHANNELS) as u32
}

/// A convolution, ready to run.
#[derive(Debug)]
pub struct Convolution {
    pub kernel: Arc<Kernel>,
    pub weights: StorageBuffer,
    pub biases: StorageBuffer,
    /// 3 where biases depend on the position in an 8x8 block, else 0.
    pub position_mask: u32,
    /// Output channel groups of a workgroup.
    groups_of_workgroup: u32,
}

impl Convolution {
    /// Compiles the kernel and uploads weights. `None` where the layer is no convolution.
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
        let is_wide = channel_groups(layer.outputs).is_multiple_of(WIDE_GROUPS);
        let (spec, groups_of_workgroup) = match (method, is_wide) {
            (Method::Direct, _) => (&CONV_DIRECT, 1),
            (_, false) => (&CONV_NARROW, 1),
            (Method::Tiled, true) => (&CONV_WIDE, WIDE_GROUPS),
            (Method::TiledHalf, true) => (&CONV_HALF, WIDE_GROUPS),
        };
        let switches: Switches = match skip {
            Some(_) => &[("HAS_SKIP", true)],
            None => &[("HAS_SKIP", false)],
        };
        let weights = arrange(weights, layer.inputs, layer.outputs);
        let biases = pad_rows(biases, layer.outputs);
        Ok(Some(Self {
            kernel: gpu.variant(spec, switches)?,
            weights: upload(gpu, "weights", &weights),
            biases: upload(gpu, "biases", &biases),
            position_mask: if *positions > 1 { 3 } else { 0 },
            groups_of_workgroup,
        }))
    }

    /// Workgroups for a picture of so many cells.
    pub fn groups(&self, (width, height): (u32, u32), output_channel_groups: u32) -> [u32; 3] {
        let channel_groups = output_channel_groups.div_ceil(self.groups_of_workgroup);
        [
            width.div_ceil(COLUMNS),
            height.div_ceil(ROWS),
            channel_groups,
        ]
    }
}

/// A dense layer, ready to run.
#[derive(Debug)]
pub struct Dense {
    pub kernel: Arc<Kernel>,
    /// Weights, then biases.
    pub weights: StorageBuffer,
}

impl Dense {
    /// Compiles the kernel and uploads weights. `None` where the layer is not dense.
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

/// Columns and rows of a map in memory, for a picture of so many cells: whole tiles and a border
/// of one cell that stays zero.
pub fn map_extent((width, height): (u32, u32)) -> (u32, u32) {
    let columns = width.next_multiple_of(COLUMNS) + 2;
    (columns, height.next_multiple_of(ROWS) + 2)
}

fn upload(gpu: &Gpu, label: &str, values: &[f32]) -> StorageBuffer {
    let buffer = StorageBuffer::new(gpu, label, std::mem::size_of_val(values) as u64);
    gpu.queue()
        .write_buffer(buffer.buffer(), 0, bytemuck::cast_slice(values));
    buffer
}

/// Rows of `length` values, each filled up to whole channel groups with zeros.
fn pad_rows(values: &[f32], length: usize) -> Vec<f32> {
    let row = |row: &[f32]| {
        let mut padded = row.to_vec();
        padded.resize(length.next_multiple_of(GROUP_CHANNELS), 0.0);
        padded
    };
    values.chunks(length).flat_map(row).collect()
}

/// The order of `shared/conv.wgsl`: output channel groups, input channel groups, columns of the kernel, halves of the
/// input channel group, rows of the kernel, channels of the half, channels of the output channel group.
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
