//! Source of a picture's motion: attached to the frame by the filter before, or searched here.

use std::sync::Arc;

use super::carried_motion::{CarriedMotion, Receiver, Sender};
use super::guide::Guide;
use super::motion::{Motion, VectorField};
use super::scene_cut::{Activity, SceneCut};
use super::unpack::Rows;
use crate::gpu::{Frame, Gpu, GpuError, Recording, StorageBuffer};

/// Motion and scene cuts of one stream of pictures.
#[derive(Debug)]
pub struct MotionFinder {
    motion: Motion,
    scene_cut: SceneCut,
    receiver: Receiver,
    sender: Sender,
    /// Motion attached to the latest picture.
    carried: Option<Arc<CarriedMotion>>,
}

impl MotionFinder {
    /// Compiles kernels and allocates buffers as [`Motion::new`] does.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, size: (u32, u32), refine: bool) -> Result<Self, GpuError> {
        Ok(Self {
            motion: Motion::with_scenes(gpu, size, refine)?,
            scene_cut: SceneCut::new(gpu, !refine)?,
            receiver: Receiver::default(),
            sender: Sender::new(),
            carried: None,
        })
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.receiver.reset();
        self.sender = Sender::new();
        self.carried = None;
    }

    /// Takes the next picture: these rows of `source`. True if usable motion is attached to it, so that no
    /// search is needed.
    pub fn receive(&mut self, recording: &mut Recording<'_>, source: &Frame, rows: Rows) -> bool {
        self.carried = self.receiver.receive(source, rows);
        match &self.carried {
            Some(carried) => self.scene_cut.follow(recording, carried.scene()),
            None => {
                self.motion.renew(recording.gpu());
                self.scene_cut.renew(recording.gpu());
            }
        }
        self.carried.is_some()
    }

    /// Searches as [`Motion::estimate`] does, and detects scene cuts.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn search(
        &self,
        recording: &mut Recording<'_>,
        current: &Guide,
        reference: &Guide,
        noise: &StorageBuffer,
        noise_part: f32,
    ) -> Result<(), GpuError> {
        let scene_cut = &self.scene_cut;
        self.motion.estimate(
            recording,
            current,
            reference,
            noise,
            noise_part,
            Some(scene_cut),
        )?;
        scene_cut.follow(recording, scene_cut.scene());
        Ok(())
    }

    /// Vectors of the latest picture.
    pub fn field(&self) -> VectorField<'_> {
        match &self.carried {
            Some(carried) => carried.field(),
            None => self.motion.field(),
        }
    }

    /// Word 0 is 1 if the latest picture begins a scene.
    pub fn scene(&self) -> &StorageBuffer {
        match &self.carried {
            Some(carried) => carried.scene(),
            None => self.scene_cut.scene(),
        }
    }

    /// A buffer whose word 0 is always 0: no cut.
    pub fn no_scene(&self) -> &StorageBuffer {
        self.scene_cut.none()
    }

    /// Number of cuts since the start; a few frames late.
    pub fn scene_cuts(&self) -> u64 {
        self.scene_cut.count()
    }

    /// Figures of the latest picture; a few frames late.
    pub fn activity(&self) -> Option<Activity> {
        self.scene_cut.activity()
    }

    /// The motion to attach to the latest output picture. Call once for each picture.
    pub fn send(&mut self) -> Arc<CarriedMotion> {
        match &self.carried {
            Some(carried) => carried.clone(),
            None => self.sender.send(
                self.motion.latest(),
                self.motion.field().block,
                self.scene_cut.scene(),
            ),
        }
    }
}
