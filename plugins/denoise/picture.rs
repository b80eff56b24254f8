//! Denoises one stream of pictures: progressive frames, or the fields of one parity.
//!
//! At picture n the state, its noisy average and variance, moves on to n. Without lookahead n is
//! then filtered spatially and goes out. With lookahead L it is n - L that goes out: a second
//! recursion runs backwards from n to n - L + 1, and is fused into the state of n - L first.

use super::component::Component;
use super::guide::{FullGuide, Guide, GuideMaker};
use super::motion::{Motion, VectorField};
use super::motion_fine::FineMotion;
use super::noise::NoiseEstimator;
use super::plane::Plane;
use super::scene_cut::SceneCut;
use super::settings::{Preset, Settings};
use super::spatial::{Merge, Spatial};
use super::temporal::{Context, States, Temporal};
use super::unpack::{Rows, Unpacker};
use crate::gpu::transfer::RawFrame;
use crate::gpu::{FrameLayout, Gpu, GpuError, Recording};

/// Noise left in a guide made from a denoised picture, as a part of the picture's own.
const DENOISED_NOISE: f32 = 0.3;

/// Threshold of a first spatial step that is the last one too, in deviations of the noise.
const LONE_THRESHOLD: f32 = 2.4;
/// The same for a step that makes a pilot for the next. Both measured best between 2.0 and 2.7.
const PILOT_THRESHOLD: f32 = 2.3;

/// What the second pass of motion needs.
#[derive(Debug)]
struct SecondPass {
    motion: FineMotion,
    /// The picture after a first update and spatial step.
    current: FullGuide,
    /// The last two pictures denoised.
    references: [FullGuide; 2],
}

/// From a picture to the one after.
#[derive(Debug)]
struct Backward {
    rough: Motion,
    fine: Option<FineMotion>,
}

impl Backward {
    fn field(&self) -> VectorField<'_> {
        match &self.fine {
            Some(fine) => fine.field(),
            None => self.rough.field(),
        }
    }
}

/// State of one stream of pictures.
#[derive(Debug)]
pub struct PictureDenoiser {
    rows: Rows,
    preset: Preset,
    lookahead: u64,
    maker: GuideMaker,
    temporal: Temporal,
    spatial: Spatial,
    noise: NoiseEstimator,
    scene_cut: SceneCut,
    components: Vec<Component>,
    /// From each picture to the one before.
    forward: Motion,
    /// The second pass of the preset quality.
    second: Option<SecondPass>,
    /// From each picture to the one after, for the last `lookahead` pictures.
    backward: Vec<Backward>,
    noisy_guide: Guide,
    /// Guides of the last two denoised pictures.
    guides: [Guide; 2],
    /// Pictures taken in.
    taken: u64,
    /// Pictures given out.
    given: u64,
}

impl PictureDenoiser {
    /// Compiles kernels and allocates for the given rows of a layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Gpu,
        layout: &FrameLayout,
        rows: Rows,
        preset: Preset,
        lookahead: u32,
    ) -> Result<Self, GpuError> {
        let size = (layout.width, rows.count(layout.height).max(1));
        let chroma = layout.chroma_size();
        let chroma = (chroma.0, rows.count(chroma.1).max(1));
        let count = if layout.has_chroma() { 3 } else { 1 };
        let component = |index| {
            let (size, shifts) = match index {
                0 => (size, (0, 0)),
                _ => (chroma, layout.subsampling.shifts()),
            };
            Component::new(gpu, size, index, shifts, lookahead)
        };
        let motion = || Motion::new(gpu, size, preset != Preset::Fast);
        let fine = || match preset {
            Preset::Quality => FineMotion::new(gpu, size).map(Some),
            _ => Ok(None),
        };
        let backward = || {
            Ok::<_, GpuError>(Backward {
                rough: motion()?,
                fine: fine()?,
            })
        };
        Ok(Self {
            rows,
            preset,
            lookahead: u64::from(lookahead),
            maker: GuideMaker::new(gpu)?,
            temporal: Temporal::new(gpu)?,
            spatial: Spatial::new(gpu)?,
            noise: NoiseEstimator::new(gpu, layout, rows)?,
            scene_cut: SceneCut::new(gpu)?,
            components: (0..count).map(component).collect(),
            forward: motion()?,
            second: fine()?.map(|motion| SecondPass {
                motion,
                current: FullGuide::new(gpu, size),
                references: [FullGuide::new(gpu, size), FullGuide::new(gpu, size)],
            }),
            backward: (0..lookahead)
                .map(|_| backward())
                .collect::<Result<_, _>>()?,
            noisy_guide: Guide::new(gpu, size),
            guides: [Guide::new(gpu, size), Guide::new(gpu, size)],
            taken: 0,
            given: 0,
        })
    }

    /// Forgets everything, pictures that are held included.
    pub fn reset(&mut self) {
        self.noise.reset();
        self.taken = 0;
        self.given = 0;
    }

    /// Pictures taken in and not yet given out.
    pub fn pending(&self) -> u64 {
        self.taken - self.given
    }

    /// Tells the estimator the pace of the stream.
    pub fn set_frame_rate(&mut self, rate: f64) {
        self.noise.set_frame_rate(rate);
    }

    /// Latest estimate of the noise in Y, U and V.
    pub fn sigma(&self) -> Option<[f32; 3]> {
        self.noise.stats().map(|stats| stats.sigma)
    }

    /// Scene cuts so far.
    pub fn scene_cuts(&self) -> u64 {
        self.scene_cut.count()
    }

    /// Takes one picture in. Gives one out, to `target`, where enough are held.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        source: &RawFrame,
        target: &RawFrame,
        settings: &Settings,
    ) -> Result<bool, GpuError> {
        self.take(recording, unpacker, source, settings)?;
        if self.pending() <= self.lookahead {
            return Ok(false);
        }
        self.give(recording, unpacker, target)?;
        Ok(true)
    }

    /// Gives the oldest held picture out; false where none is held.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn drain(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        target: &RawFrame,
    ) -> Result<bool, GpuError> {
        if self.pending() == 0 {
            return Ok(false);
        }
        self.give(recording, unpacker, target)?;
        Ok(true)
    }

    /// The causal part: unpacks, estimates noise and motion, updates the states.
    fn take(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        source: &RawFrame,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        let now = self.taken;
        for (index, component) in self.components.iter().enumerate() {
            unpacker.unpack(recording, source, self.rows, index, component.input(now))?;
        }
        let inputs =
            |picture| -> Vec<&Plane> { self.components.iter().map(|c| c.input(picture)).collect() };
        let before = (now > 0).then(|| inputs(now - 1));
        self.noise
            .record(recording, &inputs(now), before.as_deref(), settings)?;
        if now > 0 {
            self.find_motion(recording, now)?;
        }
        self.update_states(recording, now)?;
        if self.lookahead > 0 {
            self.look_back(recording, now)?;
        }
        self.taken += 1;
        Ok(())
    }

    fn find_motion(&self, recording: &mut Recording<'_>, now: u64) -> Result<(), GpuError> {
        let model = self.noise.model();
        let luma = self.components[0].input(now);
        self.maker.fill(recording, luma, &self.noisy_guide)?;
        let reference = &self.guides[((now - 1) % 2) as usize];
        self.forward
            .estimate(recording, &self.noisy_guide, reference, model, 1.0)?;
        self.scene_cut
            .detect(recording, self.forward.field(), model)
    }

    fn update_states(&self, recording: &mut Recording<'_>, now: u64) -> Result<(), GpuError> {
        let mut field = self.forward.field();
        if let Some(second) = &self.second
            && now > 0
        {
            self.find_fine_motion(recording, second, now)?;
            field = second.motion.field();
        }
        for component in &self.components {
            self.update_state(recording, component, field, now)?;
        }
        Ok(())
    }

    fn update_state(
        &self,
        recording: &mut Recording<'_>,
        component: &Component,
        motion: VectorField<'_>,
        now: u64,
    ) -> Result<(), GpuError> {
        let context = Context {
            motion,
            luma: self.components[0].input(now),
            noise: self.noise.model(),
            scene: self.scene_cut.scene(),
            restart: now == 0,
        };
        let states = States {
            past: component.state_before(now),
            next: component.state(now),
        };
        let input = component.input(now);
        self.temporal
            .update(recording, context, component.sampling, input, states)
    }

    /// Updates luma with the vectors found so far, takes its first spatial step for a cleaner
    /// guide, and refines the vectors with that.
    fn find_fine_motion(
        &self,
        recording: &mut Recording<'_>,
        second: &SecondPass,
        now: u64,
    ) -> Result<(), GpuError> {
        let luma = &self.components[0];
        self.update_state(recording, luma, self.forward.field(), now)?;
        let step = luma.step(luma.state(now), &luma.pilot);
        self.spatial.threshold(recording, step, PILOT_THRESHOLD)?;
        self.maker
            .fill_full(recording, &luma.pilot, &second.current)?;
        second.motion.refine(
            recording,
            &self.forward,
            &second.current,
            &second.references[((now - 1) % 2) as usize],
            self.noise.model(),
        )
    }

    /// Guides of the picture `now`, denoised as `plane`, for the motion to the next one.
    fn fill_guides(
        &self,
        recording: &mut Recording<'_>,
        plane: &Plane,
        now: u64,
    ) -> Result<(), GpuError> {
        let guide = &self.guides[(now % 2) as usize];
        self.maker.fill(recording, plane, guide)?;
        match &self.second {
            Some(second) => {
                let full = &second.references[(now % 2) as usize];
                self.maker.fill_full(recording, plane, full)
            }
            None => Ok(()),
        }
    }

    /// For lookahead: a guide of this picture, and the motion from the last one to it.
    fn look_back(&self, recording: &mut Recording<'_>, now: u64) -> Result<(), GpuError> {
        let luma = &self.components[0];
        let step = luma.step(luma.state(now), &luma.pilot);
        self.spatial.threshold(recording, step, PILOT_THRESHOLD)?;
        self.fill_guides(recording, &luma.pilot, now)?;
        if now == 0 {
            return Ok(());
        }
        let last = now - 1;
        let parity = |picture: u64| (picture % 2) as usize;
        let model = self.noise.model();
        let backward = &self.backward[(last % self.lookahead) as usize];
        backward.rough.estimate(
            recording,
            &self.guides[parity(last)],
            &self.guides[parity(now)],
            model,
            DENOISED_NOISE,
        )?;
        let (Some(fine), Some(second)) = (&backward.fine, &self.second) else {
            return Ok(());
        };
        fine.refine(
            recording,
            &backward.rough,
            &second.references[parity(last)],
            &second.references[parity(now)],
            model,
        )
    }

    /// The last part: fuses what the future knows, filters spatially and packs.
    fn give(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        target: &RawFrame,
    ) -> Result<(), GpuError> {
        let picture = self.given;
        let newest = self.taken - 1;
        for component in &self.components {
            if newest > picture {
                self.fuse_future(recording, component, picture, newest)?;
                self.shrink(recording, component, &component.fused)?;
            } else {
                self.shrink(recording, component, component.state(picture))?;
            }
        }
        if self.lookahead == 0 {
            self.fill_guides(recording, &self.components[0].output, picture)?;
        }
        let outputs: Vec<&Plane> = self.components.iter().map(|c| &c.output).collect();
        unpacker.pack(recording, &outputs, target, self.rows)?;
        self.given += 1;
        Ok(())
    }

    /// Recurses from `newest` backwards and joins the result with the state of `picture`.
    fn fuse_future(
        &self,
        recording: &mut Recording<'_>,
        component: &Component,
        picture: u64,
        newest: u64,
    ) -> Result<(), GpuError> {
        let motion = |picture: u64| &self.backward[(picture % self.lookahead) as usize];
        let context = |picture, restart| Context {
            motion: motion(picture).field(),
            luma: self.components[0].input(picture),
            noise: self.noise.model(),
            scene: self.scene_cut.none(),
            restart,
        };
        let [mut past, mut next] = [&component.backward[0], &component.backward[1]];
        for current in (picture + 1..=newest).rev() {
            (past, next) = (next, past);
            self.temporal.update(
                recording,
                context(current, current == newest),
                component.sampling,
                component.input(current),
                States { past, next },
            )?;
        }
        let states = States {
            past: next,
            next: &component.fused,
        };
        self.temporal.fuse(
            recording,
            context(picture, false),
            component.sampling,
            component.state(picture),
            states,
        )
    }

    /// The spatial steps of the preset, from a state to the component's output.
    fn shrink(
        &self,
        recording: &mut Recording<'_>,
        component: &Component,
        state: &Plane,
    ) -> Result<(), GpuError> {
        let spatial = &self.spatial;
        let Component { pilot, output, .. } = component;
        let to_output = component.step(state, output);
        let to_pilot = component.step(state, pilot);
        match self.preset {
            Preset::Fast => spatial.threshold(recording, to_output, LONE_THRESHOLD),
            Preset::Balanced => {
                spatial.threshold(recording, to_pilot, PILOT_THRESHOLD)?;
                spatial.wiener(recording, to_output, pilot, Merge::SHIFTED)
            }
            Preset::Quality => {
                spatial.threshold(recording, to_output, PILOT_THRESHOLD)?;
                spatial.wiener(recording, to_pilot, output, Merge::SHIFTED)?;
                spatial.wiener(recording, to_output, pilot, Merge::PLAIN)?;
                for (others, offset) in [(1, (2, 2)), (2, (0, 2)), (3, (2, 0))] {
                    let merge = Merge::averaged(offset, others);
                    spatial.wiener(recording, to_output, output, merge)?;
                }
                Ok(())
            }
        }
    }
}
