//! Edges of a source, and what must never happen.

use gstwgpu::gpu::ChromaOrder;
use gstwgpu::gpu::Subsampling::{Gray, S420};
use gstwgpu::trackoverlay::place::look::Look;
use gstwgpu::trackoverlay::pose::{Pose, TrackState};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::source::picture::Picture;

use super::rig::{SIZE, TILTED, free_pose, load, look, picture, samples_of, under};
use crate::picture::unpack::FORMATS;
use crate::reference::place::setup::{corners, covered};

/// A white source on black luma: what luma gains is the area.
#[test]
fn edges_are_areas_of_pixels() {
    let white = Picture {
        width: 4,
        height: 4,
        rgba: vec![255; 64],
    };
    let source = load(&white);
    let mut under = under(SIZE, (Gray, ChromaOrder::PlanarUv), (10, 0), 0);
    under.planes[0] = 64u16.to_le_bytes().repeat((SIZE.0 * SIZE.1) as usize);
    for step in 0..10 {
        let at = 20.0 + 0.137 * f64::from(step);
        let side = 0.4 + 1.3 * f64::from(step);
        let quad = Quad([
            [at, at],
            [at + side, at + 0.1],
            [at + side * 1.1, at + side],
            [at - 0.2, at + side * 0.8],
        ]);
        let found = under.place(&source, &free_pose(&quad), None, &look());
        let found = &samples_of(under.layout, &found)[0];
        let polygon = corners(&quad.homography().unwrap().0, [1.0, 1.0]);
        for y in 0..SIZE.1 as usize {
            for x in 0..SIZE.0 as usize {
                let wanted = covered(&polygon, [x as f64, y as f64], [1.0, 1.0]);
                let share = (found.at(x, y) - 64.0) / 876.0;
                assert!(
                    (share - wanted).abs() < 0.002,
                    "{x}, {y}: {share}, wanted {wanted}"
                );
            }
        }
    }
}

#[test]
fn nothing_outside_the_quad_is_touched() {
    let source = load(&picture(90, 50));
    for (_, subsampling, chroma, depth, shift) in FORMATS {
        let under = under(SIZE, (subsampling, chroma), (depth, shift), 9);
        let quad = Quad([[20.4, 12.3], [40.2, 10.7], [43.9, 30.1], [18.6, 28.8]]);
        let found = under.place(&source, &Pose::known(&quad, 0, SIZE), None, &look());
        let sub = under.layout.subsampling.shifts();
        let before = samples_of(under.layout, &under.planes);
        let after = samples_of(under.layout, &found);
        assert_ne!(before, after);
        for (component, (before, after)) in before.iter().zip(&after).enumerate() {
            let sub = if component == 0 { (0, 0) } else { sub };
            for (at, (before, after)) in before.data.iter().zip(&after.data).enumerate() {
                let x = ((at % after_width(SIZE.0, sub.0)) << sub.0) as f64;
                let y = ((at / after_width(SIZE.0, sub.0)) << sub.1) as f64;
                let outside = !(17.0..=45.0).contains(&x) || !(9.0..=32.0).contains(&y);
                assert!(!outside || before == after, "{x}, {y}");
            }
        }
    }
}

fn after_width(width: u32, shift: u32) -> usize {
    width.div_ceil(1 << shift) as usize
}

/// Poses that show nothing, and some that no tracker should produce.
#[test]
fn poses_without_a_quad_change_nothing() {
    let source = load(&picture(90, 50));
    let under = under(SIZE, (S420, ChromaOrder::PlanarVu), (8, 0), 2);
    let known = Pose::known(&TILTED, 0, SIZE);
    let mut poses = vec![
        Pose::nothing(TrackState::Lost, 0),
        Pose {
            visibility: 0.0,
            ..known
        },
        Pose {
            visibility: f32::NAN,
            ..known
        },
        free_pose(&Quad::rectangle(-300.0, 2.0, -200.0, 40.0)),
        free_pose(&Quad::rectangle(2.0, 500.0, 40.0, 600.0)),
    ];
    for value in [f32::NAN, f32::INFINITY, 0.0, 1e30] {
        let mut broken = known;
        broken.to_frame[2] = [value; 4];
        poses.push(broken);
        broken = known;
        broken.to_frame[0] = [value; 4];
        broken.to_plane = [[value; 4]; 3];
        poses.push(broken);
    }
    // The horizon crosses the quad.
    let mut horizon = known;
    horizon.to_frame[2] = [0.0, -1.5, 1.0, 0.0];
    poses.push(horizon);
    for (index, pose) in poses.iter().enumerate() {
        let found = under.place(&source, pose, None, &look());
        assert!(found == under.planes, "pose {index}");
    }
    let hidden = Look {
        opacity: 0.0,
        ..look()
    };
    assert!(under.place(&source, &known, None, &hidden) == under.planes);
}
