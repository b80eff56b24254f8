//! A frame with a plane in it, and its template, for single kernels of the tracker.

use bytemuck::Zeroable;
use gstwgpu::gpu::{Binding, StorageBuffer};
use gstwgpu::trackoverlay::track::passes::{FOLLOW, TrackParams};

use super::rig::{Track, buffer, light_words, rows_to_columns, singles};
use super::tracker_rig::Scene;
use crate::denoise::noise_rig::Random;
use crate::reference::homography::{Point, Rows, inverse, map, normalised, product};
use crate::reference::samples::Samples;
use crate::reference::track::sight::{Light, Sight};
use crate::reference::track::template::place;

/// Samples along a side of the grids, the finest first.
const SIDES: [usize; 4] = [96, 64, 32, 16];
const FRAME: (u32, u32) = (160, 150);
/// What a frame brings that the template has not, in the plane.
const NOISE: f64 = 1.5;

/// As the GPU holds it.
pub fn held(value: f64) -> f64 {
    f64::from(value as f32)
}

pub fn held_rows(rows: &Rows) -> Rows {
    rows.map(|row| row.map(held))
}

/// What kernels read, for the GPU and for twins.
pub struct Stand {
    pub sight: Sight,
    /// Where the plane is; some of the ring is off the frame.
    pub truth: Rows,
    pub light: Light,
    pub params: TrackParams,
    pub random: Random,
}

/// A plane's texture, in code values less 128.
struct Texture {
    scene: Scene,
    /// Pixels to a unit of the plane.
    scale: Point,
}

impl Texture {
    fn at(&self, [x, y]: Point) -> f64 {
        self.scene.at([x * self.scale[0], y * self.scale[1]]) - 128.0
    }

    /// Value and gradient.
    fn sample(&self, p: Point, is_there: bool) -> [f64; 4] {
        let d = 0.01;
        let slope =
            |x, y| (self.at([p[0] + x, p[1] + y]) - self.at([p[0] - x, p[1] - y])) / (2.0 * d);
        let there = f64::from(u8::from(is_there));
        [self.at(p), slope(d, 0.0), slope(0.0, d), there].map(held)
    }
}

/// Off by up to so many pixels at each corner or so.
pub fn shaken(h: &Rows, pixels: f64, random: &mut Random) -> Rows {
    let mut any = |size: f64| size * (2.0 * random.uniform() - 1.0);
    let unit = pixels / 55.0;
    let shake = [
        [1.0 + any(0.5 * unit), any(0.5 * unit), any(unit)],
        [any(0.5 * unit), 1.0 + any(0.5 * unit), any(unit)],
        [any(0.2 * unit), any(0.2 * unit), 1.0],
    ];
    held_rows(&normalised(&product(h, &shake)))
}

/// The frame: the plane in its light, a ring that is no part of it, something in front, and noise.
fn level(texture: &Texture, truth: &Rows, light: &Light, stand: &TrackParams) -> Samples {
    let other = Scene::new(91);
    let back = inverse(truth);
    let mut random = Random(5);
    let size = (stand.level_pitch as usize, stand.level_height as usize);
    Samples::from_fn(size, |x, y| {
        let [x, y] = [x, y].map(|v| v as f64 * f64::from(stand.step) + f64::from(stand.origin));
        let p = map(&back, [x, y]);
        let is_hidden = (80.0..115.0).contains(&x) && (60.0..95.0).contains(&y);
        let value = if p[0].abs() > 1.1 || p[1].abs() > 1.1 {
            other.at([x, y]) - 128.0
        } else if is_hidden {
            other.at([y, x]) - 100.0
        } else {
            light.of(texture.at(p), p)
        };
        held(value + NOISE * random.gauss())
    })
}

/// Parameters of a kernel that looks at one of four grids.
pub fn params(grid: usize) -> TrackParams {
    let step = 1u32 << grid;
    let [width, height] = [FRAME.0, FRAME.1].map(|side| side.div_ceil(step));
    TrackParams {
        width: FRAME.0,
        height: FRAME.1,
        level: grid as u32,
        level_width: width,
        level_height: height,
        level_pitch: width.next_multiple_of(4),
        step: step as f32,
        origin: 0.5,
        side: SIDES[grid] as u32,
        first: 7,
        when: FOLLOW,
        model: 3,
        ..TrackParams::zeroed()
    }
}

impl Stand {
    /// As one of four grids looks at it.
    pub fn new(grid: usize) -> Self {
        let params = params(grid);
        let step = f64::from(params.step);
        let quad = gstwgpu::trackoverlay::quad::Quad([
            [22.0, 40.0],
            [130.0, 46.0],
            [126.0, 134.0],
            [18.0, 128.0],
        ]);
        let truth = held_rows(&normalised(&quad.homography().unwrap().0));
        let light = Light {
            gain: 0.9,
            bias: [6.0, 3.0, -2.0, 1.0, -0.5, 1.5],
            scale: 2.0,
        };
        let mut random = Random(11 + grid as u64);
        let mut scene = Scene::new(3);
        scene.grain = 4.0 * step;
        let texture = Texture {
            scene,
            scale: [54.0, 44.0],
        };
        let side = SIDES[grid];
        let template = (0..side * side).map(|at| {
            let is_there = random.uniform() > 0.03;
            texture.sample(place(at % side, at / side, side), is_there)
        });
        let template = template.collect();
        let memory = (0..256).map(|_| [0; 2].map(|_| held(random.uniform().powi(2))));
        let sight = Sight {
            level: level(&texture, &truth, &light, &params),
            step,
            origin: 0.5,
            frame: [f64::from(FRAME.0), f64::from(FRAME.1)],
            side,
            template,
            memory: memory.collect(),
            sides: [108.0, 88.0],
            taps: [[0.0; 2]; 2],
        };
        Self {
            sight,
            truth,
            light,
            params,
            random,
        }
    }

    /// A track that is followed at `h` in this light.
    pub fn track(&self, h: &Rows, light: &Light) -> Track {
        let mut track = Track::zeroed();
        let [a, b] = self.sight.taps.map(|tap| tap.map(|v| v as f32));
        let at = rows_to_columns(h);
        (track.now, track.predicted, track.last, track.seen) = (at, at, at, at);
        track.light = light_words(light);
        track.last_light = track.light;
        track.image_taps[self.params.level as usize] = [a[0], a[1], b[0], b[1]];
        track.size = [
            self.sight.sides[0] as f32,
            self.sight.sides[1] as f32,
            0.0,
            0.0,
        ];
        track.mode = FOLLOW;
        track
    }

    /// Buffers of what the sight has.
    pub fn seen(&self) -> Seen {
        let pitch = self.sight.level.width;
        assert_eq!(pitch, self.params.level_pitch as usize);
        // What is before the grid belongs to others.
        let mut template = vec![[9e9; 4]; self.params.first as usize];
        template.extend(singles(&self.sight.template));
        let level: Vec<f32> = self.sight.level.data.iter().map(|v| *v as f32).collect();
        Seen {
            level: buffer(&level),
            rendered: buffer(&template),
            memory: buffer(&singles(&self.sight.memory)),
        }
    }
}

pub struct Seen {
    pub level: StorageBuffer,
    pub rendered: StorageBuffer,
    pub memory: StorageBuffer,
}

impl Seen {
    pub fn bindings<'a>(&'a self, track: &'a StorageBuffer) -> Vec<(&'a str, Binding<'a>)> {
        vec![
            ("track", track.into()),
            ("level", (&self.level).into()),
            ("rendered", (&self.rendered).into()),
            ("memory", (&self.memory).into()),
        ]
    }
}
