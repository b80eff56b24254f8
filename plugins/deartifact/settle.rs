//! Temporal averaging of repaired pictures, against damage that changes from picture to picture: mosquito
//! noise, and pumping between I, P and B frames.
//!
//! The repaired picture is averaged along its motion as `wgpudenoise` does, with the changing part of the
//! damage as the noise. Pixels that change by more are taken as new.

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
        /// Components of the dispatch.
        pub parts: Parts,
    }
}

/// Converts an average to picture values.
pub const SETTLE: KernelSpec = kernel!("deartifact/settle", SettleParams);

/// Share of the coding noise that is left in the guide of a repaired picture.
const REPAIRED_NOISE: f32 = 0.3;

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

    /// Records the averaging of `picture`, which was repaired from these rows of `source`, into `settled`,
    /// which must still hold the previous result. `noise` is the model of the changing damage. Returns the
    /// motion to attach for the next filter; `None` if averaging is switched off.
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
        Ok(Some(self.finder.send()))
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
