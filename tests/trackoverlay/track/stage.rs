//! Planes that move, with light on them and something in front, and what the tracker finds of it.

use gstwgpu::trackoverlay::quad::Point;

use super::tracker_rig::{ARMED, Follower, SIZE, Scene, add_noise, back, frame, moved};
use crate::denoise::noise_rig::{Random, read};
use crate::reference::homography::map;

/// Of a plane that moves: light on it and what is in front of it, by place in the armed frame.
pub struct Stage<'a> {
    pub count: usize,
    pub light: &'a dyn Fn(usize, Point) -> f64,
    /// What is seen, given the lit plane there.
    pub front: &'a dyn Fn(usize, Point, f64) -> f64,
    /// Contrast of the plane's texture, and its noise.
    pub texture: f64,
    pub noise: f64,
}

pub const COUNT: usize = 6;

/// The tracker after some frames.
pub fn shown(stage: &Stage<'_>) -> Follower {
    let scene = Scene::new(3);
    let mut follower = Follower::armed(&ARMED);
    let mut random = Random(4);
    for n in 0..stage.count {
        let now = moved(
            &ARMED,
            0.003 * n as f64,
            1.0,
            [1.3 * n as f64, -0.7 * n as f64],
        );
        let back = back(&ARMED, &now);
        let mut luma = frame(SIZE, |place| {
            let place = back.map(place);
            let plane = 128.0 + stage.texture * (scene.at(place) - 128.0);
            let lit = 16.0 + (stage.light)(n, place) * (plane - 16.0);
            (stage.front)(n, place, lit)
        });
        add_noise(&mut luma, stage.noise, &mut random);
        follower.show(&luma);
    }
    follower
}

/// Cells of the matte after some frames, and their places in the armed frame.
pub fn played(stage: &Stage<'_>) -> Vec<(Point, [f32; 4])> {
    let follower = shown(stage);
    let home = ARMED.homography().unwrap();
    let matte = follower.tracker.matte();
    let count = matte.cols as usize;
    let mut cells: Vec<[f32; 4]> = bytemuck::pod_collect_to_vec(&read(&matte.buffer));
    cells.truncate(count * count);
    let place = |at: usize| {
        let p = [at % count, at / count].map(|v| (2 * v + 1) as f64 / count as f64 - 1.0);
        map(&home.0, p)
    };
    cells
        .iter()
        .enumerate()
        .map(|(at, cell)| (place(at), *cell))
        .collect()
}

pub fn soft_disc(place: Point, middle: Point, radius: f64, edge: f64) -> f64 {
    let far = (place[0] - middle[0]).hypot(place[1] - middle[1]);
    1.0 - ((far - radius) / edge + 0.5).clamp(0.0, 1.0)
}

/// A shadow's middle; it moves.
pub fn shadow_at(n: usize) -> Point {
    [120.0 + 6.0 * n as f64, 110.0]
}

/// Shares of texels in the last frame, and where they lie in the armed one.
pub fn shares_of(follower: &Follower) -> Vec<(Point, f64)> {
    let matte = follower.tracker.matte();
    let side = (matte.cols * matte.cell_texels) as usize;
    let home = ARMED.homography().unwrap();
    let shares: Vec<f32> = bytemuck::pod_collect_to_vec(&read(&matte.shares));
    let place = |at: usize| {
        let p = [at % side, at / side].map(|v| (2 * v + 1) as f64 / side as f64 - 1.0);
        map(&home.0, p)
    };
    let shares = shares.iter().take(side * side).enumerate();
    shares
        .map(|(at, share)| (place(at), f64::from(*share)))
        .collect()
}
