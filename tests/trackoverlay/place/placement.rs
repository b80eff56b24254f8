//! Sources in frames, against twins in all formats.

use gstwgpu::gpu::Subsampling::{Gray, S420, S422, S444};
use gstwgpu::gpu::{ChromaOrder, Subsampling};
use gstwgpu::trackoverlay::place::look::Look;
use gstwgpu::trackoverlay::pose::Pose;
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::settings::{BlendMode, Sizing};
use gstwgpu::trackoverlay::source::picture::Picture;

use super::rig::{
    Planes, SIZE, TILTED, Under, free_pose, load, look, matte, picture, samples_of, under,
};
use crate::picture::unpack::FORMATS;
use crate::reference::place::chroma::place_chroma;
use crate::reference::place::luma::{Matte, Scene, place_luma};
use crate::reference::samples::Samples;
use crate::reference::source::halve::levels;
use crate::reference::source::rgba::source_rgba;
use crate::reference::source::yuv::Sampling;

/// Inputs of the twins for a whole placement.
fn scene(picture: &Picture, quad: &Quad) -> Scene {
    let to_frame = quad.homography().unwrap();
    let order = [Some(0), Some(1), Some(2), Some(3)];
    Scene {
        levels: levels(source_rgba(&picture.rgba, picture.width as usize, order)),
        to_frame: to_frame.0,
        to_plane: to_frame.inverse().0,
        fit: [1.0, 1.0],
        opacity: 1.0,
        feather: 0.0,
        light: [1.0, 0.0],
        blend: "normal",
        white: 1.0,
        blur: [0.0, 0.0],
        matte: None,
        relight: 0.0,
    }
}

fn sampling(under: &Under) -> Sampling {
    let sub = match under.layout.subsampling {
        S420 => [2.0, 2.0],
        S422 => [2.0, 1.0],
        _ => [1.0, 1.0],
    };
    let site = if sub[1] == 2.0 {
        [0.0, 0.5]
    } else {
        [0.0, 0.0]
    };
    Sampling {
        sub,
        site,
        fine: (1 << (under.layout.depth - 8)) as f64,
    }
}

/// Compares codes of all components within rounding, except for a few, where rounding can change the number
/// of taps.
fn compare(what: &str, under: &Under, found: &Planes, scene: &Scene) {
    let how = sampling(under);
    let before = samples_of(under.layout, &under.planes);
    let mut wanted = vec![place_luma(&before, &how, scene)];
    if before.len() > 1 {
        wanted.extend(place_chroma(&before, &how, scene));
    }
    let found = samples_of(under.layout, found);
    let most = (256 << (under.layout.depth - 8)) as f64 - 1.0;
    for (component, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        let mut far = 0;
        for (found, wanted) in found.data.iter().zip(&wanted.data) {
            let off = (found - wanted.clamp(0.0, most)).abs();
            far += usize::from(off > 0.53 + 0.02 * how.fine);
            assert!(
                off < 3.0 * how.fine,
                "{what}, component {component}: {found}, wanted {wanted}"
            );
        }
        let share = far as f64 / found.data.len() as f64;
        assert!(
            share <= 0.002,
            "{what}, component {component}: {far} differ"
        );
    }
}

#[test]
fn sources_match_their_twins_in_all_formats() {
    let picture = picture(90, 50);
    let source = load(&picture);
    for (name, subsampling, chroma, depth, shift) in FORMATS {
        if depth > 10 {
            continue;
        }
        let under = under(SIZE, (subsampling, chroma), (depth, shift), 3);
        let pose = Pose::known(&TILTED, 0, SIZE);
        let found = under.place(&source, &pose, None, &look());
        compare(name, &under, &found, &scene(&picture, &TILTED));
    }
}

#[test]
fn all_that_a_look_says_matches_its_twin() {
    let picture = picture(90, 50);
    let source = load(&picture);
    let plain = scene(&picture, &TILTED);
    let pose = Pose::known(&TILTED, 0, SIZE);
    let under = under(SIZE, (S420, ChromaOrder::InterleavedUv), (8, 0), 5);
    let try_out = |what: &str, look: Look, pose: Pose, scene: Scene| {
        let found = under.place(&source, &pose, None, &look);
        compare(what, &under, &found, &scene);
    };
    for (blend, name) in [
        (BlendMode::Multiply, "multiply"),
        (BlendMode::Screen, "screen"),
    ] {
        let scene = Scene {
            blend: name,
            ..plain.clone()
        };
        try_out(name, Look { blend, ..look() }, pose, scene);
    }
    let faded = Pose {
        visibility: 0.5,
        ..pose
    };
    let scene = Scene {
        opacity: 0.4,
        ..plain.clone()
    };
    try_out(
        "opacity",
        Look {
            opacity: 0.8,
            ..look()
        },
        faded,
        scene,
    );
    for feather in [0.5, 6.0] {
        let scene = Scene {
            feather: f64::from(feather),
            ..plain.clone()
        };
        try_out("feather", Look { feather, ..look() }, pose, scene);
    }
    // Aspect of the picture is 1.8, that of the plane 1.2.
    for (sizing, fit) in [
        (Sizing::Contain, [1.0, 1.2 / 1.8]),
        (Sizing::Cover, [1.8 / 1.2, 1.0]),
    ] {
        let scene = Scene {
            fit,
            ..plain.clone()
        };
        try_out(
            "sizing",
            Look {
                sizing,
                plane_aspect: 1.2,
                ..look()
            },
            pose,
            scene,
        );
    }
    let dim = Pose {
        gain: 0.6,
        bias: 0.1,
        ..pose
    };
    let bias = (0.5 * 0.1 * 255.0 - 0.2 * 16.0) / 219.0;
    let scene = Scene {
        light: [0.8, bias],
        ..plain.clone()
    };
    try_out(
        "light",
        Look {
            relight: 0.5,
            ..look()
        },
        dim,
        scene,
    );
    let white = 0.75;
    let scene = Scene {
        blend: "multiply",
        white: white.into(),
        ..plain.clone()
    };
    let blend = BlendMode::Multiply;
    let look_of_hlg = Look {
        white,
        blend,
        ..look()
    };
    try_out("white", look_of_hlg, pose, scene);
    let moving = Pose {
        blur: [5.0, -2.0],
        ..pose
    };
    let scene = Scene {
        blur: [5.0, -2.0],
        ..plain.clone()
    };
    try_out(
        "blur",
        Look {
            motion_blur: 1.0,
            ..look()
        },
        moving,
        scene,
    );
}

/// What is in front stays, also where it mixes with the plane; the matte's light is on the rest.
#[test]
fn what_is_in_front_stays_and_light_falls_on_the_rest() {
    let picture = picture(90, 50);
    let (size, side) = ((6, 4), (18, 12));
    let gain = Samples::from_fn(size, |x, y| 0.4 + 0.1 * x as f64 + 0.05 * y as f64);
    let bias = Samples::from_fn(size, |x, _| 0.02 * x as f64 - 0.05);
    let plane = Samples::from_fn(size, |x, _| 0.9 - 0.05 * x as f64);
    let shares = Samples::from_fn(side, |x, y| match x {
        0..5 => 0.0,
        5..12 => ((x + y) % 8) as f64 / 7.0,
        _ => 1.0,
    });
    let channel = |of: [f64; 3]| {
        Samples::from_fn(side, |x, y| {
            of[0] + of[1] * (x % 5) as f64 + of[2] * y as f64
        })
    };
    let plate = [[80.0, 25.0, 3.0], [-30.0, 12.0, 2.0], [20.0, -9.0, 1.0]].map(channel);
    let cells: Vec<[f32; 4]> = (0..24)
        .map(|at| [9.0, gain.data[at], bias.data[at], plane.data[at]].map(|v| v as f32))
        .collect();
    let texels: Vec<[f32; 4]> = (0..18 * 12)
        .map(|at| [0, 1, 2, 3].map(|k| plate.get(k).map_or(1.0, |p| p.data[at]) as f32))
        .collect();
    let single: Vec<f32> = shares.data.iter().map(|v| *v as f32).collect();
    let pose = Pose::known(&TILTED, 0, SIZE);
    for (relight, blend, named) in [
        (0.0, BlendMode::Normal, "normal"),
        (0.7, BlendMode::Normal, "normal"),
        (1.0, BlendMode::Multiply, "multiply"),
    ] {
        let under = under(SIZE, (S422, ChromaOrder::PlanarUv), (10, 0), 6);
        let scene = Scene {
            matte: Some(Matte {
                light: [gain.clone(), bias.clone(), plane.clone()],
                shares: shares.clone(),
                plate: plate.clone(),
            }),
            relight,
            blend: named,
            ..scene(&picture, &TILTED)
        };
        let look = Look {
            relight: relight as f32,
            blend,
            ..look()
        };
        let matte = matte(6, &cells, &single, &texels);
        let found = under.place(&load(&picture), &pose, Some(&matte), &look);
        compare("matte", &under, &found, &scene);
    }
}

#[test]
fn strong_tilts_and_small_quads_match_their_twins() {
    let picture = picture(150, 130);
    let source = load(&picture);
    let under = under(SIZE, (S444, ChromaOrder::PlanarUv), (8, 0), 8);
    for quad in [
        // Seen from the side, and turned.
        Quad([[10.0, 4.0], [26.0, 12.0], [26.0, 33.0], [10.0, 43.0]]),
        Quad([[30.0, 2.0], [60.0, 20.0], [33.0, 43.0], [9.0, 21.0]]),
        // Smaller than a pixel.
        Quad([[20.2, 20.3], [20.9, 20.4], [20.8, 21.1], [20.3, 20.9]]),
        // Larger than the picture, and than the frame.
        Quad([
            [-80.0, -50.0],
            [300.0, -70.0],
            [290.0, 190.0],
            [-60.0, 170.0],
        ]),
    ] {
        let pose = Pose::known(&quad, 0, SIZE);
        let pose = if pose.quad().is_some() {
            pose
        } else {
            free_pose(&quad)
        };
        let found = under.place(&source, &pose, None, &look());
        compare(
            &format!("{quad:?}"),
            &under,
            &found,
            &scene(&picture, &quad),
        );
    }
}

/// Some placements in bytes, for a comparison with checked shaders.
pub fn outputs() -> Vec<u8> {
    let source = load(&picture(90, 50));
    let kinds: [(Subsampling, ChromaOrder, (u32, u32)); 3] = [
        (S420, ChromaOrder::InterleavedUv, (10, 6)),
        (S422, ChromaOrder::PlanarUv, (8, 0)),
        (Gray, ChromaOrder::PlanarUv, (8, 0)),
    ];
    let mut all = Vec::new();
    for (subsampling, chroma, deep) in kinds {
        let under = under(SIZE, (subsampling, chroma), deep, 4);
        for blend in [BlendMode::Normal, BlendMode::Multiply] {
            let look = Look {
                blend,
                feather: 2.0,
                ..look()
            };
            let pose = Pose::known(&TILTED, 0, SIZE);
            all.extend(under.place(&source, &pose, None, &look).concat());
        }
    }
    all
}
