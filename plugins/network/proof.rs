//! Tests matrix units before a network relies on them. Driver support for them is young, and naga's SPIR-V
//! orders accesses to workgroup memory less strictly than Vulkan's memory model asks.
//!
//! Runs once for each device before the first picture: small layers with integer values, on a second device.
//! Their sums are exact in half floats in any order, so they must equal those of plain loops to the bit. If
//! they differ, or the second device fails, the network uses half floats without matrix units.

use std::sync::Arc;

use super::half_float::narrow;
use super::layer::{Convolution, GROUP_CHANNELS, channel_groups, map_extent, upload};
use super::method::Method;
use super::passes::ConvParams;
use super::weights_file::{Layer, LayerKind, Source};
use crate::gpu::{Gpu, GpuError, Readback, Recorder, StorageBuffer};

/// Size of the map in cells: several tiles, with picture edges inside of tiles.
const CELLS: (u32, u32) = (43, 11);
/// Input channels, output channels, and whether another map is added: covers all kernels of the networks in
/// use.
const SHAPES: [(usize, usize, bool); 4] = [
    (6, 32, false),
    (8, 64, false),
    (32, 32, true),
    (32, 6, false),
];
/// Slope of the activation below zero. Halving a sum stays exact.
const LEAK: f32 = 0.5;

/// True if the adapter has usable matrix units and their results are correct.
pub(super) fn matrices_are_correct(gpu: &Gpu) -> bool {
    gpu.matrices().prove_once(|| {
        let second = gpu.second_device().ok().flatten();
        second.is_some_and(|second| matches_plain_loops(&second, Method::Matrix).unwrap_or(false))
    })
}

/// True if convolutions by this method equal plain loops to the bit.
///
/// # Errors
/// As [`Gpu::kernel`] and [`Gpu::wait`].
pub fn matches_plain_loops(gpu: &Arc<Gpu>, method: Method) -> Result<bool, GpuError> {
    for shape in SHAPES {
        if computed(gpu, method, shape)? != expected(shape) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A test value: an integer from `-most` to `most` that depends on `place`.
fn number(place: usize, most: usize) -> f32 {
    let mixed = (place as u32).wrapping_add(1).wrapping_mul(2_654_435_761) >> 16;
    (mixed as usize % (2 * most + 1)) as f32 - most as f32
}

fn weight((inputs, outputs, _): (usize, usize, bool), [tap, input, output]: [usize; 3]) -> f32 {
    number((tap * inputs + input) * outputs + output, 2)
}

fn bias(output: usize) -> f32 {
    number(output + 50_000, 8)
}

/// The input map; zero outside the picture. `part` is 0 for the map that is convolved, 1 for the one that is
/// added.
fn input(channel: usize, (x, y): (i64, i64), part: usize) -> f32 {
    let (width, height) = (i64::from(CELLS.0), i64::from(CELLS.1));
    if x < 0 || y < 0 || x >= width || y >= height {
        return 0.0;
    }
    let cell = (y * width + x) as usize;
    number((channel * 2 + part) * 1009 + cell * 67, 3)
}

/// A map in the memory layout of `network/shared/conv.wgsl`.
fn map(channels: usize, value: impl Fn(usize, (i64, i64)) -> f32) -> Vec<u16> {
    let (columns, rows) = map_extent(CELLS);
    let mut halves = Vec::new();
    for group in 0..channel_groups(channels) as usize {
        for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
            let is_inside = (1..=CELLS.0).contains(&x) && (1..=CELLS.1).contains(&y);
            for channel in group * GROUP_CHANNELS..(group + 1) * GROUP_CHANNELS {
                let cell = (i64::from(x) - 1, i64::from(y) - 1);
                let exists = is_inside && channel < channels;
                halves.push(narrow(if exists { value(channel, cell) } else { 0.0 }));
            }
        }
    }
    halves
}

fn expected(shape: (usize, usize, bool)) -> Vec<u16> {
    let (inputs, outputs, has_skip) = shape;
    map(outputs, |output, (x, y)| {
        let mut sum = bias(output);
        for (tap, channel) in (0..9).flat_map(|tap| (0..inputs).map(move |c| (tap, c))) {
            let beside = (x + tap as i64 % 3 - 1, y + tap as i64 / 3 - 1);
            sum += weight(shape, [tap, channel, output]) * input(channel, beside, 0);
        }
        if has_skip {
            sum += input(output, (x, y), 1);
        }
        sum.max(sum * LEAK)
    })
}

fn layer(shape: (usize, usize, bool)) -> Layer {
    let (inputs, outputs, has_skip) = shape;
    let places = (0..9).flat_map(|t| (0..inputs).map(move |i| (t, i)));
    let places = places.flat_map(|(t, i)| (0..outputs).map(move |o| [t, i, o]));
    Layer {
        source: Source::Picture,
        inputs,
        outputs,
        leak: LEAK,
        highest: f32::MAX,
        kind: LayerKind::Conv {
            skip: has_skip.then_some(0),
            late: false,
            vector: None,
            gate: None,
            positions: 1,
            weights: places.map(|place| weight(shape, place)).collect(),
            biases: (0..outputs).map(bias).collect(),
        },
    }
}

fn computed(
    gpu: &Arc<Gpu>,
    method: Method,
    shape: (usize, usize, bool),
) -> Result<Vec<u16>, GpuError> {
    let (inputs, outputs, _) = shape;
    let Some(conv) = Convolution::new(gpu, &layer(shape), method)? else {
        return Ok(Vec::new());
    };
    gpu.finish_kernels()?;
    let (columns, rows) = map_extent(CELLS);
    let params = ConvParams {
        width: CELLS.0,
        height: CELLS.1,
        pitch: columns,
        area: columns * rows,
        input_channel_groups: channel_groups(inputs),
        output_channel_groups: channel_groups(outputs),
        position_mask: conv.position_mask,
        leak: LEAK,
        late: 0,
    };
    let read = upload(gpu, "proof", &map(inputs, |c, cell| input(c, cell, 0)));
    let skip = upload(gpu, "proof", &map(outputs, |c, cell| input(c, cell, 1)));
    let zeros = upload(gpu, "proof", &[0f32; 64]);
    let bytes = u64::from(params.area * params.output_channel_groups) * 16;
    let made = StorageBuffer::new(gpu, "proof", bytes);
    let bindings = [
        ("inputs", (&read).into()),
        ("weights", (&conv.weights).into()),
        ("biases", (&conv.biases).into()),
        ("shift", (&zeros).into()),
        ("skip", (&skip).into()),
        ("origin", (&zeros).into()),
        ("outputs", (&made).into()),
    ];
    let groups = conv.groups(CELLS, params.output_channel_groups);
    let readback = Readback::new(gpu, bytes);
    let mut recorder = Recorder::new(gpu);
    let mut recording = recorder.begin();
    recording.dispatch(&conv.kernel, &bindings, bytemuck::bytes_of(&params), groups)?;
    recording.read_back(&readback, &made);
    gpu.wait(&recording.submit()?)?;
    let halves = bytemuck::pod_collect_to_vec(&readback.latest().unwrap_or_default());
    Ok(halves)
}
