//! Lookahead: a state is recursed backwards from future pictures, and joined with the forward state.

use super::motion::{Motion, VectorField};
use super::motion_fine::FineMotion;
use super::picture::PictureDenoiser;
use super::settings::Preset;
use super::shrink::PILOT;
use super::temporal::{Context, States};
use crate::gpu::{Gpu, GpuError, Recording};

/// Share of the noise that is left in a guide made from a denoised picture.
const DENOISED_NOISE: f32 = 0.3;

/// Motion from a picture to the next one.
#[derive(Debug)]
pub struct Backward {
    rough: Motion,
    fine: Option<FineMotion>,
}

impl Backward {
    /// Compiles the kernels and allocates buffers for pictures of `size`.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, size: (u32, u32), preset: Preset) -> Result<Self, GpuError> {
        Ok(Self {
            rough: Motion::new(gpu, size, preset != Preset::Fast)?,
            fine: match preset {
                Preset::Quality | Preset::Neural => Some(FineMotion::new(gpu, size)?),
                _ => None,
            },
        })
    }

    fn field(&self) -> VectorField<'_> {
        match &self.fine {
            Some(fine) => fine.field(),
            None => self.rough.field(),
        }
    }
}

impl PictureDenoiser {
    /// Motion from a picture to the next one. Exists only with lookahead.
    #[expect(
        clippy::indexing_slicing,
        reason = "there is one for each picture of lookahead, and a remainder is below that number"
    )]
    fn backward_of(&self, picture: u64) -> &Backward {
        &self.backward[(picture % self.lookahead) as usize]
    }

    /// Makes a guide of this picture, and finds the motion from the previous picture to it.
    pub(super) fn look_back(
        &self,
        recording: &mut Recording<'_>,
        now: u64,
    ) -> Result<(), GpuError> {
        let history = &self.history;
        let step = history.step(history.state(now), &history.pilot, self.noise.model());
        self.spatial.threshold(recording, 0..1, step, PILOT)?;
        self.fill_guides(recording, history.pilot.luma(), now)?;
        if now == 0 {
            return Ok(());
        }
        let last = now - 1;
        let model = self.noise.model();
        let backward = self.backward_of(last);
        backward.rough.estimate(
            recording,
            self.guide(last),
            self.guide(now),
            model,
            DENOISED_NOISE,
            None,
        )?;
        let (Some(fine), Some(second)) = (&backward.fine, &self.second) else {
            return Ok(());
        };
        fine.refine(
            recording,
            backward.rough.field(),
            second.reference(last),
            second.reference(now),
            model,
        )
    }

    /// Recurses backwards from `newest`, and joins the result with the state of `picture`.
    pub(super) fn fuse_future(
        &self,
        recording: &mut Recording<'_>,
        picture: u64,
        newest: u64,
    ) -> Result<(), GpuError> {
        let history = &self.history;
        let context = |picture, restart| Context {
            motion: self.backward_of(picture).field(),
            noise: self.noise.model(),
            map: Some(self.noise.map()),
            scene: self.finder.no_scene(),
            restart,
        };
        let [mut past, mut next] = history.backward.each_ref();
        for current in (picture + 1..=newest).rev() {
            (past, next) = (next, past);
            let context = context(current, current == newest);
            for part in self.shape.all() {
                let (input, states) = (history.input(current), States { past, next });
                self.temporal
                    .update(recording, context, &part, input, states)?;
            }
        }
        let states = States {
            past: next,
            next: &history.fused,
        };
        for part in self.shape.all() {
            let forward = history.state(picture);
            self.temporal
                .fuse(recording, context(picture, false), &part, forward, states)?;
        }
        Ok(())
    }
}
