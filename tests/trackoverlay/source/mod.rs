//! Sources against their twins: all levels of pictures and streams.

mod convert;
mod picture;
mod playout;

use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::{ChromaOrder, Frame, Subsampling};
use gstwgpu::trackoverlay::colour::{Encoding, Target};
use gstwgpu::trackoverlay::source::{PackedOrder, Source, SourceFormat};

use crate::denoise::noise_rig;
use crate::picture::unpack::FORMATS;
use crate::reference::source::halve::levels;
use crate::reference::source::rgba::{Texels, source_rgba};
use crate::reference::source::yuv::{Sampling, source_yuv};
use crate::trackoverlay::place::rig::{Planes, picture, samples_of, under, upload};

/// All levels of a source, as its buffer holds them.
fn read(source: &Source) -> Vec<Texels> {
    let bytes = noise_rig::read(source.texels());
    let entry = |at: usize| bytemuck::pod_read_unaligned::<[u16; 4]>(&bytes[at * 8..at * 8 + 8]);
    let level = |number: usize| {
        let [low, high, width, height] = entry(number).map(usize::from);
        let first = low + (high << 16);
        let texel = |at| entry(first + at).map(|step| f64::from(step as i16) / 16384.0);
        Texels {
            width,
            height,
            data: (0..width * height).map(texel).collect(),
        }
    };
    (0..source.levels() as usize).map(level).collect()
}

fn compare(what: &str, found: &[Texels], first: Texels, tolerance: f64) {
    let wanted = levels(first);
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (level, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        assert_eq!((found.width, found.height), (wanted.width, wanted.height));
        for (at, (found, wanted)) in found.data.iter().zip(&wanted.data).enumerate() {
            for (found, wanted) in found.iter().zip(wanted) {
                let off = (found - wanted).abs();
                assert!(
                    off < tolerance,
                    "{what}, level {level}, texel {at}: {found}, wanted {wanted}"
                );
            }
        }
    }
}

/// The source made from a stream's frame.
fn updated(format: &SourceFormat, planes: &Planes, target: &Target) -> Vec<Texels> {
    let gpu = crate::gpu::gpu();
    let source = Source::for_stream(&gpu, format).unwrap();
    let frame = Frame::new(&gpu, format.layout()).unwrap();
    upload(&frame, planes);
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    source.update(&mut recording, &frame, target).unwrap();
    recording.submit().unwrap();
    read(&source)
}

#[test]
fn levels_of_a_picture_match_their_twins() {
    for (width, height) in [(1, 1), (2, 7), (37, 23), (64, 48), (1, 130)] {
        let picture = picture(width, height);
        let source =
            Source::from_picture(&crate::gpu::gpu(), &picture, &Target::default()).unwrap();
        let order = [Some(0), Some(1), Some(2), Some(3)];
        let first = source_rgba(&picture.rgba, width as usize, order);
        // Texels with little alpha leave little of their colour's precision.
        compare(&format!("{width}x{height}"), &read(&source), first, 0.002);
    }
}

#[test]
fn packed_pixels_of_any_order_match_their_twin() {
    let (width, height) = (19, 6);
    let bytes = picture(width, height).rgba;
    for (order, places) in [
        (PackedOrder::RGBA, [Some(0), Some(1), Some(2), Some(3)]),
        (PackedOrder::BGRA, [Some(2), Some(1), Some(0), Some(3)]),
        (PackedOrder::ARGB, [Some(1), Some(2), Some(3), Some(0)]),
        (PackedOrder::ABGR, [Some(3), Some(2), Some(1), Some(0)]),
        (PackedOrder::RGBX, [Some(0), Some(1), Some(2), None]),
        (PackedOrder::BGRX, [Some(2), Some(1), Some(0), None]),
    ] {
        let format = SourceFormat::Packed {
            width,
            height,
            order,
            encoding: Encoding::default(),
        };
        let found = updated(&format, &vec![bytes.clone()], &Target::default());
        let first = source_rgba(&bytes, width as usize, places);
        compare(&format!("{order:?}"), &found, first, 0.002);
    }
}

#[test]
fn streams_of_all_formats_match_their_twin() {
    for (name, subsampling, chroma, depth, shift) in FORMATS {
        if depth > 10 {
            continue;
        }
        let under = under((35, 22), (subsampling, chroma), (depth, shift), 11);
        let how = Sampling {
            sub: match subsampling {
                Subsampling::S420 => [2.0, 2.0],
                Subsampling::S422 => [2.0, 1.0],
                _ => [1.0, 1.0],
            },
            site: [
                0.0,
                if subsampling == Subsampling::S420 {
                    0.5
                } else {
                    0.0
                },
            ],
            fine: f64::from(1u32 << (depth - 8)),
        };
        let mut colour = under.colour;
        if subsampling == Subsampling::S444 {
            // Means nothing where chroma is not subsampled.
            colour.chroma_site = [0.5, 0.5];
        }
        let format = SourceFormat::Yuv(under.layout, colour);
        let found = updated(&format, &under.planes, &Target::default());
        let first = source_yuv(&samples_of(under.layout, &under.planes), &how);
        compare(name, &found, first, 0.002);
    }
}

/// A frame of another layout leaves the source unchanged.
#[test]
fn other_frames_are_left_alone() {
    let gpu = crate::gpu::gpu();
    let right = under(
        (16, 8),
        (Subsampling::S444, ChromaOrder::PlanarUv),
        (8, 0),
        1,
    );
    let wrong = under(
        (18, 8),
        (Subsampling::S444, ChromaOrder::PlanarUv),
        (8, 0),
        1,
    );
    let source = Source::for_stream(&gpu, &SourceFormat::Yuv(right.layout, right.colour)).unwrap();
    let before = read(&source);
    let frame = Frame::new(&gpu, wrong.layout).unwrap();
    upload(&frame, &wrong.planes);
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    source
        .update(&mut recording, &frame, &Target::default())
        .unwrap();
    recording.submit().unwrap();
    assert_eq!(read(&source), before);
}
