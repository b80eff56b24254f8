//! The levels of the frame and the template, against twins.

use bytemuck::Zeroable;
use gstwgpu::gpu::kernel::Switches;
use gstwgpu::gpu::{Binding, KernelSpec, StorageBuffer};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::track::passes::{
    FOLLOW, FrameParams, HUNT, LumaParams, TRACK_HALVE, TRACK_PAIRS, TRACK_PYRAMID, TRACK_SHRINK,
    TRACK_SMOOTH, TRACK_TEMPLATE,
};

use super::rig::{Track, buffer, rows_to_columns};
use crate::denoise::noise_rig::{Random, read};
use crate::picture::rig::{assert_same, submit, write};
use crate::reference::samples::Samples;
use crate::reference::track::halve::halve;
use crate::reference::track::shrink::shrink;
use crate::reference::track::smooth::smooth;
use crate::reference::track::template::{Template, place};

const SIZES: [(u32, u32); 5] = [(16, 9), (67, 45), (70, 33), (131, 50), (96, 40)];

fn picture((width, height): (u32, u32), seed: u64) -> Samples {
    let mut random = Random(seed);
    Samples::from_fn((width as usize, height as usize), |x, y| {
        let edge = if (x / 6 + y / 5) % 2 == 0 { 70.0 } else { 20.0 };
        (edge + x as f64 + 60.0 * random.uniform())
            .round()
            .min(255.0)
    })
}

fn floats(samples: &Samples, pitch: usize) -> Vec<f32> {
    let mut all = Vec::new();
    for row in samples.data.chunks(samples.width) {
        all.extend(row.iter().map(|v| *v as f32));
        // What is there belongs to no picture.
        all.resize(all.len() + pitch - samples.width, 9e9);
    }
    all
}

/// The first columns of what was written from a float on.
fn samples(
    buffer: &StorageBuffer,
    start: usize,
    pitch: usize,
    (width, height): (usize, usize),
) -> Samples {
    let all: Vec<f32> = bytemuck::pod_collect_to_vec(&read(buffer));
    Samples::from_fn((width, height), |x, y| {
        f64::from(all[start + y * pitch + x])
    })
}

fn run(
    spec: &'static KernelSpec,
    bindings: &[(&str, Binding<'_>)],
    params: &FrameParams,
    size: (u32, u32),
) {
    let kernel = crate::gpu::gpu().kernel(spec).unwrap();
    submit(|recording| recording.pass(&kernel, bindings, params, size));
}

fn hunting((width, height): (u32, u32)) -> Track {
    Track {
        roi: [0.0, 0.0, width as f32, height as f32],
        mode: HUNT,
        ..Track::zeroed()
    }
}

/// At a level, or a grid that looks at the finest level.
fn looking((width, height): (u32, u32), shrink: u32, grid: u32) -> FrameParams {
    FrameParams {
        width,
        height,
        shrink,
        top: 0,
        grid,
        when: HUNT,
    }
}

/// What the kernel is compiled for: depth, pixels along a side of a sample, a ragged right edge.
fn switches(depth: u32, side: u32, is_ragged: bool) -> Switches {
    match (depth, side, is_ragged) {
        (8, 1, true) => &[("WHOLE", true)],
        (8, 1, false) => &[("WHOLE", true), ("RAGGED", false)],
        (8, 2, true) => &[("HALF", true)],
        (8, 2, false) => &[("HALF", true), ("RAGGED", false)],
        (8, ..) => &[],
        _ => &[("WIDE", true)],
    }
}

const WIDE: Switches = &[("WIDE", true)];

/// Rows of 256 bytes, as in copies of frames; bytes outside the frame are arbitrary.
fn raw(luma: &Samples, depth: u32) -> StorageBuffer {
    let mut bytes = Vec::new();
    for row in luma.data.chunks(luma.width) {
        for value in row {
            match depth {
                8 => bytes.push(*value as u8),
                _ => bytes.extend((*value as u16).to_le_bytes()),
            }
        }
        bytes.resize(bytes.len().next_multiple_of(256), 77);
    }
    let buffer = StorageBuffer::new(&crate::gpu::gpu(), "raw", bytes.len() as u64);
    write(&buffer, &bytes);
    buffer
}

/// Luma in 8-bit code values from the shader's integers.
fn shrunk_values(buffer: &StorageBuffer, (width, height): (usize, usize)) -> Samples {
    let all: Vec<u16> = bytemuck::pod_collect_to_vec(&read(buffer));
    Samples::from_fn((width, height), |x, y| {
        f64::from(all[y * width + x]) / 256.0 - 128.0
    })
}

#[test]
fn levels_match_their_twins() {
    let gpu = crate::gpu::gpu();
    let cases = SIZES
        .into_iter()
        .flat_map(|size| -> [((u32, u32), u32, u32); 5] {
            [
                (size, 1, 8),
                (size, 2, 8),
                (size, 4, 8),
                (size, 1, 10),
                (size, 2, 10),
            ]
        });
    for (size, side, depth) in cases {
        let case = format!("{size:?} / {side}, {depth} bit");
        let luma = picture(size, 7);
        let track = buffer(&[hunting(size)]);
        let wanted = shrink(&luma, side as usize);
        let (pitch, height) = (wanted.width, wanted.height);
        let words = (size.0 * depth.div_ceil(8)).next_multiple_of(256) / 4;
        let params = LumaParams {
            width: size.0,
            height: size.1,
            shrink: side,
            top: 0,
            when: HUNT,
            words,
            // Ten bits hold four times the value, and the picture's is the sample's.
            code8: if depth == 8 { 255.0 } else { 65535.0 },
        };
        let raw = raw(&luma, depth);
        let shrunk = buffer(&vec![0.0f32; pitch * height / 2]);
        let bindings = [
            ("track", (&track).into()),
            ("raw", (&raw).into()),
            ("wide_raw", (&raw).into()),
            ("shrunk", (&shrunk).into()),
        ];
        let pairs = buffer(&vec![0.0f32; pitch * height / 2]);
        let few = [
            ("track", (&track).into()),
            ("raw", (&raw).into()),
            ("shrunk", (&pairs).into()),
        ];
        let kernel = gpu.variant(&TRACK_PAIRS, if depth == 8 { &[] } else { WIDE });
        let of_pairs = (pitch as u32 / 2, height as u32);
        submit(|recording| recording.pass(&kernel.unwrap(), &few, &params, of_pairs));
        let found = shrunk_values(&pairs, (pitch, height));
        assert_same(&format!("{case} pairs"), &found, &wanted, 3e-3, &[]);
        let is_ragged = !size.0.is_multiple_of(8 * side);
        let kernel = gpu.variant(&TRACK_SHRINK, switches(depth, side, is_ragged));
        let groups = (pitch as u32 / 8, height as u32);
        submit(|recording| recording.pass(&kernel.unwrap(), &bindings, &params, groups));
        let found = shrunk_values(&shrunk, (pitch, height));
        assert_same(&case, &found, &wanted, 3e-3, &[]);

        let level = buffer(&vec![0.0f32; pitch * height]);
        let bindings = [
            ("track", (&track).into()),
            ("shrunk", (&shrunk).into()),
            ("pairs", (&shrunk).into()),
            ("levels", (&level).into()),
        ];
        let groups = (pitch as u32 / 8, height.div_ceil(8) as u32);
        run(&TRACK_SMOOTH, &bindings, &looking(size, side, 0), groups);
        let found = samples(&level, 0, pitch, (pitch, height));
        let name = format!("{case} smooth");
        assert_same(&name, &found, &smooth(&wanted), 3e-3, &[]);
    }
}

#[test]
fn halved_levels_match_their_twin() {
    for size in SIZES {
        let finer = picture(size, 8);
        let finer_pitch = finer.width.next_multiple_of(8);
        let wanted = halve(&finer);
        let pitch = wanted.width.next_multiple_of(8);
        let track = buffer(&[hunting(size)]);
        let mut both = floats(&finer, finer_pitch);
        let start = both.len();
        both.resize(start + pitch * wanted.height, 0.0);
        let levels = buffer(&both);
        let bindings = [("track", (&track).into()), ("levels", (&levels).into())];
        let params = FrameParams {
            top: 1,
            ..looking(size, 1, 1)
        };
        let groups = (pitch as u32 / 8, wanted.height.div_ceil(4) as u32);
        run(&TRACK_HALVE, &bindings, &params, groups);
        let found = samples(&levels, start, pitch, (wanted.width, wanted.height));
        assert_same(&format!("{size:?} halved"), &found, &wanted, 1e-3, &[]);
    }
}

/// Sixteen bits for each sample, as the shader keeps them.
fn packed(shrunk: &Samples) -> Vec<u16> {
    let bits = |v: &f64| ((v + 128.0) * 256.0).round() as u16;
    shrunk.data.iter().map(bits).collect()
}

/// The levels that a frame has, each with its place among all of them.
fn levels_of(finest: Samples, width: usize, top: u32) -> Vec<(usize, Samples)> {
    let mut levels = vec![(0, finest)];
    for _ in 0..top {
        let (start, finer) = levels.last().unwrap();
        let start = start + finer.width.next_multiple_of(8) * finer.height;
        // What fills the rows of the finest up belongs to no picture.
        let width = if levels.len() == 1 {
            width
        } else {
            finer.width
        };
        let finer = Samples::from_fn((width, finer.height), |x, y| finer.at(x, y));
        levels.push((start, halve(&finer)));
    }
    levels
}

/// Output of the kernel for a picture, of which this track says which part is needed.
fn pyramid(
    size: (u32, u32),
    side: u32,
    top: u32,
    track: &Track,
) -> (Vec<f32>, Vec<(usize, Samples)>) {
    let shrunk = shrink(&picture(size, 17), side as usize);
    let wanted = levels_of(smooth(&shrunk), size.0.div_ceil(side) as usize, top);
    let (start, last) = wanted.last().unwrap();
    let floats = start + last.width.next_multiple_of(8) * last.height;
    let (track, from) = (buffer(&[*track]), buffer(&packed(&shrunk)));
    let levels = buffer(&vec![9e9f32; floats]);
    let bindings = [
        ("track", (&track).into()),
        ("shrunk", (&from).into()),
        ("levels", (&levels).into()),
    ];
    let params = FrameParams {
        top,
        when: HUNT | FOLLOW,
        ..looking(size, side, 0)
    };
    let kernel = crate::gpu::gpu().kernel(&TRACK_PYRAMID).unwrap();
    let tiles = [shrunk.width.div_ceil(32), shrunk.height.div_ceil(32), 1];
    let params = bytemuck::bytes_of(&params);
    submit(|recording| recording.dispatch(&kernel, &bindings, params, tiles.map(|n| n as u32)));
    (bytemuck::pod_collect_to_vec(&read(&levels)), wanted)
}

#[test]
fn pyramids_match_the_twins_of_their_levels() {
    for (size, side, top) in [
        ((16, 9), 1, 0),
        ((67, 45), 1, 1),
        ((131, 50), 1, 3),
        ((217, 171), 2, 2),
        ((300, 163), 1, 3),
    ] {
        let (found, wanted) = pyramid(size, side, top, &hunting(size));
        for (level, (start, wanted)) in wanted.iter().enumerate() {
            let pitch = wanted.width.next_multiple_of(8);
            let found = Samples::from_fn((wanted.width, wanted.height), |x, y| {
                f64::from(found[start + y * pitch + x])
            });
            let what = format!("{size:?} / {side}, level {level}");
            assert_same(&what, &found, wanted, 4e-3, &[]);
        }
    }
}

/// While a plane is tracked, its surroundings are made and distant parts are not.
#[test]
fn pyramids_cover_what_is_looked_at() {
    let track = Track {
        wide: [130.0, 70.0, 160.0, 99.0],
        mode: FOLLOW,
        ..hunting((300, 163))
    };
    let (found, wanted) = pyramid((300, 163), 1, 3, &track);
    let (mut inside, mut outside) = (0, 0);
    for (level, (start, wanted)) in wanted.iter().enumerate() {
        let pitch = wanted.width.next_multiple_of(8);
        for at in 0..wanted.width * wanted.height {
            let (x, y) = (at % wanted.width, at / wanted.width);
            let found = f64::from(found[start + y * pitch + x]);
            let place = [x, y].map(|v| v << level);
            let is_near = (124..166).contains(&place[0]) && (64..105).contains(&place[1]);
            let is_made = (found - wanted.at(x, y)).abs() < 4e-3;
            assert!(
                is_made || !is_near && found == f64::from(9e9f32),
                "{level}: {x}, {y}"
            );
            inside += usize::from(is_near);
            outside += usize::from(!is_made);
        }
    }
    assert!(inside > 1700 && outside > 30_000, "{inside}, {outside}");
}

#[test]
fn templates_match_their_twin() {
    let size = (131, 90);
    // The third grid begins after 96 x 96 and 64 x 64 samples.
    let (side, first) = (32usize, 13312usize);
    // Some of the ring is off the frame.
    let quad = Quad([[9.0, 20.5], [90.3, 16.0], [85.0, 73.2], [12.4, 68.0]]);
    let home = quad.homography().unwrap();
    let level = smooth(&shrink(&picture(size, 9), 1));
    let mut track = hunting(size);
    track.home = rows_to_columns(&home.0);
    track.size = [77.0, 52.0, 0.0, 0.0];
    let (track, from) = (buffer(&[track]), buffer(&floats(&level, level.width)));
    let grid = buffer(&vec![0.0f32; 4 * (first + side * side)]);
    let bindings = [
        ("track", (&track).into()),
        ("levels", (&from).into()),
        ("grid", (&grid).into()),
    ];
    run(
        &TRACK_TEMPLATE,
        &bindings,
        &looking(size, 1, 2),
        (side as u32, side as u32),
    );
    let found: Vec<[f32; 4]> = bytemuck::pod_collect_to_vec(&read(&grid));
    let twin = Template {
        level: &level,
        step: 1.0,
        origin: 0.0,
        sides: [77.0, 52.0],
    };
    let mut outside = 0;
    for at in 0..side * side {
        let p = place(at % side, at / side, side);
        let [value, gx, gy, inside] = found[first + at].map(f64::from);
        if inside == 0.0 {
            outside += 1;
            let [x, y] = home.map(p);
            assert!(x < 3.0 || y < 3.0 || x > 127.0 || y > 86.0, "{x}, {y}");
            continue;
        }
        let wanted = twin.at(p, |p| home.map(p));
        for (found, wanted) in [value, gx, gy].into_iter().zip(wanted) {
            let tolerance = 0.02 + 1e-3 * wanted.abs();
            assert!(
                (found - wanted).abs() < tolerance,
                "{at}: {found}, wanted {wanted}"
            );
        }
    }
    assert!((20..side * side / 2).contains(&outside), "{outside}");
}
