//! Marks in frames, and the picture around a click, against their twins.

use gstwgpu::gpu::Subsampling::{Gray, S420};
use gstwgpu::gpu::transfer::Downloader;
use gstwgpu::gpu::{ChromaOrder, Frame, Recorder};
use gstwgpu::trackoverlay::lines::Lines;
use gstwgpu::trackoverlay::marking::handles::{Handles, radius};
use gstwgpu::trackoverlay::marking::patch::Patches;
use gstwgpu::trackoverlay::quad::Point;

use crate::denoise::noise_rig::read;
use crate::picture::unpack::FORMATS;
use crate::reference::marking::handles::Marks;
use crate::reference::marking::patch::patch;
use crate::trackoverlay::place::rig::{Planes, Under, samples_of, under, upload};

const SIZE: (u32, u32) = (121, 90);

fn drawn(under: &Under, places: &[Point], lines: Lines, size: (u32, u32)) -> Planes {
    let gpu = crate::gpu::gpu();
    let frame = Frame::new(&gpu, under.layout).unwrap();
    upload(&frame, &under.planes);
    let handles = Handles::new(&gpu, under.layout, under.colour, size).unwrap();
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    handles
        .record(&mut recording, &frame, places, lines, 1.0)
        .unwrap();
    let download = Downloader::new(&gpu, &under.layout).unwrap().prepare();
    recording.download(&download, &frame).unwrap();
    let submission = recording.submit().unwrap();
    let done = download.wait(&submission).unwrap();
    let copy = |(index, plane): (usize, &gstwgpu::gpu::PlaneLayout)| {
        let row = plane.row_bytes() as usize;
        let mut bytes = vec![0; row * plane.height as usize];
        done.copy_plane(index, &mut bytes, row).unwrap();
        bytes
    };
    under.layout.planes().iter().enumerate().map(copy).collect()
}

/// Compares with the twin. `line` converts rows to lines of the picture.
fn compare(under: &Under, places: &[Point], lines: Lines, size: (u32, u32), line: fn(f64) -> f64) {
    let marks = Marks {
        places: places.to_vec(),
        radius: radius(size),
        thickness: radius(size) / 6.0,
    };
    let found = samples_of(under.layout, &drawn(under, places, lines, size));
    let before = samples_of(under.layout, &under.planes);
    let unit = f64::from(1u32 << (under.layout.depth - 8));
    let sub = under.layout.subsampling.steps().map(f64::from);
    let site = under.colour.chroma_site.map(f64::from);
    let site = [site[0] * (sub[0] - 1.0), site[1] * (sub[1] - 1.0)];
    for (component, (found, before)) in found.iter().zip(&before).enumerate() {
        let mut changed = 0;
        for y in 0..before.height {
            for x in 0..before.width {
                let (at, code) = ([x as f64, y as f64], before.at(x, y));
                let wanted = match component {
                    0 => marks.luma([at[0], line(at[1])], code, 16.0 * unit, 235.0 * unit),
                    _ => {
                        let at = [at[0] * sub[0] + site[0], at[1] * sub[1] + site[1]];
                        marks.chroma([at[0], line(at[1])], code, 128.0 * unit)
                    }
                };
                let off = (found.at(x, y) - wanted).abs();
                assert!(off < 0.6 + 0.05 * unit, "{component} at {x},{y}: {off}");
                changed += usize::from(found.at(x, y) != code);
            }
        }
        assert!(changed > 50, "component {component}: {changed} drawn");
    }
}

#[test]
fn marks_match_their_twin_in_all_formats() {
    // One of them is partly outside, and the order is not that of the corners.
    let places = [[30.5, 20.25], [95.0, 14.0], [118.0, 71.5], [24.0, 66.0]];
    for (_, subsampling, chroma, depth, shift) in FORMATS {
        let under = under(SIZE, (subsampling, chroma), (depth, shift), 2);
        compare(&under, &places, Lines::All, SIZE, |y| y);
    }
    let under = under(SIZE, (S420, ChromaOrder::PlanarUv), (8, 0), 2);
    for count in 1..4 {
        compare(&under, &places[..count], Lines::All, SIZE, |y| y);
    }
    // In a field, a ring is round in the picture.
    let field = [[30.5, 40.25], [95.0, 28.0], [110.0, 140.5]];
    compare(&under, &field, Lines::Odd, (121, 180), |y| 2.0 * y + 1.0);
}

/// The frame's luma around a click, as the host sees it: found is the corner of a box.
#[test]
fn a_frame_answers_with_the_corner_that_was_meant() {
    let gpu = crate::gpu::gpu();
    for (depth, shift) in [(8, 0), (10, 6)] {
        let mut under = under(SIZE, (Gray, ChromaOrder::PlanarUv), (depth, shift), 2);
        let code = |x: u32, y: u32| if x >= 60 && y >= 45 { 200u16 } else { 60 };
        let places = (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (x, y)));
        under.planes[0] = match depth {
            8 => places.map(|(x, y)| code(x, y) as u8).collect(),
            _ => places
                .flat_map(|(x, y)| ((code(x, y) * 4) << shift).to_le_bytes())
                .collect(),
        };
        let frame = Frame::new(&gpu, under.layout).unwrap();
        upload(&frame, &under.planes);
        let mut patches = Patches::new(&gpu, under.layout).unwrap();
        let mut recorder = Recorder::new(&gpu);
        let mut recording = recorder.begin();
        for (id, at) in [(4, [55.0, 52.0]), (5, [20.0, 20.0])] {
            patches
                .ask(&mut recording, &frame, (id, at), Lines::All)
                .unwrap();
        }
        let submission = recording.submit().unwrap();
        patches.submitted(&submission);
        patches.wait(0).unwrap();
        let (id, found) = patches.answer().unwrap().unwrap();
        let found = found.unwrap();
        assert_eq!(id, 4);
        // Between the pixels 59 and 60, and 44 and 45.
        assert!((found[0] - 59.5).hypot(found[1] - 44.5) < 0.3, "{found:?}");
        assert_eq!(patches.answer().unwrap(), Some((5, None)));
        assert_eq!(patches.answer().unwrap(), None);
    }
}

/// The patch that the shader copies, also beyond the frame's edge.
#[test]
fn patches_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let under = under(SIZE, (Gray, ChromaOrder::PlanarUv), (10, 0), 3);
    let frame = Frame::new(&gpu, under.layout).unwrap();
    upload(&frame, &under.planes);
    let luma = samples_of(under.layout, &under.planes).remove(0);
    for at in [[60.0, 45.0], [3.0, 88.0]] {
        let mut patches = Patches::new(&gpu, under.layout).unwrap();
        let mut recorder = Recorder::new(&gpu);
        let mut recording = recorder.begin();
        patches
            .ask(&mut recording, &frame, (0, at), Lines::All)
            .unwrap();
        recording.submit().unwrap();
        let bytes = read(patches.patch());
        let found: Vec<f32> = bytes.chunks(4).map(bytemuck::pod_read_unaligned).collect();
        let wanted = patch(&luma, at.map(|v| v as i64));
        assert!(found.len() >= wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            let off = (f64::from(*found) - wanted * 255.0 / 1023.0).abs();
            assert!(off < 0.01, "{found} instead of {wanted}");
        }
    }
}
