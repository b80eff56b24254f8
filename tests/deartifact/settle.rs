//! Temporal averaging: its passes against twins, and its effect on a picture.

use gst_video::VideoFormat;
use gstwgpu::deartifact::settle::{SETTLE, SettleParams};
use gstwgpu::picture::planes::Planes;

use super::element::{bytes, painted, run};
use crate::denoise::noise_rig::Random;
use crate::picture::rig::{
    SIZES, STEP, assert_same, noise_model, planes, read_component, states, submit, subsampled,
    texture, variances,
};
use crate::reference::samples::State;
use crate::reference::settle::settle;
use crate::video::{caps_of, video};

#[test]
fn settled_planes_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&SETTLE).unwrap();
    for shape in SIZES.map(|size| subsampled(size, true)) {
        let sizes = [0, 1, 2].map(|component| shape.size(component));
        let pictures = sizes.map(|size| texture(size, 5.0, 3));
        let averages = sizes.map(|size| State {
            values: texture(size, 5.0, 4),
            variances: variances(size, 0.0, 5.0, 5),
        });
        let variances = [9.0f32, 1.0, 1.0];
        let noise = noise_model(variances[0], &[[0.0; 16]; 3]);
        gpu.queue()
            .write_buffer(noise.buffer(), 16, bytemuck::cast_slice(&variances[1..]));
        let (picture, average) = (planes(shape, &pictures), states(shape, &averages));
        let settled = Planes::values(&gpu, "test", shape);
        let part = shape.whole();
        let bindings = [
            ("planes", picture.part(&part)),
            ("average", average.part(&part)),
            ("noise", (&noise).into()),
            ("settled", settled.part(&part)),
        ];
        let params = SettleParams {
            parts: part.params(),
        };
        submit(|r| r.parts(&kernel, &bindings, &params, &part.quads()));
        for component in 0..3 {
            let deviation = f64::from(variances[component]).sqrt();
            let wanted = settle(&pictures[component], &averages[component].values, deviation);
            let found = read_component(&settled, component);
            let what = format!("{shape:?} {component}");
            assert_same(&what, &found, &wanted, STEP / 2.0 + 1e-3, &[]);
        }
    }
}

const SIZE: (u32, u32) = (160, 96);

/// Luma output of a preset, with averaging and without.
fn both(preset: &str, frames: usize, luma: impl Fn(usize, u32, u32) -> f64) -> [Vec<Vec<u8>>; 2] {
    let info = video(VideoFormat::I420, SIZE.0, SIZE.1);
    let sent: Vec<_> = (0..frames)
        .map(|n| painted(&info, |x, y| luma(n, x, y).round() as u8))
        .collect();
    let pixels = (SIZE.0 * SIZE.1) as usize;
    [1, 0].map(|temporal| {
        let line = format!("wgpudeartifact preset={preset} quantizer=38 temporal={temporal}");
        let got = run(&line, &caps_of(&info), &sent);
        got.iter().map(|b| bytes(b)[..pixels].to_vec()).collect()
    })
}

fn waves(x: f64, y: f64) -> f64 {
    128.0 + 40.0 * (x * 0.21).sin() * (y * 0.17).cos() + 30.0 * (x * 0.11 + y * 0.13).sin()
}

/// Flicker of a few code values on a moving object is reduced, without loss of detail.
#[test]
fn flicker_is_calmed_along_the_motion() {
    let scene = |n: usize, x: u32, y: u32| waves(f64::from(x) + 3.0 * n as f64, y.into());
    let mut random = Random(8);
    let flicker: Vec<f64> = (0..8 * SIZE.0 * SIZE.1)
        .map(|_| 2.0 * random.gauss())
        .collect();
    let got = both("balanced", 8, |n, x, y| {
        let at = (n as u32 * SIZE.1 + y) * SIZE.0 + x;
        scene(n, x, y) + flicker[at as usize]
    });
    let error = |frames: &[Vec<u8>]| -> f64 {
        let inside = (8..88u32).flat_map(|y| (8..130u32).map(move |x| (x, y)));
        inside
            .map(|(x, y)| f64::from(frames[7][(y * SIZE.0 + x) as usize]) - scene(7, x, y))
            .map(|far| far * far)
            .sum()
    };
    let [with, without] = got.each_ref().map(|frames| error(frames));
    assert!(with < 0.7 * without, "{with} of {without}");
}

/// Nothing of the scene before a cut is left in the first picture after it.
#[test]
fn cuts_leave_nothing_behind() {
    for preset in ["balanced", "quality"] {
        let [with, without] = both(preset, 4, |n, x, y| match n {
            0..=2 => waves(x.into(), y.into()),
            _ => 255.0 - waves(1.7 * f64::from(y), 1.3 * f64::from(x)),
        });
        assert!(with[0] == without[0], "the first picture has no past");
        assert!(with[3] == without[3], "{preset}");
    }
}

/// A moving square leaves no visible trail on the ground that it uncovers, which has no match in the
/// previous picture.
#[test]
fn what_moves_leaves_no_trail() {
    let left = |n: usize| 10 + 9 * n as u32;
    let inside = |n: usize, x: u32, y: u32| (left(n)..left(n) + 24).contains(&x) && y / 24 == 2;
    let luma = |n, x: u32, y: u32| match inside(n, x, y) {
        true => 240.0,
        false => waves(x.into(), y.into()),
    };
    let [with, without] = both("quality", 10, luma);
    let trail = (48..72u32).flat_map(|y| (0..left(9) - 8).map(move |x| (y * SIZE.0 + x) as usize));
    let changes: Vec<_> = trail
        .map(|at| with[9][at].abs_diff(without[9][at]))
        .collect();
    let mean = changes.iter().map(|c| f64::from(*c)).sum::<f64>() / changes.len() as f64;
    assert!(mean < 1.0, "{mean} code values");
}

/// Output of two filters in a row, with frames between them on the GPU, where motion is attached to them,
/// and in system memory, where the second filter searches itself.
fn chained(first: &str, second: &str, sent: &[gst::Buffer]) -> [Vec<Vec<u8>>; 2] {
    let info = video(VideoFormat::I420, SIZE.0, SIZE.1);
    ["video/x-raw(memory:WGPUMemory)", "video/x-raw"].map(|between| {
        let line = format!("{first} ! {between} ! {second}");
        let got = run(&line, &caps_of(&info), sent);
        got.iter().map(|b| bytes(b).to_vec()).collect()
    })
}

/// In either order the second filter is as good with attached motion as with its own: along a pan, at a cut,
/// and after it.
#[test]
fn motion_from_the_filter_before_serves_as_well() {
    let info = video(VideoFormat::I420, SIZE.0, SIZE.1);
    let scene = |n: usize, x: u32, y: u32| match n {
        0..=6 => waves(f64::from(x) + 2.5 * n as f64, y.into()),
        _ => 255.0 - waves(1.7 * f64::from(y), 1.3 * f64::from(x) + 2.0 * n as f64),
    };
    let mut random = Random(9);
    let sent: Vec<_> = (0..12)
        .map(|n| {
            let pixels = 0..SIZE.0 * SIZE.1;
            let noise: Vec<f64> = pixels.map(|_| 4.0 * random.gauss()).collect();
            painted(&info, |x, y| {
                (scene(n, x, y) + noise[(y * SIZE.0 + x) as usize]).round() as u8
            })
        })
        .collect();
    let error = |n: usize, frame: &[u8]| -> f64 {
        let all = (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (x, y)));
        let far = |(x, y)| f64::from(frame[(y * SIZE.0 + x) as usize]) - scene(n, x, y);
        all.map(|at| far(at).powi(2)).sum::<f64>() / f64::from(SIZE.0 * SIZE.1)
    };
    let repair = "wgpudeartifact preset=balanced quantizer=38";
    let denoise = "wgpudenoise preset=balanced sigma=4";
    for (first, second) in [(denoise, repair), (repair, denoise)] {
        let [carried, own] = chained(first, second, &sent);
        assert_eq!(carried.len(), sent.len());
        // The first picture has no motion, so both are the same; later ones prove the two ways differ.
        assert!(carried[0] == own[0]);
        assert!(carried != own, "{first} hands nothing on");
        for n in 0..sent.len() {
            let [with, without] = [error(n, &carried[n]), error(n, &own[n])];
            assert!(
                with < 1.05 * without + 0.02,
                "{first}: {with} against {without} in picture {n}"
            );
        }
    }
}
