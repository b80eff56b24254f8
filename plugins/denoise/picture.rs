//! Denoises one stream of pictures: progressive frames, or the fields of one parity.
//!
//! Each picture n first updates a state: an average of noisy pictures and its variance. Without lookahead,
//! the state of n is then filtered spatially and output. With lookahead L, n - L is output: a second
//! recursion runs backwards from n to n - L + 1, and its result is joined with the state of n - L first.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::grain::sites::Given;
use super::guide::{Guide, GuideMaker};
use super::history::History;
use super::lookahead::Backward;
use super::motion::VectorField;
use super::neural::Neural;
use super::noise::NoiseEstimator;
use super::plane::Plane;
use super::planes::PictureShape;
use super::second_pass::SecondPass;
use super::settings::{Preset, Settings};
use super::spatial::Spatial;
use super::temporal::{Context, States, Temporal};
use super::unpack::{Kept, Rows, Unpacker};
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::picture::agreeing_mean::AgreeingMean;
use crate::picture::carried_motion::CarriedMotion;
use crate::picture::motion_finder::MotionFinder;
use crate::picture::scene_cut::Activity;
use crate::picture::stream::{Build, PictureFilter, Shape};

/// State of one stream of pictures.
#[derive(Debug)]
pub struct PictureDenoiser {
    pub(super) rows: Rows,
    pub(super) preset: Preset,
    pub(super) lookahead: u64,
    pub(super) maker: GuideMaker,
    pub(super) temporal: Temporal,
    pub(super) spatial: Spatial,
    /// Averages what shrinkage leaves at edges.
    pub(super) agreeing: AgreeingMean,
    /// The network that goes on from the blocks, with preset `neural` only.
    pub(super) neural: Option<Neural>,
    pub(super) noise: NoiseEstimator,
    pub(super) shape: PictureShape,
    pub(super) history: History,
    /// Motion from each picture to the previous one.
    pub(super) finder: MotionFinder,
    /// Its results for the pictures held, oldest first.
    pub(super) motions: VecDeque<Arc<CarriedMotion>>,
    /// Second motion estimate, with presets `quality` and `neural` only.
    pub(super) second: Option<SecondPass>,
    /// Motion from each picture to the next, for the last `lookahead` pictures.
    pub(super) backward: Vec<Backward>,
    pub(super) noisy_guide: Guide,
    /// Guides of the last two denoised pictures.
    pub(super) guides: [Guide; 2],
    /// The guide of the latest denoised picture is filled. Not needed while motion comes attached to the
    /// frames.
    guided: bool,
    /// The guides of the second motion estimate have not seen the latest denoised picture.
    unseen: bool,
    /// 256ths of the noise that luma and chroma keep, by the latest settings.
    kept: [u32; 2],
    /// Number of pictures received.
    pub(super) taken: u64,
    /// Number of pictures output.
    pub(super) given: u64,
}

impl PictureFilter for PictureDenoiser {
    type Settings = Settings;

    fn new(gpu: &Gpu, stream: &Shape, rows: Rows, build: Build) -> Result<Self, GpuError> {
        let Build { preset, lookahead } = build;
        let layout = &stream.layout;
        let shape = PictureShape::new(gpu, layout, rows);
        let size = shape.luma;
        shape.check(gpu)?;
        let spatial = Spatial::new(gpu, &shape)?;
        let blocks = spatial.blocks(gpu, &shape);
        let mut noise = NoiseEstimator::new(gpu, layout, rows, preset == Preset::Fast)?;
        noise.set_frame_rate(stream.rate);
        let backward = || Backward::new(gpu, size, preset);
        Ok(Self {
            rows,
            preset,
            lookahead: u64::from(lookahead),
            maker: GuideMaker::new(gpu)?,
            temporal: Temporal::new(gpu)?,
            spatial,
            agreeing: AgreeingMean::new(gpu)?,
            neural: match preset {
                Preset::Neural => Some(Neural::new(gpu, &shape)?),
                _ => None,
            },
            noise,
            history: History::new(gpu, shape, blocks, lookahead),
            shape,
            finder: MotionFinder::new(gpu, size, preset != Preset::Fast)?,
            motions: VecDeque::new(),
            second: match preset {
                Preset::Quality | Preset::Neural => Some(SecondPass::new(gpu, size)?),
                _ => None,
            },
            backward: (0..lookahead)
                .map(|_| backward())
                .collect::<Result<_, _>>()?,
            noisy_guide: Guide::new(gpu, size),
            guides: [Guide::new(gpu, size), Guide::new(gpu, size)],
            guided: false,
            unseen: false,
            kept: [0; 2],
            taken: 0,
            given: 0,
        })
    }

    fn set_rate(&mut self, rate: f64) {
        self.noise.set_frame_rate(rate);
    }

    fn succeed(&mut self, before: Self) {
        // With lookahead, what is held was let out before, and all forgotten.
        if self.lookahead > 0 || before.lookahead > 0 || before.taken == 0 {
            return;
        }
        self.noise.succeed(before.noise);
        self.history = before.history;
        self.guides = before.guides;
        self.guided = before.guided;
        self.unseen = true;
        (self.taken, self.given) = (before.taken, before.given);
    }

    fn reset(&mut self) {
        self.unseen = false;
        self.noise.reset();
        self.finder.reset();
        self.motions.clear();
        self.taken = 0;
        self.given = 0;
    }

    fn take_over(&mut self, recording: &mut Recording<'_>, before: &Self) -> Result<(), GpuError> {
        let Some(last) = before.taken.checked_sub(1) else {
            return Ok(());
        };
        let (own, whole) = (&self.history, &before.history);
        own.input(0)
            .copy_rows(recording, whole.input(last), self.rows);
        own.state(0)
            .copy_rows(recording, whole.state(last), self.rows);
        own.output.copy_rows(recording, &whole.output, self.rows);
        self.noise.take_over(recording, &before.noise);
        (self.taken, self.given, self.guided) = (1, 1, false);
        self.fill_guides(recording, self.history.output.luma(), 0)
    }

    fn process(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        (source, target): (&Frame, &Frame),
        settings: &Settings,
    ) -> Result<bool, GpuError> {
        self.take(recording, unpacker, source, settings)?;
        if self.pending() <= self.lookahead {
            return Ok(false);
        }
        self.give(recording, unpacker, target)?;
        Ok(true)
    }

    fn drain(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        target: &Frame,
    ) -> Result<bool, GpuError> {
        if self.pending() == 0 {
            return Ok(false);
        }
        self.give(recording, unpacker, target)?;
        Ok(true)
    }
}

impl PictureDenoiser {
    /// Number of pictures received but not yet output.
    pub fn pending(&self) -> u64 {
        self.taken - self.given
    }

    /// Latest estimate of the noise's standard deviation in Y, U and V; a few frames late.
    pub fn sigma(&self) -> Option<[f32; 3]> {
        self.noise.stats().map(|stats| stats.sigma)
    }

    /// Motion and complexity of the latest picture; a few frames late.
    pub fn activity(&self) -> Option<Activity> {
        self.finder.activity()
    }

    /// Number of scene cuts so far.
    pub fn scene_cuts(&self) -> u64 {
        self.finder.scene_cuts()
    }

    /// Sizes of the pictures.
    pub fn shape(&self) -> &PictureShape {
        &self.shape
    }

    /// The latest picture output; `None` before the first.
    pub(super) fn latest(&self) -> Option<Given<'_>> {
        let picture = self.given.checked_sub(1)?;
        Some(Given {
            noisy: self.history.input(picture),
            clean: &self.history.output,
            kept: self.kept,
            scene: self.finder.scene(),
        })
    }

    /// The causal steps: unpacks, estimates noise and motion, updates the states.
    fn take(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        source: &Frame,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        let now = self.taken;
        self.kept = settings.kept();
        if let Some(second) = self.second.as_ref().filter(|_| self.unseen) {
            let denoised = self.history.output.luma();
            self.maker
                .fill_full(recording, denoised, second.reference(now - 1))?;
        }
        self.unseen = false;
        let input = self.history.input(now);
        unpacker.unpack(recording, source, self.rows, input)?;
        let before = (now > 0).then(|| self.history.input(now - 1));
        self.noise.record(recording, input, before, settings)?;
        let carried = self.finder.receive(recording, source, self.rows);
        if now > 0 && !carried {
            self.find_motion(recording, now)?;
        }
        // With lookahead, the guide also serves the search from the previous picture to this one.
        self.guided = !carried || self.lookahead > 0;
        self.motions.push_back(self.finder.send());
        self.update_states(recording, now)?;
        if self.lookahead > 0 {
            self.look_back(recording, now)?;
        }
        self.taken += 1;
        Ok(())
    }

    fn find_motion(&self, recording: &mut Recording<'_>, now: u64) -> Result<(), GpuError> {
        let model = self.noise.model();
        let luma = self.history.input(now).luma();
        self.maker.fill(recording, luma, &self.noisy_guide)?;
        let reference = self.guide(now - 1);
        if !self.guided {
            let denoised = self.history.output.luma();
            self.maker.fill(recording, denoised, reference)?;
        }
        self.finder
            .search(recording, &self.noisy_guide, reference, model, 1.0)
    }

    fn update_states(&self, recording: &mut Recording<'_>, now: u64) -> Result<(), GpuError> {
        let mut field = self.finder.field();
        if let Some(second) = &self.second
            && now > 0
        {
            self.find_fine_motion(recording, second, now)?;
            field = second.motion.field();
        }
        self.update_state(recording, 0..3, field, now)
    }

    /// Updates the states of these components.
    pub(super) fn update_state(
        &self,
        recording: &mut Recording<'_>,
        components: Range<usize>,
        motion: VectorField<'_>,
        now: u64,
    ) -> Result<(), GpuError> {
        let context = Context {
            motion,
            noise: self.noise.model(),
            map: Some(self.noise.map()),
            scene: self.finder.scene(),
            restart: now == 0,
        };
        let states = States {
            past: self.history.state_before(now),
            next: self.history.state(now),
        };
        let input = self.history.input(now);
        for part in self.shape.parts(components) {
            self.temporal
                .update(recording, context, &part, input, states)?;
        }
        Ok(())
    }

    /// Guide of a denoised picture: the latest or the one before it.
    pub(super) fn guide(&self, picture: u64) -> &Guide {
        let [even, odd] = &self.guides;
        if picture.is_multiple_of(2) { even } else { odd }
    }

    /// Makes the guides of picture `now`, denoised as `plane`, that the motion of the next picture needs.
    pub(super) fn fill_guides(
        &self,
        recording: &mut Recording<'_>,
        plane: &Plane,
        now: u64,
    ) -> Result<(), GpuError> {
        if self.guided {
            self.maker.fill(recording, plane, self.guide(now))?;
        }
        match &self.second {
            Some(second) => self
                .maker
                .fill_full(recording, plane, second.reference(now)),
            None => Ok(()),
        }
    }

    /// The last steps: joins the backward recursion, filters spatially, and packs.
    fn give(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        target: &Frame,
    ) -> Result<(), GpuError> {
        let picture = self.given;
        let newest = self.taken - 1;
        let history = &self.history;
        if newest > picture {
            self.fuse_future(recording, picture, newest)?;
            self.shrink(recording, picture, &history.fused)?;
        } else {
            self.shrink(recording, picture, history.state(picture))?;
        }
        if self.lookahead == 0 {
            self.fill_guides(recording, history.output.luma(), picture)?;
        }
        let kept = Kept {
            before: history.input(picture),
            shares: self.kept,
        };
        unpacker.pack(recording, &history.output, Some(kept), target, self.rows)?;
        if let Some(motion) = self.motions.pop_front() {
            target.attach(self.rows.part(), motion);
        }
        self.given += 1;
        Ok(())
    }
}
