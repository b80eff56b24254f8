//! Settles what comes and goes from picture to picture: mosquito noise, and pumping between kinds
//! of coded frames.
//!
//! The repaired picture is averaged along its motion as `wgpudenoise` averages noise, with the part of
//! the damage that changes in place of the noise: a place that changes by more is taken as new.

use std::sync::Arc;

use super::settings::Settings;
use crate::gpu::{Frame, Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::picture::carried_motion::CarriedMotion;
use crate::picture::guide::{Guide, GuideMaker};
use crate::picture::motion_finder::MotionFinder;
use crate::picture::planes::{Part, Parts, PictureShape, Planes};
use crate::picture::temporal::{Context, States, Temporal};
use crate::picture::unpack::Rows;
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
    finder: MotionFinder,
    temporal: Temporal,
    /// Of the last two pictures.
    guides: [Guide; 2],
    /// States after this picture and after the one before.
    averages: [Planes; 2],
    /// The guide of the last picture is filled. None is needed while motion comes with the frames.
    guided: bool,
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

    /// Records the averaging of `picture`, repaired from these rows of `source`, into `settled`, which
    /// holds the picture before still. `noise` is what of the damage comes and goes. Gives the motion
    /// for the next filter; nothing where the operator wants no averaging.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        noise: &StorageBuffer,
        settings: &Settings,
        (source, rows): (&Frame, Rows),
        [picture, settled]: [&Planes; 2],
    ) -> Result<Option<Arc<CarriedMotion>>, GpuError> {
        let gain = settings.strength * settings.temporal;
        if gain <= 0.0 {
            self.reset();
            return Ok(None);
        }
        let carried = self.finder.receive(recording, source, rows);
        if !carried {
            self.find_motion(recording, [picture, settled], noise)?;
        }
        self.guided = !carried;
        let context = Context {
            motion: self.finder.field(),
            noise,
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
        Ok(Some(self.finder.send()))
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
        [picture, before]: [&Planes; 2],
        noise: &StorageBuffer,
    ) -> Result<(), GpuError> {
        let [reference, current] = self.in_turn(&self.guides);
        self.maker.fill(recording, picture.luma(), current)?;
        if self.taken == 0 {
            return Ok(());
        }
        if !self.guided {
            self.maker.fill(recording, before.luma(), reference)?;
        }
        self.finder
            .search(recording, current, reference, noise, REPAIRED_NOISE)
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
