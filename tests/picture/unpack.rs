//! Reading and writing the planes of frames, against twins, bit for bit.

use gstwgpu::denoise::planes::{PictureShape, Planes};
use gstwgpu::denoise::unpack::{Kept, Rows, Unpacker};
use gstwgpu::gpu::{ChromaOrder, Frame, FrameLayout, Subsampling};

use super::rig::{SIZES, assert_same, filled, held, planes, read_component, submit, write};
use crate::denoise::noise_rig::{Random, read};
use crate::reference::pack::{keeping, pack};
use crate::reference::samples::Samples;
use crate::reference::unpack::{Place, unpack};

/// Each format by its usual name: subsampling, order, bits, and bits below a sample in its word.
pub const FORMATS: [(&str, Subsampling, ChromaOrder, u32, u32); 13] = [
    ("I420", Subsampling::S420, ChromaOrder::PlanarUv, 8, 0),
    ("YV12", Subsampling::S420, ChromaOrder::PlanarVu, 8, 0),
    ("NV12", Subsampling::S420, ChromaOrder::InterleavedUv, 8, 0),
    ("NV21", Subsampling::S420, ChromaOrder::InterleavedVu, 8, 0),
    ("Y42B", Subsampling::S422, ChromaOrder::PlanarUv, 8, 0),
    ("Y444", Subsampling::S444, ChromaOrder::PlanarUv, 8, 0),
    ("GRAY8", Subsampling::Gray, ChromaOrder::PlanarUv, 8, 0),
    ("I420_10LE", Subsampling::S420, ChromaOrder::PlanarUv, 10, 0),
    ("I422_10LE", Subsampling::S422, ChromaOrder::PlanarUv, 10, 0),
    ("Y444_10LE", Subsampling::S444, ChromaOrder::PlanarUv, 10, 0),
    (
        "P010_10LE",
        Subsampling::S420,
        ChromaOrder::InterleavedUv,
        10,
        6,
    ),
    ("I420_12LE", Subsampling::S420, ChromaOrder::PlanarUv, 12, 0),
    ("GRAY16_LE", Subsampling::Gray, ChromaOrder::PlanarUv, 16, 0),
];

pub fn layout(format: &str, (width, height): (u32, u32)) -> FrameLayout {
    let found = FORMATS.iter().find(|(name, ..)| *name == format);
    let (_, subsampling, chroma, depth, shift) = *found.unwrap();
    FrameLayout {
        width,
        height,
        subsampling,
        chroma,
        depth,
        shift,
        alpha: false,
        host: None,
    }
}

/// Plane of a component, its place among the samples of a texel, and how many those are.
pub fn position(format: &str, component: usize) -> (usize, usize, usize) {
    match (format, component) {
        (_, 0) => (0, 0, 1),
        ("NV12" | "P010_10LE", _) => (1, component - 1, 2),
        ("NV21", _) => (1, 2 - component, 2),
        ("YV12", _) => (3 - component, 0, 1),
        _ => (component, 0, 1),
    }
}

/// Width and height of a component.
pub fn extent(format: &str, component: usize, (width, height): (u32, u32)) -> (u32, u32) {
    let half = |side: u32| side / 2 + side % 2;
    match (component, format) {
        (0, _) | (_, "Y444" | "Y444_10LE") => (width, height),
        (_, "Y42B" | "I422_10LE") => (half(width), height),
        _ => (half(width), half(height)),
    }
}

struct Case {
    format: &'static str,
    size: (u32, u32),
    rows: Rows,
    frame: Frame,
    bytes: Vec<u8>,
}

impl Case {
    fn components(&self) -> usize {
        if self.format.starts_with("GRAY") {
            1
        } else {
            3
        }
    }

    /// Size of a component in this field.
    fn field(&self, component: usize) -> (u32, u32) {
        let (width, height) = extent(self.format, component, self.size);
        let rows = (self.rows.offset..height).step_by(self.rows.step as usize);
        (width, rows.count() as u32)
    }

    fn shape(&self) -> PictureShape {
        let layout = self.frame.layout();
        PictureShape::new(&crate::gpu::gpu(), layout, self.rows)
    }

    fn place(&self, component: usize) -> Place {
        let (plane, sample, samples) = position(self.format, component);
        let bits = layout(self.format, self.size).depth;
        let bytes = if bits == 8 { 1 } else { 2 };
        Place {
            first: self.frame.spans()[plane].offset as usize + sample * bytes,
            pace: samples * bytes,
            stride: self.frame.spans()[plane].stride as usize,
            bits,
            high: self.format == "P010_10LE",
            rows: (self.rows.offset as usize, self.rows.step as usize),
        }
    }
}

/// All formats, sizes and fields, with random bytes in the frames.
fn each_case(mut test: impl FnMut(&Case, &Unpacker)) {
    let gpu = crate::gpu::gpu();
    let mut random = Random(5);
    for (format, ..) in FORMATS {
        // Some whole groups of 16 pixels, which have a faster way.
        for size in SIZES.into_iter().chain([(16, 3), (32, 4), (64, 5)]) {
            let layout = layout(format, size);
            let unpacker = Unpacker::new(&gpu, &layout).unwrap();
            for rows in [Rows::ALL, Rows::TOP, Rows::BOTTOM] {
                let frame = Frame::new(&gpu, layout).unwrap();
                let length = frame.buffer().buffer().size();
                let mut case = Case {
                    format,
                    size,
                    rows,
                    frame,
                    bytes: Vec::new(),
                };
                if (0..case.components()).any(|c| case.field(c).1 == 0) {
                    continue;
                }
                case.bytes = (0..length)
                    .map(|_| (random.uniform() * 256.0) as u8)
                    .collect();
                clear_unused_bits(&mut case.bytes, &layout);
                write(case.frame.buffer(), &case.bytes);
                test(&case, &unpacker);
            }
        }
    }
}

/// Codes of 10 and 12 bits leave the rest of their two bytes zero.
fn clear_unused_bits(bytes: &mut [u8], layout: &FrameLayout) {
    for pair in bytes.chunks_mut(2) {
        match (layout.depth, layout.shift) {
            (10, 0) => pair[1] &= 3,
            (12, 0) => pair[1] &= 15,
            (10, _) => pair[0] &= 0xc0,
            _ => {}
        }
    }
}

#[test]
fn unpacked_planes_match_their_twin() {
    let gpu = crate::gpu::gpu();
    each_case(|case, unpacker| {
        let planes = Planes::values(&gpu, "test", case.shape());
        submit(|r| unpacker.unpack(r, &case.frame, case.rows, &planes));
        for component in 0..case.components() {
            let size = case.field(component);
            let place = case.place(component);
            let size = (size.0 as usize, size.1 as usize);
            let mut wanted = unpack(&case.bytes, &place, size);
            wanted
                .data
                .iter_mut()
                .for_each(|value| *value = held(*value + 1e-6));
            let what = format!(
                "{} {:?} {:?} {component}",
                case.format, case.size, case.rows
            );
            let found = read_component(&planes, component);
            assert_same(&what, &found, &wanted, 0.0, &[]);
        }
    });
}

/// Values around the range of codes, halves between them included.
fn around_the_range(size: (u32, u32), random: &mut Random) -> Samples {
    Samples::from_fn(filled(size), |_, _| held(320.0 * random.uniform() - 32.0))
}

#[test]
fn packed_frames_match_their_twin() {
    let mut random = Random(9);
    each_case(|case, unpacker| {
        let mut wanted = case.bytes.clone();
        let (mut components, mut earlier) = (Vec::new(), Vec::new());
        // None, some and all of what was there before.
        let shares = [[77, 256], [128, 0], [0, 0]][case.rows.part() as usize % 4];
        for component in 0..case.components() {
            let size = case.field(component);
            let samples = around_the_range(size, &mut random);
            let before = around_the_range(size, &mut random);
            pack(
                &mut wanted,
                &case.place(component),
                &keeping(&samples, &before, shares[component.min(1)]),
                size.0 as usize,
            );
            components.push(samples);
            earlier.push(before);
        }
        let planes = planes(case.shape(), &components);
        let before = &self::planes(case.shape(), &earlier);
        let kept = Kept { before, shares };
        submit(|r| unpacker.pack(r, &planes, Some(kept), &case.frame, case.rows));
        let found = read(case.frame.buffer());
        for span in case.frame.spans() {
            for y in 0..span.rows as usize {
                let from = span.offset as usize + y * span.stride as usize;
                let row = from..from + span.row_bytes as usize;
                let what = format!("{} {:?} {:?} row {y}", case.format, case.size, case.rows);
                assert_eq!(found[row.clone()], wanted[row], "{what}");
            }
        }
    });
}
