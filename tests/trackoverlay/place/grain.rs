//! Grain of a placement: the plate's, measured around it.

use gstwgpu::gpu::Subsampling::{Gray, S420, S444};
use gstwgpu::gpu::{ChromaOrder, Frame, SamplePlaces, StorageBuffer, Subsampling};
use gstwgpu::trackoverlay::colour::StreamColour;
use gstwgpu::trackoverlay::place::look::Look;
use gstwgpu::trackoverlay::place::passes::{GrainParams, NoiseParams, PLACE_GRAIN, PLACE_NOISE};
use gstwgpu::trackoverlay::place::placement::Placement;
use gstwgpu::trackoverlay::pose::Pose;
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::source::Source;
use gstwgpu::trackoverlay::source::picture::Picture;

use super::rig::{Planes, Under, layout, load, look, pose_buffer, samples_of, upload};
use crate::denoise::noise_rig::Random;
use crate::picture::rig::submit;
use crate::reference::place::grain::{field, place};
use crate::reference::place::noise::{Plate, noise};
use crate::reference::samples::Samples;
use crate::trackoverlay::track::rig::{assert_near, buffer, contents, run_groups};

const PLATE: (u32, u32) = (192, 160);
const QUAD: Quad = Quad([[56.0, 40.0], [136.0, 42.0], [134.0, 112.0], [58.0, 110.0]]);

/// Noise with a deviation of 1 whose neighbours are alike by about 2a / (1 + 2a^2).
fn noisy((width, height): (usize, usize), a: f64, random: &mut Random) -> Samples {
    let white = Samples::from_fn((width + 2, height + 2), |_, _| random.gauss());
    Samples::from_fn((width, height), |x, y| {
        let row = |j: usize| a * white.at(x, j) + white.at(x + 1, j) + a * white.at(x + 2, j);
        (a * row(y) + row(y + 1) + a * row(y + 2)) / (1.0 + 2.0 * a * a)
    })
}

/// A dim slope with noise of this deviation in luma, and half of that in chroma.
fn plate(subsampling: Subsampling, depth: u32, [sigma, a]: [f64; 2], random: &mut Random) -> Under {
    let layout = layout(PLATE, subsampling, ChromaOrder::PlanarUv, (depth, 0));
    let unit = f64::from(1u32 << (depth - 8));
    let mut planes = Vec::new();
    for (n, plane) in layout.planes().iter().enumerate() {
        let bytes = if depth == 8 { 1 } else { 2 };
        let size = ((plane.row_bytes() / bytes) as usize, plane.height as usize);
        let grain = noisy(size, a, random);
        let strength = if n == 0 { sigma } else { 0.5 * sigma };
        let codes = Samples::from_fn(size, |x, y| {
            let base = if n == 0 { 90.0 + 0.2 * x as f64 } else { 120.0 };
            unit * (base + strength * grain.at(x, y))
        });
        let rounded = codes.data.iter().map(|code| code.round().max(0.0) as u16);
        planes.push(match depth {
            8 => rounded.map(|code| code as u8).collect(),
            _ => rounded.flat_map(u16::to_le_bytes).collect(),
        });
    }
    Under {
        layout,
        colour: StreamColour::usual(&layout),
        planes,
    }
}

fn plates(under: &Under) -> (Vec<Samples>, [f64; 2], f64) {
    let steps = match under.layout.subsampling {
        S420 => [2.0, 2.0],
        _ => [1.0, 1.0],
    };
    let code8 = 1.0 / f64::from(1u32 << (under.layout.depth - 8));
    (samples_of(under.layout, &under.planes), steps, code8)
}

/// What was known of the noise, and the samples that it is from.
fn unknown() -> [StorageBuffer; 2] {
    [
        buffer(&[[0.0f32; 4]; 3]),
        buffer(&vec![0.0f32; 3 * 256 * 64]),
    ]
}

/// Measures a frame after `count` others of its plane.
fn measured(under: &Under, pose: &Pose, [known, kept]: &[StorageBuffer; 2], count: u32) {
    let (_, [sub_x, sub_y], code8) = plates(under);
    let frame = Frame::new(&crate::gpu::gpu(), under.layout).unwrap();
    upload(&frame, &under.planes);
    let pose = pose_buffer(pose);
    let params = NoiseParams {
        width: under.layout.width,
        height: under.layout.height,
        samples: SamplePlaces::new(&under.layout),
        code8: code8 as f32,
        count,
        sub_x: sub_x as f32,
        sub_y: sub_y as f32,
    };
    let bindings = [
        ("frame", (&frame).into()),
        ("pose", (&pose).into()),
        ("noise", known.into()),
        ("kept", kept.into()),
    ];
    let components = if under.layout.has_chroma() { 3 } else { 1 };
    run_groups(&PLACE_NOISE, &bindings, &params, components);
}

#[test]
fn noise_is_measured_as_by_its_twin() {
    let mut random = Random(5);
    for (subsampling, depth, sigma, a) in [
        (S420, 8, 4.0, 0.0),
        (S444, 10, 10.0, 0.4),
        (Gray, 8, 0.0, 0.0),
        (Gray, 10, 0.6, 0.2),
    ] {
        let [before, under] = [(); 2].map(|()| plate(subsampling, depth, [sigma, a], &mut random));
        let pose = Pose::known(&QUAD, 0, PLATE);
        let known = unknown();
        measured(&before, &pose, &known, 0);
        measured(&under, &pose, &known, 1);
        let found: Vec<[f32; 4]> = contents(&known[0]);
        let (planes, sub, code8) = plates(&under);
        let (earlier, ..) = plates(&before);
        for (n, (codes, before)) in planes.iter().zip(&earlier).enumerate() {
            let wanted = noise(&Plate {
                codes,
                before,
                bounds: pose.bounds.map(f64::from),
                sub: if n == 0 { [1.0; 2] } else { sub },
                code8,
                is_luma: n == 0,
            });
            let what = format!("{subsampling:?} {depth} {sigma}, {n}");
            for (found, wanted) in found[n].iter().zip(wanted.unwrap()) {
                assert_near(&what, f64::from(*found), wanted, 0.01);
            }
            let truth = if n == 0 { sigma } else { 0.5 * sigma };
            if truth > 1.0 {
                assert_near(&what, f64::from(found[n][0]), truth, 0.1);
            }
        }
    }
}

/// What is known follows slowly, and starts anew for another plane.
#[test]
fn measured_noise_does_not_pump() {
    let mut random = Random(6);
    let known = unknown();
    let pose = Pose::known(&QUAD, 0, PLATE);
    let mut next = |sigma: f64, count: u32| {
        let under = plate(Gray, 8, [sigma, 0.0], &mut random);
        measured(&under, &pose, &known, count);
        f64::from(contents::<[f32; 4]>(&known[0])[0][0])
    };
    assert_eq!(next(4.0, 0), 0.0);
    let first = next(4.0, 1);
    for count in 2..8 {
        let now = next(4.0, count);
        assert!((now - first).abs() < 0.06 * first, "{now}, first {first}");
    }
    let risen = next(8.0, 8);
    assert!(risen < 1.3 * first, "{risen}, first {first}");
    next(8.0, 0);
    let anew = next(8.0, 1);
    assert!((anew - 8.0).abs() < 0.8, "{anew}");
}

/// Texture that stays is no noise, however fine it is, and noise on it is found.
#[test]
fn texture_is_no_noise() {
    let mut random = Random(9);
    let pose = Pose::known(&QUAD, 0, PLATE);
    let texture = plate(Gray, 8, [12.0, 0.0], &mut random);
    for sigma in [0.0, 3.0] {
        let known = unknown();
        for count in 0..2 {
            let mut under = texture.clone();
            for code in &mut under.planes[0] {
                *code = (f64::from(*code) + sigma * random.gauss()).round() as u8;
            }
            measured(&under, &pose, &known, count);
        }
        let found = f64::from(contents::<[f32; 4]>(&known[0])[0][0]);
        assert!(
            (found - sigma).abs() < 0.1 * sigma + 0.01,
            "{found}, wanted {sigma}"
        );
    }
}

/// Nor is texture in motion, of which less may change from frame to frame than it varies: its contrast differs from
/// place to place.
#[test]
fn texture_in_motion_is_no_noise() {
    let pose = Pose::known(&QUAD, 0, PLATE);
    let fine = noisy((200, 160), 0.5, &mut Random(2));
    let known = unknown();
    for count in 0..2 {
        let mut under = plate(Gray, 8, [0.0, 0.0], &mut Random(1));
        for (at, code) in under.planes[0].iter_mut().enumerate() {
            let (x, y) = (at % PLATE.0 as usize, at / PLATE.0 as usize);
            let contrast = 1.2 * f64::powf(40.0, ((y as f64 - 30.0) / 92.0).clamp(0.0, 1.0));
            *code = (128.0 + contrast * fine.at(x + count as usize, y)).round() as u8;
        }
        measured(&under, &pose, &known, count);
    }
    let found = f64::from(contents::<[f32; 4]>(&known[0])[0][0]);
    assert!(found < 0.6, "{found}");
}

#[test]
fn fields_of_grain_match_their_twin() {
    let known = [
        [4.0f32, 0.0, 1.0, 0.0],
        [0.6, 0.66, 1.0, 0.0],
        [0.4, 0.3, 1.0, 0.0],
    ];
    let noise = buffer(&known);
    for frame in [0, 7, 70_003] {
        let grain = buffer(&vec![[9.0f32; 4]; 128 * 128]);
        let bindings = [("noise", (&noise).into()), ("grain", (&grain).into())];
        let kernel = crate::gpu::gpu().kernel(&PLACE_GRAIN).unwrap();
        let params = GrainParams {
            frame,
            strength: 0.5,
        };
        let bytes = bytemuck::bytes_of(&params);
        submit(|recording| recording.dispatch(&kernel, &bindings, bytes, [16, 16, 1]));
        let found: Vec<[f32; 4]> = contents(&grain);
        for (at, found) in found.iter().enumerate() {
            let (x, y) = ((at % 128) as i32, (at / 128) as i32);
            for (n, found) in found.iter().take(3).enumerate() {
                let known = [known[n][0], known[n][1]].map(f64::from);
                let wanted = 0.5 * field(frame, x, y, n as u32, known);
                assert_near("grain", f64::from(*found), wanted, 1e-3);
            }
        }
    }
}

/// The last of frames that come one after the other, with a source in it.
fn in_order(frames: &[&Under], source: &Source, pose: &Pose, look: &Look) -> Planes {
    let under = frames[0];
    let gpu = crate::gpu::gpu();
    let placement = Placement::new(&gpu, under.layout, under.colour).unwrap();
    let placed = frames
        .iter()
        .map(|under| under.place_by(&placement, source, pose, None, look));
    placed.last().unwrap()
}

fn grey() -> Source {
    load(&Picture {
        width: 2,
        height: 2,
        rgba: [128, 128, 128, 255].repeat(4),
    })
}

/// Deviation and correlation of neighbours of a part of a component, without its slope.
fn texture(codes: &Samples, [left, top, right, bottom]: [usize; 4]) -> [f64; 2] {
    let (mut squares, mut products, mut n) = (0.0, 0.0, 0.0);
    let mut mean = vec![0.0; right];
    for (x, mean) in mean.iter_mut().enumerate().skip(left) {
        *mean = (top..bottom).map(|y| codes.at(x, y)).sum::<f64>() / (bottom - top) as f64;
    }
    for y in top..bottom {
        for x in left + 1..right {
            let v = codes.at(x, y) - mean[x];
            squares += v * v;
            products += v * (codes.at(x - 1, y) - mean[x - 1]);
            n += 1.0;
        }
    }
    [f64::sqrt(squares / n), products / f64::max(squares, 1e-6)]
}

/// Inside of a placement deviation and correlation are the plate's within 15 %; a clean plate gets nothing.
#[test]
fn a_placement_has_the_grain_of_its_plate() {
    let mut random = Random(7);
    let source = grey();
    let pose = Pose::known(&QUAD, 0, PLATE);
    let grainy = Look {
        match_grain: 1.0,
        frame: 11,
        ..look()
    };
    for (subsampling, depth, sigma, a) in [
        (S420, 8, 0.0, 0.0),
        (S420, 8, 4.0, 0.0),
        (S444, 10, 4.0, 0.4),
        (S420, 8, 10.0, 0.3),
        (S420, 10, 10.0, 0.0),
    ] {
        let [before, under] = [(); 2].map(|()| plate(subsampling, depth, [sigma, a], &mut random));
        let placed = in_order(&[&before, &under], &source, &pose, &grainy);
        if sigma == 0.0 {
            assert_eq!(placed, under.place(&source, &pose, None, &look()));
            continue;
        }
        let placed = samples_of(under.layout, &placed);
        let before = samples_of(under.layout, &under.planes);
        for (n, (placed, before)) in placed.iter().zip(&before).enumerate() {
            let scale = PLATE.0 as usize / placed.width;
            let inside = texture(placed, [66, 50, 128, 104].map(|v| v / scale));
            let around = texture(before, [66, 116, 128, 158].map(|v| v / scale));
            let what = format!("{depth} bits, {sigma}, {a}, component {n}: {inside:?} {around:?}");
            assert!((inside[0] / around[0] - 1.0).abs() < 0.15, "{what}");
            assert!((inside[1] - around[1]).abs() < 0.12, "{what}");
        }
    }
}

/// The grain of each sample is the twin's, less where the plate shows through.
#[test]
fn grain_is_added_as_by_its_twin() {
    let mut random = Random(8);
    let [before, under] = [(); 2].map(|()| plate(S420, 10, [8.0, 0.2], &mut random));
    let (source, pose) = (grey(), Pose::known(&QUAD, 0, PLATE));
    let known = unknown();
    measured(&before, &pose, &known, 0);
    measured(&under, &pose, &known, 1);
    let known: Vec<[f32; 4]> = contents(&known[0]);
    for (opacity, share) in [(1.0f32, 1.0), (0.4, 0.8)] {
        let plain = Look {
            opacity,
            frame: 3,
            ..look()
        };
        let grainy = Look {
            match_grain: 1.0,
            ..plain
        };
        let [plain, grainy] = [plain, grainy].map(|look| {
            let placed = in_order(&[&before, &under], &source, &pose, &look);
            samples_of(under.layout, &placed)
        });
        for (n, (plain, grainy)) in plain.iter().zip(&grainy).enumerate() {
            let scale = PLATE.0 as usize / plain.width;
            let kind = [known[n][0], known[n][1]].map(f64::from);
            for y in 50 / scale..104 / scale {
                for x in 66 / scale..128 / scale {
                    let [fx, fy] = place(3, x, y);
                    let wanted = 4.0 * share * field(3, fx, fy, n as u32, kind);
                    let found = grainy.at(x, y) - plain.at(x, y);
                    assert!((found - wanted).abs() < 1.02, "{found}, wanted {wanted}");
                }
            }
        }
    }
}
