//! The pass that measures, against its twin.

use gstwgpu::gpu::Subsampling::{Gray, S420};
use gstwgpu::gpu::{ChromaOrder, Frame, Recorder};
use gstwgpu::trackoverlay::exposure::measure::Shown;
use gstwgpu::trackoverlay::exposure::meter::{Drawn, Meter, Occasion};
use gstwgpu::trackoverlay::place::look::Look;
use gstwgpu::trackoverlay::place::matte::Matte;
use gstwgpu::trackoverlay::place::placement::Placement;
use gstwgpu::trackoverlay::pose::Pose;
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::settings::Sizing;

use crate::reference::exposure::measure::{Found, measure};
use crate::reference::samples::Samples;
use crate::trackoverlay::place::rig::{
    Under, load, look, matte, picture, pose_buffer, samples_of, under, upload,
};

const SIZE: (u32, u32) = (240, 160);
const INSIDE: Quad = Quad([[40.3, 21.2], [190.6, 39.7], [176.1, 138.4], [51.9, 123.5]]);
/// With its right third outside the frame.
const LEAVING: Quad = Quad([[120.3, 20.2], [300.6, 31.7], [286.1, 144.4], [131.9, 123.5]]);

/// What the GPU measures of the picture in a frame.
fn shown(under: &Under, pose: &Pose, matte: Option<&Matte>, look: &Look) -> Shown {
    let gpu = crate::gpu::gpu();
    let [input, output] = [(); 2].map(|()| Frame::new(&gpu, under.layout).unwrap());
    upload(&input, &under.planes);
    let placement = Placement::new(&gpu, under.layout, under.colour).unwrap();
    let mut meter = Meter::new(&gpu, &under.layout, &under.colour).unwrap();
    let source = load(&picture(90, 50));
    let pose = pose_buffer(pose);
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    placement
        .record(&mut recording, &input, &output, &source, &pose, matte, look)
        .unwrap();
    let drawn = Drawn {
        placement: &placement,
        pose: &pose,
        matte,
        input: &input,
        output: &output,
        fit: look.fit(source.aspect()),
    };
    meter
        .record(&mut recording, &drawn, Occasion::default())
        .unwrap();
    let submission = recording.submit().unwrap();
    meter.submitted(&submission);
    meter.wait(0).unwrap();
    meter.take().unwrap().unwrap().1.unwrap()
}

/// Compares measures with what the twin counts in the finished frame.
fn compare(what: &str, under: &Under, quad: &Quad, cells: Option<&Samples>, look: &Look) {
    let pose = Pose::known(quad, 0, SIZE);
    let matte = cells.map(|cells| {
        let shares: Vec<f32> = cells.data.iter().map(|value| *value as f32).collect();
        let light = vec![[1.0, 1.0, 0.0, 1.0]; shares.len()];
        matte(cells.width as u32, &light, &shares, &light)
    });
    let found = shown(under, &pose, matte.as_ref(), look);
    let placed = under.place(&load(&picture(90, 50)), &pose, matte.as_ref(), look);
    let luma = |planes| samples_of(under.layout, planes).remove(0);
    let to_frame = quad.homography().unwrap();
    let wanted = measure(
        (&to_frame.0, &to_frame.inverse().0),
        look.fit(1.8).map(f64::from),
        cells,
        (&luma(&under.planes), &luma(&placed)),
    );
    let unit = f64::from(1u32 << (under.layout.depth - 8));
    let visible = f64::from(found.area - found.hidden);
    let code = |sum: f32| (f64::from(sum) / visible * 219.0 + 16.0) * unit;
    let measured = Found {
        area: wanted.area,
        hidden: f64::from(found.hidden / found.area),
        codes: [code(found.luma), code(found.plate_luma)],
    };
    println!("{what}: {measured:?}, wanted {wanted:?}");
    assert_eq!(found.drawn, 1.0, "{what}");
    assert!((measured.hidden - wanted.hidden).abs() < 0.01, "{what}");
    for (found, wanted) in measured.codes.iter().zip(wanted.codes) {
        // 2304 places of a picture of stripes, and of noise.
        assert!((found - wanted).abs() < 5.0 * unit, "{what}");
    }
}

/// The left quarter is behind something, with a soft edge.
fn left_quarter() -> Samples {
    Samples {
        width: 8,
        height: 6,
        data: [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0].repeat(6),
    }
}

#[test]
fn what_is_seen_matches_its_twin() {
    let cells = left_quarter();
    let narrow = Look {
        sizing: Sizing::Contain,
        plane_aspect: 1.0,
        ..look()
    };
    for (depth, shift) in [(8, 0), (10, 6)] {
        let under = under(SIZE, (S420, ChromaOrder::InterleavedUv), (depth, shift), 1);
        compare("free", &under, &INSIDE, None, &look());
        compare("hidden", &under, &INSIDE, Some(&cells), &look());
        compare("leaving", &under, &LEAVING, Some(&cells), &look());
        compare("contain", &under, &INSIDE, Some(&cells), &narrow);
    }
    let under = under(SIZE, (Gray, ChromaOrder::PlanarUv), (8, 0), 1);
    compare("gray", &under, &INSIDE, Some(&cells), &look());
}

#[test]
fn nothing_is_measured_where_nothing_was_drawn() {
    let under = under(SIZE, (Gray, ChromaOrder::PlanarUv), (8, 0), 1);
    let away = Quad(INSIDE.0.map(|[x, y]| [x + 400.0, y]));
    assert_eq!(
        shown(&under, &Pose::known(&away, 0, SIZE), None, &look()).drawn,
        0.0
    );
    let faded = Pose {
        visibility: 0.0,
        ..Pose::known(&INSIDE, 0, SIZE)
    };
    assert_eq!(shown(&under, &faded, None, &look()).drawn, 0.0);
}
