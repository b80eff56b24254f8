//! Synthetic clips of a textured plane, and trackers that run on them.

use std::cell::Cell;

use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::{ChromaOrder, Frame, Subsampling};
use gstwgpu::trackoverlay::colour::StreamColour;
use gstwgpu::trackoverlay::pose::{Pose, TrackState};
use gstwgpu::trackoverlay::quad::{Homography, Point, Quad};
use gstwgpu::trackoverlay::settings::{MotionModel, OnLost};
use gstwgpu::trackoverlay::track::tracker::{TrackStep, Tracker};

use crate::denoise::noise_rig::{Random, read};
use crate::reference::samples::Samples;
use crate::trackoverlay::place::rig::{layout, upload};

pub const SIZE: (u32, u32) = (320, 240);
/// The quad as it is armed.
pub const ARMED: Quad = Quad([[102.0, 70.5], [214.3, 76.0], [209.0, 163.2], [98.4, 158.0]]);

const LATTICE: i64 = 64;

/// An unlimited texture from dark to bright, with smooth detail of three sizes.
pub struct Scene {
    lattices: [Vec<f64>; 3],
    /// Pixels of the finest detail.
    pub grain: f64,
}

/// Weights of the cubic B-spline.
fn spline(t: f64) -> [f64; 4] {
    let u = 1.0 - t;
    let middle = |a: f64| 2.0 / 3.0 - a * a * (1.0 - a / 2.0);
    [u * u * u / 6.0, middle(t), middle(u), t * t * t / 6.0]
}

fn smooth_noise(lattice: &[f64], x: f64, y: f64) -> f64 {
    let (columns, rows) = (spline(x - x.floor()), spline(y - y.floor()));
    let (x, y) = (x.floor() as i64, y.floor() as i64);
    let mut sum = 0.0;
    for (j, v) in rows.iter().enumerate() {
        let row = (y + j as i64).rem_euclid(LATTICE) * LATTICE;
        for (i, h) in columns.iter().enumerate() {
            sum += v * h * lattice[(row + (x + i as i64).rem_euclid(LATTICE)) as usize];
        }
    }
    sum
}

impl Scene {
    pub fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let mut lattice = || {
            (0..LATTICE * LATTICE)
                .map(|_| 2.0 * random.uniform() - 1.0)
                .collect()
        };
        Self {
            lattices: [lattice(), lattice(), lattice()],
            grain: 5.0,
        }
    }

    /// The same large shapes with other detail.
    pub fn lookalike(&self, seed: u64) -> Self {
        let mut other = Self::new(seed);
        other.lattices[2] = self.lattices[2].clone();
        other
    }

    /// In 8-bit code values.
    pub fn at(&self, [x, y]: Point) -> f64 {
        let [fine, middle, coarse] = &self.lattices;
        let of = |lattice: &[f64], size: f64| smooth_noise(lattice, x / size, y / size);
        let grain = self.grain;
        128.0
            + 100.0 * of(fine, grain)
            + 80.0 * of(middle, 2.7 * grain)
            + 60.0 * of(coarse, 6.3 * grain)
    }
}

/// Homography from a frame whose quad is `now` to the armed frame.
pub fn back(armed: &Quad, now: &Quad) -> Homography {
    let home = armed.homography().unwrap();
    home.after(&now.homography().unwrap().inverse())
}

/// A frame of `value(place)`.
pub fn frame(size: (u32, u32), mut value: impl FnMut(Point) -> f64) -> Samples {
    Samples::from_fn((size.0 as usize, size.1 as usize), |x, y| {
        value([x as f64, y as f64])
    })
}

/// The scene as it looks where the quad is `now`.
pub fn view(scene: &Scene, armed: &Quad, now: &Quad) -> Samples {
    let back = back(armed, now);
    frame(SIZE, |place| scene.at(back.map(place)))
}

pub fn add_noise(samples: &mut Samples, sigma: f64, random: &mut Random) {
    for value in &mut samples.data {
        *value += sigma * random.gauss();
    }
}

/// Turned by `angle` radians, grown and moved, about its middle.
pub fn moved(quad: &Quad, angle: f64, growth: f64, shift: Point) -> Quad {
    let middle = [0, 1].map(|i| quad.0.iter().map(|corner| corner[i]).sum::<f64>() / 4.0);
    let (sin, cos) = angle.sin_cos();
    Quad(quad.0.map(|corner| {
        let (x, y) = (corner[0] - middle[0], corner[1] - middle[1]);
        [
            middle[0] + growth * (cos * x - sin * y) + shift[0],
            middle[1] + growth * (sin * x + cos * y) + shift[1],
        ]
    }))
}

/// Mean distance of the corners in pixels.
pub fn distance(a: &Quad, b: &Quad) -> f64 {
    let corners = a.0.iter().zip(&b.0);
    corners
        .map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]))
        .sum::<f64>()
        / 4.0
}

thread_local! {
    static IS_CHAIN: Cell<bool> = const { Cell::new(false) };
}

/// Runs a test twice: with trackers divided into many dispatches, and into few.
pub fn in_both_ways(test: impl Fn()) {
    for is_chain in [false, true] {
        eprintln!("in a chain: {is_chain}");
        IS_CHAIN.set(is_chain);
        test();
    }
}

/// A tracker that is shown one frame after the other.
pub struct Follower {
    pub tracker: Tracker,
    frame: Frame,
    recorder: Recorder,
    pub step: TrackStep,
}

impl Follower {
    /// For frames of 8 bits.
    pub fn new(size: (u32, u32)) -> Self {
        Self::of_depth(size, 8)
    }

    pub fn of_depth(size: (u32, u32), depth: u32) -> Self {
        let gpu = crate::gpu::gpu();
        let layout = layout(size, Subsampling::Gray, ChromaOrder::PlanarUv, (depth, 0));
        Self {
            tracker: Tracker::in_chain(&gpu, layout, &StreamColour::usual(&layout), IS_CHAIN.get())
                .unwrap(),
            frame: Frame::new(&gpu, layout).unwrap(),
            recorder: Recorder::new(&gpu),
            step: TrackStep {
                frame: 0,
                seconds: 0.04,
                model: MotionModel::Homography,
                on_lost: OnLost::Hide,
                fade_out: 0.2,
                fade_in: 0.2,
                has_matte: true,
            },
        }
    }

    /// Of this size, and to follow a quad from the next frame on.
    pub fn armed(quad: &Quad) -> Self {
        let mut follower = Self::new(SIZE);
        follower.tracker.arm(*quad).unwrap();
        follower
    }

    pub fn show(&mut self, luma: &Samples) -> Pose {
        let bytes: Vec<u8> = match self.frame.layout().depth {
            8 => luma
                .data
                .iter()
                .map(|v| v.round().clamp(0.0, 255.0) as u8)
                .collect(),
            depth => {
                let scale = f64::from(1u32 << (depth - 8));
                let code = |v: &f64| (v * scale).round().clamp(0.0, 256.0 * scale - 1.0) as u16;
                luma.data
                    .iter()
                    .flat_map(|v| code(v).to_le_bytes())
                    .collect()
            }
        };
        upload(&self.frame, &vec![bytes]);
        let mut recording = self.recorder.begin();
        self.tracker
            .record(&mut recording, &self.frame, &self.step)
            .unwrap();
        recording.submit().unwrap();
        self.step.frame += 1;
        bytemuck::pod_read_unaligned(&read(self.tracker.pose()))
    }
}

/// Errors of all tracked frames, and number of frames in which the plane was lost.
#[derive(Debug, Default)]
pub struct Outcome {
    pub errors: Vec<f64>,
    pub lost: usize,
    pub quads: Vec<Quad>,
}

impl Outcome {
    pub fn note(&mut self, pose: &Pose, truth: &Quad) {
        match pose.quad() {
            Some(quad) => {
                self.errors.push(distance(&quad, truth));
                self.quads.push(quad);
            }
            None => self.lost += 1,
        }
    }

    pub fn mean(&self) -> f64 {
        self.errors.iter().sum::<f64>() / self.errors.len() as f64
    }

    /// Asserts that the plane was never lost, and that the mean error of the corners is at most this.
    pub fn assert_within(&self, what: &str, most: f64) {
        assert_eq!(self.lost, 0, "{what}: lost, {:.3?}", self.errors);
        assert!(
            self.mean() <= most,
            "{what}: {:.3} of {:.3?}",
            self.mean(),
            self.errors
        );
    }
}

/// Tracks the scene through `count` frames; `look(n, frame, truth)` can change them.
pub fn follow(
    count: usize,
    truth: impl Fn(usize) -> Quad,
    mut look: impl FnMut(usize, &mut Samples),
) -> Outcome {
    let scene = Scene::new(3);
    let armed = truth(0);
    let mut follower = Follower::armed(&armed);
    let mut outcome = Outcome::default();
    let mut random = Random(17);
    for n in 0..count {
        let now = truth(n);
        let mut luma = view(&scene, &armed, &now);
        look(n, &mut luma);
        add_noise(&mut luma, 1.0, &mut random);
        outcome.note(&follower.show(&luma), &now);
    }
    outcome
}

pub fn is_followed(pose: &Pose) -> bool {
    matches!(pose.state(), TrackState::Tracking | TrackState::Degraded)
}
