//! Temporal averaging of repaired pictures, against damage that changes from picture to picture: mosquito
//! noise, and pumping between I, P and B frames.
//!
//! The repaired picture is averaged along its motion as `wgpudenoise` does, with the changing part of the
//! damage as the noise. Pixels that change by more are taken as new.

use std::sync::Arc;

use super::settings::Settings;
use crate::gpu::{Frame, Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::network::Past;
use crate::picture::carried_motion::CarriedMotion;
use crate::picture::guide::{Guide, GuideMaker};
use crate::picture::motion_finder::MotionFinder;
use crate::picture::planes::{Part, Parts, PictureShape, Planes};
use crate::picture::scene_cut::Activity;
use crate::picture::temporal::{Context, States, Temporal};
use crate::picture::unpack::Rows;
use crate::{kernel, params};

params! {
    /// Parameters of `settle.wgsl`.
    pub struct SettleParams {
        /// Components of the dispatch.
        pub parts: Parts,
    }
}

/// Converts an average to picture values.
pub const SETTLE: KernelSpec = kernel!("deartifact/settle", SettleParams);

/// Share of the coding noise that is left in the guide of a repaired picture.
const REPAIRED_NOISE: f32 = 0.3;
/// The same if one picture of the two is not repaired.
const DAMAGED_NOISE: f32 = 0.7;

/// Pictures between which motion is sought.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// This picture.
    pub picture: &'a Planes,
    /// It has been repaired already.
    pub is_repaired: bool,
    /// The last result.
    pub settled: &'a Planes,
}

/// Temporal averages of one stream of pictures.
#[derive(Debug)]
pub struct Settle {
    settle: Arc<Kernel>,
    maker: GuideMaker,
    finder: MotionFinder,
    temporal: Temporal,
    /// Guides of the last two pictures.
    guides: [Guide; 2],
    /// States after this picture and after the previous one.
    averages: [Planes; 2],
    /// The guide of the last picture is filled. Not needed while motion comes attached to the frames.
    guided: bool,
    /// Pictures averaged since the start.
    taken: u64,
}

impl Settle {
    /// Compiles the kernels and allocates buffers for pictures of one shape.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, shape: PictureShape) -> Result<Self, GpuError> {
        let luma = shape.luma;
        Ok(Self {
            settle: gpu.kernel(&SETTLE)?,
            maker: GuideMaker::new(gpu)?,
            finder: MotionFinder::new(gpu, luma, true)?,
            temporal: Temporal::new(gpu)?,
            guides: [Guide::new(gpu, luma), Guide::new(gpu, luma)],
            averages: [(); 2].map(|()| Planes::state(gpu, "average", shape)),
            guided: false,
            taken: 0,
        })
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.taken = 0;
        self.finder.reset();
    }

    /// Motion and complexity of the latest picture; a few frames late.
    pub fn activity(&self) -> Option<Activity> {
        self.finder.activity()
    }

    /// Records the search for the motion from `picture`, whose rows of `source` these are, to the last result in
    /// `settled`. `noise` is the model of the changing damage. Returns false, and forgets all earlier pictures, if
    /// averaging is switched off.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn seek(
        &mut self,
        recording: &mut Recording<'_>,
        noise: &StorageBuffer,
        settings: &Settings,
        (source, rows): (&Frame, Rows),
        sought: Sought<'_>,
    ) -> Result<bool, GpuError> {
        if settings.strength * settings.temporal <= 0.0 {
            self.reset();
            return Ok(false);
        }
        let carried = self.finder.receive(recording, source, rows);
        if !carried {
            self.find_motion(recording, sought, noise)?;
        }
        // Where a picture is not repaired yet, the last result is the better one to look for it in.
        self.guided = !carried && sought.is_repaired;
        Ok(true)
    }

    /// Records the averaging of `picture` into `settled`, which must still hold the previous result, after
    /// [`Settle::seek`]. Returns the motion to attach for the next filter.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn average(
        &mut self,
        recording: &mut Recording<'_>,
        noise: &StorageBuffer,
        [picture, settled]: [&Planes; 2],
    ) -> Result<Arc<CarriedMotion>, GpuError> {
        let context = Context {
            motion: self.finder.field(),
            noise,
            map: None,
            scene: self.finder.scene(),
            restart: self.taken == 0,
        };
        let [past, next] = self.in_turn(&self.averages);
        for part in picture.shape().all() {
            let states = States { past, next };
            self.temporal
                .update(recording, context, &part, picture, states)?;
            self.bound(recording, &part, [picture, settled], next, noise)?;
        }
        self.taken += 1;
        Ok(self.finder.send())
    }

    /// The last result and the way to it, after [`Settle::seek`].
    pub fn past<'a>(&'a self, settled: &'a Planes) -> Past<'a> {
        Past {
            output: settled,
            motion: self.finder.field(),
            scene: self.finder.scene(),
            restart: self.taken == 0,
        }
    }

    /// Of two alternating resources: the one of the previous picture, and the one of this picture.
    fn in_turn<'a, T>(&self, [even, odd]: &'a [T; 2]) -> [&'a T; 2] {
        match self.taken % 2 {
            0 => [odd, even],
            _ => [even, odd],
        }
    }

    /// Searches the motion from this picture to the previous one.
    fn find_motion(
        &self,
        recording: &mut Recording<'_>,
        sought: Sought<'_>,
        noise: &StorageBuffer,
    ) -> Result<(), GpuError> {
        let Sought {
            picture, settled, ..
        } = sought;
        let [reference, current] = self.in_turn(&self.guides);
        self.maker.fill(recording, picture.luma(), current)?;
        if self.taken == 0 {
            return Ok(());
        }
        if !self.guided {
            self.maker.fill(recording, settled.luma(), reference)?;
        }
        let left = match sought.is_repaired {
            true => REPAIRED_NOISE,
            false => DAMAGED_NOISE,
        };
        self.finder
            .search(recording, current, reference, noise, left)
    }

    fn bound(
        &self,
        recording: &mut Recording<'_>,
        part: &Part,
        [picture, settled]: [&Planes; 2],
        average: &Planes,
        noise: &StorageBuffer,
    ) -> Result<(), GpuError> {
        let bindings = [
            ("planes", picture.part(part)),
            ("average", average.part(part)),
            ("noise", noise.into()),
            ("settled", settled.part(part)),
        ];
        let params = SettleParams {
            parts: part.params(),
        };
        recording.parts(&self.settle, &bindings, &params, &part.quads())
    }
}
