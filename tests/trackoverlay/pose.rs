//! The pose as it lies in its buffer.

use gstwgpu::trackoverlay::pose::{POSE_BYTES, Pose, TrackState};
use gstwgpu::trackoverlay::quad::Quad;

const QUAD: Quad = Quad([[10.0, 12.0], [50.0, 10.0], [56.0, 41.0], [-8.0, 40.0]]);

#[test]
fn shaders_find_each_value_at_its_place() {
    let mut pose = Pose::known(&QUAD, 0x0003_0007, (640, 360));
    (pose.gain, pose.bias, pose.confidence, pose.visibility) = (0.5, 0.25, 0.75, 0.125);
    (pose.inliers, pose.blur) = (0.875, [2.0, -3.0]);
    let floats: [f32; 40] = bytemuck::cast(pose);
    assert_eq!(POSE_BYTES, 160);
    let rows = QUAD.homography().unwrap();
    let back = rows.inverse().normalised();
    for row in 0..3 {
        for column in 0..3 {
            assert_eq!(floats[row * 4 + column], rows.0[row][column] as f32);
            assert_eq!(floats[12 + row * 4 + column], back.0[row][column] as f32);
        }
        assert_eq!([floats[row * 4 + 3], floats[12 + row * 4 + 3]], [0.0; 2]);
    }
    assert_eq!(floats[24..28], [0.5, 0.25, 0.75, 0.125]);
    assert_eq!(floats[28..32], [1.0, 7.0, 3.0, 0.875]);
    assert_eq!(floats[32..36], [0.0, 10.0, 56.0, 41.0]);
    assert_eq!(floats[36..40], [2.0, -3.0, 0.0, 0.0]);
}

#[test]
fn a_pose_gives_back_its_quad() {
    let pose = Pose::known(&QUAD, 70_000, (640, 360));
    let found = pose.quad().unwrap();
    for (found, wanted) in found.0.as_flattened().iter().zip(QUAD.0.as_flattened()) {
        assert!((found - wanted).abs() < 1e-4, "{found} {wanted}");
    }
    assert_eq!(pose.frame(), 70_000);
    assert_eq!(pose.state(), TrackState::Tracking);
    for state in [TrackState::Idle, TrackState::Lost] {
        let pose = Pose::nothing(state, 3);
        assert_eq!((pose.quad(), pose.frame(), pose.state()), (None, 3, state));
        assert!(pose.bounds[2] < pose.bounds[0]);
    }
}

#[test]
fn a_quad_beside_the_frame_has_no_box() {
    let beside = Quad::rectangle(700.0, 10.0, 750.0, 50.0);
    let pose = Pose::known(&beside, 1, (640, 360));
    assert!(pose.bounds[2] < pose.bounds[0]);
    assert!(pose.quad().is_some());
}
