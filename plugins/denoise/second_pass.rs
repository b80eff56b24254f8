//! Second motion estimate of preset `quality`: a first update and spatial step make a cleaner picture, in
//! which motion is found again, in smaller blocks.

use super::guide::FullGuide;
use super::motion_fine::FineMotion;
use super::picture::PictureDenoiser;
use super::shrink::PILOT;
use crate::gpu::{Gpu, GpuError, Recording};

/// Buffers and kernels of the second estimate.
#[derive(Debug)]
pub struct SecondPass {
    /// Motion from each picture to the previous one.
    pub motion: FineMotion,
    /// Guide of this picture after a first update and spatial step.
    current: FullGuide,
    /// Guides of the last two denoised pictures.
    references: [FullGuide; 2],
}

impl SecondPass {
    /// Compiles the kernel and allocates buffers for pictures of `size`.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Result<Self, GpuError> {
        let guide = || FullGuide::new(gpu, size);
        Ok(Self {
            motion: FineMotion::new(gpu, size)?,
            current: guide(),
            references: [guide(), guide()],
        })
    }

    /// Guide of a denoised picture: the latest or the one before it.
    pub fn reference(&self, picture: u64) -> &FullGuide {
        let [even, odd] = &self.references;
        if picture.is_multiple_of(2) { even } else { odd }
    }
}

impl PictureDenoiser {
    /// Updates luma with the first vectors, runs the first spatial step on it for a cleaner guide, and
    /// refines the vectors with that guide.
    pub(super) fn find_fine_motion(
        &self,
        recording: &mut Recording<'_>,
        second: &SecondPass,
        now: u64,
    ) -> Result<(), GpuError> {
        let history = &self.history;
        self.update_state(recording, 0..1, self.finder.field(), now)?;
        let step = history.step(history.state(now), &history.pilot, self.noise.model());
        self.spatial.threshold(recording, 0..1, step, PILOT)?;
        self.maker
            .fill_full(recording, history.pilot.luma(), &second.current)?;
        second.motion.refine(
            recording,
            self.finder.field(),
            &second.current,
            second.reference(now - 1),
            self.noise.model(),
        )
    }
}
