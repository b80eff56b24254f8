//! Settles what comes and goes from picture to picture: mosquito noise, and pumping between kinds
//! of coded frames.
//!
//! The repaired picture is averaged along its motion as `wgpudenoise` averages noise, with the part of
//! the damage that changes in place of the noise: a place that changes by more is taken as new.

use std::sync::Arc;

use super::settings::Settings;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::guide::{Guide, GuideMaker};
use crate::picture::motion::Motion;
use crate::picture::plane::Plane;
use crate::picture::planes::{Part, Parts, PictureShape, Planes};
use crate::picture::scene_cut::SceneCut;
use crate::picture::temporal::{Context, States, Temporal};
use crate::{kernel, params};

params! {
    /// Parameters of `settle.wgsl`.
    pub struct SettleParams {
        /// The components.
        pub parts: Parts,
    }
}

/// From an average to the picture.
pub const SETTLE: KernelSpec = kernel!("deartifact/settle", SettleParams);

/// Coding noise left in the guide of a repaired picture, as a part of what a picture has.
const REPAIRED_NOISE: f32 = 0.3;

/// The averages of one stream of pictures.
#[derive(Debug)]
pub struct Settle {
    settle: Arc<Kernel>,
    maker: GuideMaker,
    motion: Motion,
    scene_cut: SceneCut,
    temporal: Temporal,
    /// Of the last two pictures.
    guides: [Guide; 2],
    /// States after this picture and after the one before.
    averages: [Planes; 2],
    /// Pictures since the start.
    taken: u64,
}

impl Settle {
    /// Compiles the kernels and allocates for pictures of one shape.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, shape: PictureShape) -> Result<Self, GpuError> {
        let luma = shape.luma;
        Ok(Self {
            settle: gpu.kernel(&SETTLE)?,
            maker: GuideMaker::new(gpu)?,
            motion: Motion::new(gpu, luma, true)?,
            scene_cut: SceneCut::new(gpu)?,
            temporal: Temporal::new(gpu)?,
            guides: [Guide::new(gpu, luma), Guide::new(gpu, luma)],
            averages: [(); 2].map(|()| Planes::state(gpu, "average", shape)),
            taken: 0,
        })
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.taken = 0;
    }

    /// Records the averaging of `picture` into `settled`; false where the operator wants none.
    /// `noise` is what of the damage comes and goes.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        noise: &StorageBuffer,
        settings: &Settings,
        picture: &Planes,
        settled: &Planes,
    ) -> Result<bool, GpuError> {
        let gain = settings.strength * settings.temporal;
        if gain <= 0.0 {
            self.reset();
            return Ok(false);
        }
        self.find_motion(recording, picture.luma(), noise)?;
        let context = Context {
            motion: self.motion.field(),
            noise,
            scene: self.scene_cut.scene(),
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
        Ok(true)
    }

    /// What belongs to the picture before, and what to this one.
    fn in_turn<'a, T>(&self, [even, odd]: &'a [T; 2]) -> [&'a T; 2] {
        match self.taken % 2 {
            0 => [odd, even],
            _ => [even, odd],
        }
    }

    /// Motion from this picture to the one before.
    fn find_motion(
        &self,
        recording: &mut Recording<'_>,
        luma: &Plane,
        noise: &StorageBuffer,
    ) -> Result<(), GpuError> {
        let [reference, current] = self.in_turn(&self.guides);
        self.maker.fill(recording, luma, current)?;
        if self.taken == 0 {
            return Ok(());
        }
        self.motion
            .estimate(recording, current, reference, noise, REPAIRED_NOISE)?;
        self.scene_cut.detect(recording, self.motion.field(), noise)
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
