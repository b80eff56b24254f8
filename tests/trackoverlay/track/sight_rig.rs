//! A frame with a plane in it, and its template, for single kernels of the tracker.

use bytemuck::Zeroable;
use gstwgpu::gpu::{Binding, StorageBuffer};
use gstwgpu::trackoverlay::track::passes::{FOLLOW, FitParams, FrameParams, SearchParams};

use super::rig::{Track, buffer, light_words, rows_to_columns, singles};
use super::tracker_rig::Scene;
use crate::denoise::noise_rig::Random;
use crate::reference::homography::{Point, Rows, inverse, map, normalised, product};
use crate::reference::samples::Samples;
use crate::reference::track::sight::{Light, Sight};
use crate::reference::track::template::place;

/// Samples along a side of the grids, the finest first.
const SIDES: [usize; 4] = [96, 64, 32, 16];
/// Levels of all grids are whole rows wide.
const FRAME: (u32, u32) = (192, 150);
/// Something in front of the plane, in plane coordinates, that the template does not have.
const NOISE: f64 = 1.5;

/// As the GPU holds it.
pub fn held(value: f64) -> f64 {
    f64::from(value as f32)
}

pub fn held_rows(rows: &Rows) -> Rows {
    rows.map(|row| row.map(held))
}

/// Inputs of the kernels, for the GPU and for twins.
pub struct Stand {
    pub sight: Sight,
    /// Position of the plane; a part of its ring lies outside the frame.
    pub truth: Rows,
    pub light: Light,
    pub params: FitParams,
    pub geometry: Geometry,
    pub random: Random,
}

/// Texture of the plane, in code values minus 128.
struct Texture {
    scene: Scene,
    /// Pixels in a unit of the plane.
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

/// The homography with corners moved by up to about this many pixels.
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
fn level(texture: &Texture, truth: &Rows, light: &Light, of: &Geometry) -> Samples {
    let other = Scene::new(91);
    let back = inverse(truth);
    let mut random = Random(6);
    let size = (of.size[0] as usize, of.size[1] as usize);
    Samples::from_fn(size, |x, y| {
        let [x, y] = [x, y].map(|v| v as f64 * of.step);
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

/// A grid and its level, in a frame whose finest level is as large as itself.
#[derive(Debug, Clone, Copy)]
pub struct Geometry {
    /// Width and height of the level, without a gap from row to row.
    pub size: [u32; 2],
    /// Pixels from sample to sample.
    pub step: f64,
    /// Numbers of the first sample of the grid, and of the level.
    pub first: usize,
    pub start: usize,
}

impl Geometry {
    fn new(grid: usize) -> Self {
        let size = |grid: usize| [FRAME.0, FRAME.1].map(|side| side.div_ceil(1 << grid));
        let area = |grid: usize| size(grid).into_iter().product::<u32>() as usize;
        Self {
            size: size(grid),
            step: f64::from(1u32 << grid),
            first: SIDES[..grid].iter().map(|side| side * side).sum(),
            start: (0..grid).map(area).sum(),
        }
    }
}

/// Parameters of a kernel that looks at one of four grids.
pub fn params(grid: usize) -> FitParams {
    FitParams {
        width: FRAME.0,
        height: FRAME.1,
        shrink: 1,
        top: 3,
        grid: grid as u32,
        when: FOLLOW,
        model: 3,
        ..FitParams::zeroed()
    }
}

pub fn frame_params(grid: usize) -> FrameParams {
    FrameParams {
        width: FRAME.0,
        height: FRAME.1,
        shrink: 1,
        top: 3,
        grid: grid as u32,
        when: FOLLOW,
    }
}

pub fn search_params(grid: usize, reach: u32) -> SearchParams {
    SearchParams {
        width: FRAME.0,
        height: FRAME.1,
        shrink: 1,
        top: 3,
        grid: grid as u32,
        when: FOLLOW,
        reach,
    }
}

impl Stand {
    /// As one of four grids looks at it.
    pub fn new(grid: usize) -> Self {
        let geometry = Geometry::new(grid);
        let step = geometry.step;
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
            level: level(&texture, &truth, &light, &geometry),
            step,
            origin: 0.0,
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
            params: params(grid),
            geometry,
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
        track.image_taps[self.params.grid as usize] = [a[0], a[1], b[0], b[1]];
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
        // What is before the grid, and before its level, belongs to others.
        let mut template = vec![[9e9; 4]; self.geometry.first];
        template.extend(singles(&self.sight.template));
        let mut levels = vec![9e9f32; self.geometry.start];
        levels.extend(self.sight.level.data.iter().map(|v| *v as f32));
        Seen {
            levels: buffer(&levels),
            rendered: buffer(&template),
            memory: buffer(&singles(&self.sight.memory)),
        }
    }
}

pub struct Seen {
    pub levels: StorageBuffer,
    pub rendered: StorageBuffer,
    pub memory: StorageBuffer,
}

impl Seen {
    pub fn bindings<'a>(&'a self, track: &'a StorageBuffer) -> Vec<(&'a str, Binding<'a>)> {
        vec![
            ("track", track.into()),
            ("levels", (&self.levels).into()),
            ("rendered", (&self.rendered).into()),
            ("memory", (&self.memory).into()),
        ]
    }
}
