//! The Kalman update and the fusion of two states, against twins.

use gstwgpu::denoise::motion::VectorField;
use gstwgpu::denoise::plane::Plane;
use gstwgpu::denoise::temporal::{Context, Sampling, States, Temporal};
use gstwgpu::gpu::{Image, StorageBuffer};

use super::noise_rig::Random;
use super::rig::{
    SIZES, STEP, assert_same, filled, held, noise_model, read_state, state, submit, texture,
    values, variances, write, write_image,
};
use crate::reference::kalman::{Field, Update};
use crate::reference::samples::{Samples, State};
use crate::reference::temporal::update;
use crate::reference::temporal_fuse::fuse;

/// Half a step of what is stored, and what single precision loses.
const TOLERANCE: f64 = STEP / 2.0 + 0.001;
/// The same for deviations, which are stored in steps of 1/256.
const DEVIATION_TOLERANCE: f64 = 0.5 / 256.0 + 0.001;

/// Noise that grows with light, other in each component.
fn curves() -> [[f32; 16]; 3] {
    [1.0, 2.0, 0.5].map(|gain| std::array::from_fn(|k| gain * (20.0 + 10.0 * k as f32)))
}

/// What a test carries and corrects.
struct Scene {
    /// Size of luma and of the component.
    luma: (u32, u32),
    size: (u32, u32),
    shifts: (u32, u32),
    component: usize,
    past: State,
    /// Some of it as the past has it, some entirely new.
    now: Samples,
    luma_now: Samples,
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

fn scene(luma: (u32, u32), shifts: (u32, u32), component: usize, block: u32) -> Scene {
    let mut random = Random(21);
    let size = (
        luma.0.div_ceil(1 << shifts.0),
        luma.1.div_ceil(1 << shifts.1),
    );
    let past = State {
        values: texture(size, 4.0, 31),
        variances: variances(size, 1.0, 8.0, 32),
    };
    let now = Samples::from_fn(filled(size), |x, y| {
        let change = if x % 23 > 15 && y % 19 > 9 { 60.0 } else { 0.0 };
        held(past.values.at(x, y) + change + 9.0 * random.gauss())
    });
    Scene {
        luma,
        size,
        shifts,
        component,
        past,
        now,
        luma_now: texture(luma, 9.0, 33),
        field: field(luma, block, &mut random),
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

    fn twin(&self, forget: bool) -> Update<'_> {
        Update {
            past: &self.past,
            measured: &self.now,
            field: &self.field,
            reduction: [f64::from(1 << self.shifts.0), f64::from(1 << self.shifts.1)],
            is_luma: self.component == 0,
            tolerance: [1.4, 5.0],
            forget,
        }
    }

    /// The state that the GPU makes, of a picture or, with its variances, of a state.
    fn run(&self, cut: bool, restart: bool, forward: Option<&Samples>) -> State {
        let gpu = crate::gpu::gpu();
        let image = self.image();
        let scene = StorageBuffer::new(&gpu, "scene", 8);
        write(&scene, bytemuck::bytes_of(&[u32::from(cut), 7]));
        let luma = values(self.luma, &self.luma_now);
        let noise = noise_model(0.0, &curves());
        let context = Context {
            motion: VectorField {
                vectors: &image,
                block: self.field.block as u32,
            },
            luma: &luma,
            noise: &noise,
            scene: &scene,
            restart,
        };
        let (past, next) = (
            state(self.size, &self.past),
            Plane::state(&gpu, "next", self.size),
        );
        let states = States {
            past: &past,
            next: &next,
        };
        self.record(context, states, forward);
        read_state(&next)
    }

    fn record(&self, context: Context<'_>, states: States<'_>, forward: Option<&Samples>) {
        let sampling = Sampling {
            component: self.component,
            shifts: self.shifts,
        };
        let temporal = Temporal::new(&crate::gpu::gpu()).unwrap();
        match forward {
            None => {
                let now = values(self.size, &self.now);
                submit(|r| temporal.update(r, context, sampling, &now, states));
            }
            Some(variances) => {
                let forward = State {
                    values: self.now.clone(),
                    variances: variances.clone(),
                };
                let forward = state(self.size, &forward);
                submit(|r| temporal.fuse(r, context, sampling, &forward, states));
            }
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
    for size in SIZES {
        for (component, shifts) in [(0, (0, 0)), (1, (1, 1)), (2, (1, 0)), (1, (0, 0))] {
            for block in [16, 8] {
                let scene = scene(size, shifts, component, block);
                let curve = curves()[component].map(f64::from);
                let wanted = update(&scene.twin(false), &scene.luma_now, &curve);
                let what = format!("{size:?} {component} {shifts:?} {block}");
                assert_states(&what, &scene.run(false, false, None), &wanted);
            }
        }
    }
}

#[test]
fn fusions_match_their_twin() {
    for size in SIZES {
        for shifts in [(0, 0), (1, 1)] {
            let scene = scene(size, shifts, 0, 16);
            let variances = variances(scene.size, 1.0, 6.0, 44);
            let update = Update {
                tolerance: [1.3, 4.0],
                ..scene.twin(false)
            };
            let wanted = fuse(&update, &variances);
            // A cut or its absence is nothing to a fusion.
            let found = scene.run(true, false, Some(&variances));
            assert_states(&format!("{size:?} {shifts:?}"), &found, &wanted);
        }
    }
}

#[test]
fn cuts_and_restarts_forget_the_past() {
    let scene = scene((67, 45), (0, 0), 0, 16);
    let curve = curves()[0].map(f64::from);
    let wanted = update(&scene.twin(true), &scene.luma_now, &curve);
    assert_eq!(wanted.values.at(3, 3), scene.now.at(3, 3));
    for (cut, restart) in [(true, false), (false, true)] {
        assert_states("forgotten", &scene.run(cut, restart, None), &wanted);
    }
}
