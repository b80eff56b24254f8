//! The Kalman update and the fusion of two states, against twins.

use gstwgpu::denoise::motion::VectorField;
use gstwgpu::denoise::planes::{PictureShape, Planes};
use gstwgpu::denoise::temporal::{Context, States, Temporal};
use gstwgpu::gpu::{Image, StorageBuffer};

use super::rig::{
    SIZES, STEP, assert_same, gray, held, mapped_noise_model, noise_model, planes,
    read_component_state, states, submit, texture, variances, write, write_image,
};
use crate::denoise::noise_rig::Random;
use crate::reference::kalman::{Field, Update};
use crate::reference::samples::{Samples, State};
use crate::reference::temporal::update;
use crate::reference::temporal_fuse::fuse;

/// Half a step of what is stored, and what single precision loses.
const TOLERANCE: f64 = STEP / 2.0 + 0.001;
/// The same for deviations, which are stored in steps of 1/256.
const DEVIATION_TOLERANCE: f64 = 0.5 / 256.0 + 0.001;

/// Noise that grows with luma, different in each component.
fn curves() -> [[f32; 16]; 3] {
    [1.0, 2.0, 0.5].map(|gain| std::array::from_fn(|k| gain * (20.0 + 10.0 * k as f32)))
}

/// Input of an update.
struct Scene {
    shape: PictureShape,
    past: Vec<State>,
    /// Part of it continues the past, part is entirely new.
    now: Vec<Samples>,
    field: Field,
}

/// Blocks of which some move far, and some become brighter or darker.
fn field((width, height): (u32, u32), block: u32, random: &mut Random) -> Field {
    let (columns, rows) = (
        width.div_ceil(block) as usize,
        height.div_ceil(block) as usize,
    );
    let mut quarter = |most: f64| (most * 4.0 * (2.0 * random.uniform() - 1.0)).round() / 4.0;
    let motion = |at| {
        let [x, y] = if at % 5 == 2 {
            [90.0, 60.0]
        } else {
            [3.0, 3.0]
        };
        let fade = if at % 3 == 1 { 6.0 } else { 0.0 };
        [quarter(x), quarter(y), quarter(fade)]
    };
    Field {
        columns,
        rows,
        block: f64::from(block),
        vectors: (0..columns * rows).map(motion).collect(),
    }
}

/// 4:2:0, 4:2:2, 4:4:4 and gray, all components in one dispatch or each in its own.
fn shapes(luma: (u32, u32)) -> Vec<PictureShape> {
    let shape = |shifts: (u32, u32), joined| PictureShape {
        luma,
        chroma: Some((
            luma.0.div_ceil(1 << shifts.0),
            luma.1.div_ceil(1 << shifts.1),
        )),
        shifts,
        joined,
    };
    vec![
        gray(luma),
        shape((1, 1), true),
        shape((1, 0), true),
        shape((0, 0), true),
        shape((1, 1), false),
    ]
}

fn scene(shape: PictureShape, block: u32) -> Scene {
    let mut random = Random(21);
    let past = |component| State {
        values: texture(shape.size(component), 4.0, 31 + component as u64),
        variances: variances(shape.size(component), 1.0, 8.0, 41),
    };
    let past: Vec<_> = (0..shape.components()).map(past).collect();
    let mut now = |past: &State| {
        Samples::from_fn((past.values.width, past.values.height), |x, y| {
            let change = if x % 23 > 15 && y % 19 > 9 { 60.0 } else { 0.0 };
            held(past.values.at(x, y) + change + 9.0 * random.gauss())
        })
    };
    Scene {
        shape,
        now: past.iter().map(&mut now).collect(),
        past,
        field: field(shape.luma, block, &mut random),
    }
}

impl Scene {
    fn image(&self) -> Image {
        let size = (self.field.columns as u32, self.field.rows as u32);
        let format = wgpu::TextureFormat::Rgba32Float;
        let image = Image::new(&crate::gpu::gpu(), "test", format, size);
        let texel = |v: &[f64; 3]| [v[0] as f32, v[1] as f32, 5.0, v[2] as f32];
        let texels: Vec<_> = self.field.vectors.iter().map(texel).collect();
        write_image(&image, &texels);
        image
    }

    fn twin(&self, component: usize, forget: bool) -> Update<'_> {
        let (x, y) = match component {
            0 => (0, 0),
            _ => self.shape.shifts,
        };
        Update {
            past: &self.past[component],
            measured: &self.now[component],
            field: &self.field,
            reduction: [f64::from(1 << x), f64::from(1 << y)],
            is_luma: component == 0,
            tolerance: [1.4, 5.0],
            forget,
        }
    }

    /// States that the GPU computes, from a picture or from a state with variances. One invocation for each
    /// row of a tile gives exactly the same as one for each tile.
    fn run(&self, cut: bool, restart: bool, forward: Option<&[Samples]>) -> Vec<State> {
        let [tiles, lanes] = [false, true].map(|lanes| {
            let temporal = Temporal::with_lanes(&crate::gpu::gpu(), lanes).unwrap();
            self.run_by(&temporal, [cut, restart], forward, None)
        });
        for (component, (tiles, lanes)) in tiles.iter().zip(&lanes).enumerate() {
            let what = format!("{:?} {component} by lanes", self.shape);
            assert_same(&what, &lanes.values, &tiles.values, 0.0, &[]);
            assert_same(&what, &lanes.variances, &tiles.variances, 0.0, &[]);
        }
        lanes
    }

    fn run_by(
        &self,
        temporal: &Temporal,
        [cut, restart]: [bool; 2],
        forward: Option<&[Samples]>,
        map: Option<&StorageBuffer>,
    ) -> Vec<State> {
        let gpu = crate::gpu::gpu();
        let image = self.image();
        let scene = StorageBuffer::new(&gpu, "scene", 8);
        write(&scene, bytemuck::bytes_of(&[u32::from(cut), 7]));
        let noise = match map {
            Some(_) => mapped_noise_model(&curves()),
            None => noise_model(0.0, &curves()),
        };
        let context = Context {
            motion: VectorField {
                vectors: &image,
                block: self.field.block as u32,
            },
            noise: &noise,
            map,
            scene: &scene,
            restart,
        };
        let past = states(self.shape, &self.past);
        let next = Planes::state(&gpu, "next", self.shape);
        let pair = States {
            past: &past,
            next: &next,
        };
        self.record(temporal, context, pair, forward);
        let components = 0..self.shape.components();
        components.map(|c| read_component_state(&next, c)).collect()
    }

    fn record(
        &self,
        temporal: &Temporal,
        context: Context<'_>,
        pair: States<'_>,
        forward: Option<&[Samples]>,
    ) {
        let now = planes(self.shape, &self.now);
        let forward = forward.map(|variances| {
            let state = |(values, variances): (&Samples, &Samples)| State {
                values: values.clone(),
                variances: variances.clone(),
            };
            let all: Vec<_> = self.now.iter().zip(variances).map(state).collect();
            states(self.shape, &all)
        });
        for part in self.shape.all() {
            submit(|r| match &forward {
                None => temporal.update(r, context, &part, &now, pair),
                Some(forward) => temporal.fuse(r, context, &part, forward, pair),
            });
        }
    }
}

fn assert_states(what: &str, found: &State, wanted: &State) {
    let mut values = wanted.values.clone();
    values
        .data
        .iter_mut()
        .for_each(|v| *v = v.clamp(-64.0, 448.0 - STEP));
    assert_same(what, &found.values, &values, TOLERANCE, &[]);
    let deviations = |samples: &Samples| Samples {
        data: samples.data.iter().map(|v| v.sqrt()).collect(),
        ..*samples
    };
    let (found, wanted) = (deviations(&found.variances), deviations(&wanted.variances));
    assert_same(
        &format!("{what} deviation"),
        &found,
        &wanted,
        DEVIATION_TOLERANCE,
        &[],
    );
}

#[test]
fn updates_match_their_twin() {
    for (size, block) in SIZES.into_iter().flat_map(|size| [(size, 16), (size, 8)]) {
        for shape in shapes(size) {
            let scene = scene(shape, block);
            let found = scene.run(false, false, None);
            for (component, found) in found.iter().enumerate() {
                let curve = curves()[component].map(f64::from);
                let wanted = update(&scene.twin(component, false), &scene.now[0], &curve, |_| {
                    Some(1.0)
                });
                assert_states(&format!("{shape:?} {component} {block}"), found, &wanted);
            }
        }
    }
}

/// Share of the noise in a tile: none, some, all, or a border.
fn place([x, y]: [usize; 2]) -> Option<f64> {
    [Some(0.0), Some(0.25), Some(1.0), None][(x + 2 * y) % 4]
}

#[test]
fn a_map_of_the_noise_is_followed() {
    let size = (72, 48);
    for shape in shapes(size) {
        let mut scene = scene(shape, 16);
        // Where the past had no noise, it says nothing of how well it was known.
        for past in &mut scene.past {
            let columns = past.values.width;
            let variances = past.variances.data.iter_mut().enumerate();
            for (_, variance) in variances.filter(|(at, _)| at % columns % 24 < 6) {
                *variance = 0.0;
            }
        }
        let chroma = shape.chroma.unwrap_or((0, 0));
        let mut entries = Vec::new();
        for (width, height) in [size, chroma] {
            for (y, x) in (0..height / 8).flat_map(|y| (0..width / 8).map(move |x| (y, x))) {
                entries.push(match place([x as usize, y as usize]) {
                    Some(share) => [1.0 - share as f32, 1.0],
                    None => [0.5, -0.5],
                });
            }
        }
        let map = StorageBuffer::new(&crate::gpu::gpu(), "map", entries.len() as u64 * 8);
        write(&map, bytemuck::cast_slice(&entries));
        for lanes in [false, true] {
            let temporal = Temporal::with_lanes(&crate::gpu::gpu(), lanes).unwrap();
            let found = scene.run_by(&temporal, [false; 2], None, Some(&map));
            for (component, found) in found.iter().enumerate() {
                let curve = curves()[component].map(f64::from);
                let (width, height) = shape.size(component);
                let [last_x, last_y] = [width, height].map(|size| size as usize / 8 - 1);
                let twin = scene.twin(component, false);
                let wanted = update(&twin, &scene.now[0], &curve, |[x, y]| {
                    place([x.min(last_x), y.min(last_y)])
                });
                assert_states(&format!("{shape:?} {component}"), found, &wanted);
            }
        }
    }
}

#[test]
fn fusions_match_their_twin() {
    for shape in SIZES.into_iter().flat_map(shapes) {
        let scene = scene(shape, 16);
        let sizes = (0..shape.components()).map(|component| shape.size(component));
        let variances: Vec<_> = sizes.map(|size| variances(size, 1.0, 6.0, 44)).collect();
        // A cut or its absence is nothing to a fusion.
        let found = scene.run(true, false, Some(&variances));
        for (component, found) in found.iter().enumerate() {
            let update = Update {
                tolerance: [1.3, 4.0],
                ..scene.twin(component, false)
            };
            let wanted = fuse(&update, &variances[component]);
            assert_states(&format!("{shape:?} {component}"), found, &wanted);
        }
    }
}

#[test]
fn cuts_and_restarts_forget_the_past() {
    let scene = scene(gray((67, 45)), 16);
    let curve = curves()[0].map(f64::from);
    let wanted = update(&scene.twin(0, true), &scene.now[0], &curve, |_| Some(1.0));
    assert_eq!(wanted.values.at(3, 3), scene.now[0].at(3, 3));
    for (cut, restart) in [(true, false), (false, true)] {
        assert_states("forgotten", &scene.run(cut, restart, None)[0], &wanted);
    }
}

/// States that the kernels for GPUs compute.
pub fn outputs_by_lanes() -> Vec<u8> {
    let temporal = Temporal::with_lanes(&crate::gpu::gpu(), true).unwrap();
    let mut all = Vec::new();
    for shape in SIZES.into_iter().flat_map(shapes) {
        for state in scene(shape, 16).run_by(&temporal, [false; 2], None, None) {
            all.extend_from_slice(bytemuck::cast_slice(&state.values.data));
            all.extend_from_slice(bytemuck::cast_slice(&state.variances.data));
        }
    }
    all
}
