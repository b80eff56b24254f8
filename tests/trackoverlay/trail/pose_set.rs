//! Poses that the host knows reach the GPU, and poses come back for each frame.

use gstwgpu::gpu::ReadbackQueue;
use gstwgpu::gpu::Recorder;
use gstwgpu::trackoverlay::pose::{Pose, TrackState};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::settings::{OnLost, Settings};
use gstwgpu::trackoverlay::trail::follow::Follow;
use gstwgpu::trackoverlay::trail::import::Track;
use gstwgpu::trackoverlay::trail::journal::{Journal, Seen};
use gstwgpu::trackoverlay::trail::pose_set::KnownPose;

use crate::reference::trail::pose_set::pose_words;

#[test]
fn each_number_of_a_pose_is_set() {
    let gpu = crate::gpu::gpu();
    let values: Vec<f32> = (1..=40).map(|value| value as f32 / 7.0).collect();
    let mut pose: Pose = bytemuck::pod_read_unaligned(bytemuck::cast_slice(&values));
    (pose.blur, pose.spare) = ([0.0; 2], [0.0; 2]);
    for row in pose.to_frame.iter_mut().chain(&mut pose.to_plane) {
        row[3] = 0.0;
    }
    let known = KnownPose::new(&gpu).unwrap();
    let mut queue = ReadbackQueue::new(&gpu, 160);
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    known.set(&mut recording, &pose).unwrap();
    recording.read_back_each(&mut queue, known.buffer());
    queue.submitted(&recording.submit().unwrap());
    queue.wait(0).unwrap();
    let got = queue.pop(bytemuck::pod_collect_to_vec::<u8, f32>);
    let rows = |rows: [[f32; 4]; 3]| rows.map(|[x, y, w, _]| [x, y, w]);
    let numbers = values[24..32].try_into().unwrap();
    let expected = pose_words(
        rows(pose.to_frame),
        rows(pose.to_plane),
        numbers,
        pose.bounds,
    );
    assert_eq!(got.unwrap().unwrap(), expected);
    assert_eq!(
        bytemuck::bytes_of(&pose),
        bytemuck::cast_slice::<f32, u8>(&expected)
    );
}

#[test]
fn the_journal_has_each_frame_in_order() {
    let gpu = crate::gpu::gpu();
    let known = KnownPose::new(&gpu).unwrap();
    let mut journal = Journal::new(&gpu);
    let mut recorder = Recorder::new(&gpu);
    let mut got = Vec::new();
    for frame in 0..30 {
        let seen = Seen {
            frame,
            ..Seen::default()
        };
        // Some frames are known without the GPU.
        if frame % 4 == 1 {
            journal.note(seen, Pose::nothing(TrackState::Idle, frame));
            continue;
        }
        let left = f64::from(frame);
        let quad = Quad::rectangle(left, 10.0, left + 50.0, 60.0);
        let mut recording = recorder.begin();
        let pose = Pose::known(&quad, frame, (200, 100));
        known.set(&mut recording, &pose).unwrap();
        journal.record(&mut recording, known.buffer(), seen);
        journal.submitted(&recording.submit().unwrap());
        journal.wait(4).unwrap();
        got.extend(std::iter::from_fn(|| journal.take().unwrap()));
    }
    journal.wait(0).unwrap();
    got.extend(std::iter::from_fn(|| journal.take().unwrap()));
    assert_eq!(got.len(), 30);
    for (frame, entry) in got.iter().enumerate() {
        assert_eq!(entry.seen.frame as usize, frame);
        match frame % 4 == 1 {
            true => assert_eq!((entry.state, entry.quad), (TrackState::Idle, None)),
            false => {
                assert_eq!(entry.state, TrackState::Tracking);
                let left = entry.quad.unwrap().0[0][0];
                assert!(
                    (left - frame as f64).abs() < 1e-4,
                    "{left} in frame {frame}"
                );
            }
        }
    }
}

const TRACK: &str = r#"
{"frame":0,"pts":0,"state":"tracking","confidence":0.9,"quad":[[10,10],[60,10],[60,60],[10,60]]}
{"frame":1,"pts":100,"state":"degraded","confidence":0.4,"quad":[[20,10],[70,10],[70,60],[20,60]]}
{"frame":2,"pts":200,"state":"lost","confidence":0,"quad":null}
"#;

#[test]
fn a_track_from_a_file_is_followed() {
    let gpu = crate::gpu::gpu();
    let track = Track::parse(TRACK).unwrap();
    let mut follow = Follow::new(&gpu, track, (200, 100)).unwrap();
    let settings = Settings {
        on_lost: OnLost::Hold,
        ..Settings::default()
    };
    let mut recorder = Recorder::new(&gpu);
    let mut step = |frame: u32, pts: u64| {
        let mut recording = recorder.begin();
        let seen = Seen {
            frame,
            pts: Some(pts),
            ..Seen::default()
        };
        let pose = follow.record(&mut recording, &seen, 0.04, &settings);
        recording.submit().unwrap();
        pose.unwrap()
    };
    let before = step(9, 5000);
    assert_eq!((before.state(), before.visibility), (TrackState::Lost, 0.0));
    let first = step(10, 0);
    assert_eq!(
        (first.state(), first.visibility),
        (TrackState::Tracking, 1.0)
    );
    let second = step(11, 104);
    assert_eq!(second.state(), TrackState::Degraded);
    assert_eq!(second.bounds, [20.0, 10.0, 70.0, 60.0]);
    // Lost, but held where it was.
    let lost = step(12, 200);
    assert_eq!((lost.state(), lost.quad()), (TrackState::Lost, None));
    assert_eq!((lost.visibility, lost.bounds), (1.0, second.bounds));
}
