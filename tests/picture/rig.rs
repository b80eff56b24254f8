//! Working planes, states and images between plain numbers and the GPU.

use gstwgpu::denoise::plane::Plane;
use gstwgpu::denoise::planes::{PictureShape, Planes};
use gstwgpu::denoise::temporal::{NOISE_BYTES, NoiseModel};
use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::{GpuError, Image, Recording, StorageBuffer};

use crate::denoise::noise_rig::{Random, read};
use crate::reference::samples::{Samples, State};

/// Sizes with odd sides, of less than a quad, a tile or a block, and with several of them.
pub const SIZES: [(u32, u32); 6] = [(1, 1), (2, 3), (5, 9), (8, 16), (17, 10), (67, 45)];

/// Working planes have steps of 1/128: storing a result loses up to half a step.
pub const STEP: f64 = 1.0 / 128.0;

/// Columns that a working plane has: whole fours.
pub fn filled((width, height): (u32, u32)) -> (usize, usize) {
    (width.next_multiple_of(4) as usize, height as usize)
}

/// A number as a working plane can hold it.
pub fn held(value: f64) -> f64 {
    (value / STEP).round().clamp(-8192.0, 57343.0) * STEP
}

/// Slopes, edges and noise of deviation `sigma`; the columns beyond the picture are noise alone.
pub fn texture(size: (u32, u32), sigma: f64, seed: u64) -> Samples {
    let mut random = Random(seed);
    Samples::from_fn(filled(size), |x, y| {
        let slope = 60.0 + 2.0 * x as f64 + 1.5 * y as f64;
        let edge = if (x / 5 + y / 7) % 2 == 0 { 45.0 } else { 0.0 };
        held(slope + edge + sigma * random.gauss())
    })
}

/// Standard deviations between `low` and `high`, as variances that a state can hold.
pub fn variances(size: (u32, u32), low: f64, high: f64, seed: u64) -> Samples {
    let mut random = Random(seed);
    Samples::from_fn(filled(size), |_, _| {
        let deviation = low + (high - low) * random.uniform();
        ((deviation * 256.0).round() / 256.0).powi(2)
    })
}

fn code(value: f64) -> u16 {
    ((value + 64.0) * 128.0).round() as u16
}

fn value(code: u16) -> f64 {
    f64::from(code) / 128.0 - 64.0
}

pub fn write(buffer: &StorageBuffer, bytes: &[u8]) {
    write_at(buffer, 0, bytes);
}

fn write_at(buffer: &StorageBuffer, offset: usize, bytes: &[u8]) {
    let gpu = crate::gpu::gpu();
    gpu.queue()
        .write_buffer(buffer.buffer(), offset as u64, bytes);
}

/// A plane of quads of so many bytes.
fn plane((width, height): (u32, u32), quad: u32) -> Plane {
    let bytes = width.div_ceil(4) * height * quad;
    Plane {
        width,
        height,
        buffer: StorageBuffer::new(&crate::gpu::gpu(), "test", bytes.into()),
    }
}

/// A working plane whose values are written later.
pub fn no_values(size: (u32, u32)) -> Plane {
    plane(size, 8)
}

/// A working plane of a picture of `size`.
pub fn values(size: (u32, u32), samples: &Samples) -> Plane {
    let plane = no_values(size);
    let codes: Vec<u16> = samples.data.iter().map(|v| code(*v)).collect();
    write(&plane.buffer, bytemuck::cast_slice(&codes));
    plane
}

pub fn state(size: (u32, u32), state: &State) -> Plane {
    let plane = plane(size, 16);
    write(&plane.buffer, bytemuck::cast_slice(&state_codes(state)));
    plane
}

fn state_codes(state: &State) -> Vec<u16> {
    let pairs = state.values.data.iter().zip(&state.variances.data);
    pairs
        .flat_map(|(v, variance)| [(variance.sqrt() * 256.0).round() as u16, code(*v)])
        .collect()
}

/// A picture of luma alone.
pub fn gray(size: (u32, u32)) -> PictureShape {
    PictureShape {
        luma: size,
        chroma: None,
        shifts: (0, 0),
        joined: true,
    }
}

/// A picture with chroma of half its size, in one dispatch or in three.
pub fn subsampled(size: (u32, u32), joined: bool) -> PictureShape {
    PictureShape {
        luma: size,
        chroma: Some((size.0.div_ceil(2), size.1.div_ceil(2))),
        shifts: (1, 1),
        joined,
    }
}

/// First quad of each component: multiples of 32.
fn first_quads(shape: &PictureShape) -> [usize; 3] {
    let quads = |(width, height): (u32, u32)| (width.div_ceil(4) * height).next_multiple_of(32);
    let [luma, chroma] = [quads(shape.luma), quads(shape.size(1))];
    [0, luma, luma + chroma].map(|quad| quad as usize)
}

/// Working planes of a picture: samples of each component.
pub fn planes(shape: PictureShape, components: &[Samples]) -> Planes {
    let planes = Planes::values(&crate::gpu::gpu(), "test", shape);
    for (first, samples) in first_quads(&shape).into_iter().zip(components) {
        let codes: Vec<u16> = samples.data.iter().map(|v| code(*v)).collect();
        write_at(
            &planes.luma().buffer,
            first * 8,
            bytemuck::cast_slice(&codes),
        );
    }
    planes
}

/// States of a picture.
pub fn states(shape: PictureShape, components: &[State]) -> Planes {
    let planes = Planes::state(&crate::gpu::gpu(), "test", shape);
    for (first, state) in first_quads(&shape).into_iter().zip(components) {
        let bytes = state_codes(state);
        write_at(
            &planes.luma().buffer,
            first * 16,
            bytemuck::cast_slice(&bytes),
        );
    }
    planes
}

/// Values of a component.
pub fn read_component(planes: &Planes, component: usize) -> Samples {
    let data = component_codes(planes, component, 1);
    filled_samples(
        planes.shape().size(component),
        data.into_iter().map(value).collect(),
    )
}

/// State of a component.
pub fn read_component_state(planes: &Planes, component: usize) -> State {
    let size = planes.shape().size(component);
    state_of(size, &component_codes(planes, component, 2))
}

fn component_codes(planes: &Planes, component: usize, each: usize) -> Vec<u16> {
    let shape = planes.shape();
    let (width, height) = filled(shape.size(component));
    let first = first_quads(shape)[component] * 4 * each;
    let all: Vec<u16> = bytemuck::pod_collect_to_vec(&read(&planes.luma().buffer));
    all[first..first + width * height * each].to_vec()
}

/// Halves of the words of a plane of values.
fn codes(plane: &Plane) -> Vec<u16> {
    let (width, height) = filled((plane.width, plane.height));
    let bytes = read(&plane.buffer);
    let all: Vec<u16> = bytemuck::pod_collect_to_vec(&bytes);
    all[..width * height].to_vec()
}

fn filled_samples(size: (u32, u32), data: Vec<f64>) -> Samples {
    let (width, height) = filled(size);
    Samples {
        width,
        height,
        data,
    }
}

pub fn read_values(plane: &Plane) -> Samples {
    let found = codes(plane).into_iter().map(value).collect();
    filled_samples((plane.width, plane.height), found)
}

fn state_of(size: (u32, u32), pairs: &[u16]) -> State {
    let deviation = |pair: &[u16]| (f64::from(pair[0]) / 256.0).powi(2);
    let values = pairs.chunks(2).map(|pair| value(pair[1])).collect();
    let variances = pairs.chunks(2).map(deviation).collect();
    State {
        values: filled_samples(size, values),
        variances: filled_samples(size, variances),
    }
}

/// Records and submits.
pub fn submit(record: impl FnOnce(&mut Recording<'_>) -> Result<(), GpuError>) {
    let gpu = crate::gpu::gpu();
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    record(&mut recording).unwrap();
    recording.submit().unwrap();
}

/// The texels of an image of 16 bytes each, row after row.
pub fn read_image(image: &Image) -> Vec<[u8; 16]> {
    let gpu = crate::gpu::gpu();
    let (width, height) = image.size();
    let stride = (width * 16).next_multiple_of(256);
    let buffer = StorageBuffer::new(&gpu, "texels", u64::from(stride * height));
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    encoder.copy_texture_to_buffer(
        image.texture().as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: buffer.buffer(),
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(stride),
                rows_per_image: None,
            },
        },
        image.texture().size(),
    );
    gpu.queue().submit([encoder.finish()]);
    let bytes = read(&buffer);
    let rows = bytes.chunks(stride as usize).take(height as usize);
    rows.flat_map(|row| bytemuck::pod_collect_to_vec::<u8, [u8; 16]>(&row[..width as usize * 16]))
        .collect()
}

/// Fills an image of four floats to a texel.
pub fn write_image(image: &Image, texels: &[[f32; 4]]) {
    let (width, _) = image.size();
    crate::gpu::gpu().queue().write_texture(
        image.texture().as_image_copy(),
        bytemuck::cast_slice(texels),
        wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(width * 16),
            rows_per_image: None,
        },
        image.texture().size(),
    );
}

/// A noise model of these variances: at mean luma, and for Y, U and V over luma.
pub fn noise_model(mean: f32, curves: &[[f32; 16]; 3]) -> StorageBuffer {
    let model = StorageBuffer::new(&crate::gpu::gpu(), "noise model", NOISE_BYTES);
    let mut fields = [0.0f32; 76];
    fields[3] = mean;
    fields[8..56].copy_from_slice(curves.as_flattened());
    write(&model, bytemuck::cast_slice(&fields));
    model
}

/// As above, with a map that applies.
pub fn mapped_noise_model(curves: &[[f32; 16]; 3]) -> StorageBuffer {
    let mut model: NoiseModel = bytemuck::Zeroable::zeroed();
    [model.curve_y, model.curve_u, model.curve_v] = *curves;
    model.mapped = 1;
    let buffer = StorageBuffer::new(&crate::gpu::gpu(), "noise model", NOISE_BYTES);
    write(&buffer, bytemuck::bytes_of(&model));
    buffer
}

/// Asserts equality within `tolerance`, except where `skip` is true.
pub fn assert_same(what: &str, found: &Samples, wanted: &Samples, tolerance: f64, skip: &[bool]) {
    assert_eq!((found.width, found.height), (wanted.width, wanted.height));
    let width = wanted.width;
    for (at, (found, wanted)) in found.data.iter().zip(&wanted.data).enumerate() {
        let (x, y) = (at % width, at / width);
        assert!(
            (found - wanted).abs() <= tolerance || skip.get(at).copied().unwrap_or(false),
            "{what} at {x}, {y}: {found}, wanted {wanted}"
        );
    }
}
