//! The second pass of the preset quality: a first update and spatial step make a cleaner picture,
//! in which motion is found once more, finer.

use super::guide::FullGuide;
use super::motion_fine::FineMotion;
use super::picture::PictureDenoiser;
use super::shrink::PILOT;
use crate::gpu::{Gpu, GpuError, Recording};

/// What the second pass needs.
#[derive(Debug)]
pub struct SecondPass {
    /// From each picture to the one before.
    pub motion: FineMotion,
    /// The picture after a first update and spatial step.
    current: FullGuide,
    /// The last two pictures denoised.
    references: [FullGuide; 2],
}

impl SecondPass {
    /// Compiles the kernel and allocates for pictures of `size`.
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

    /// Guide of a denoised picture, the latest or the one before.
    pub fn reference(&self, picture: u64) -> &FullGuide {
        let [even, odd] = &self.references;
        if picture.is_multiple_of(2) { even } else { odd }
    }
}

impl PictureDenoiser {
    /// Updates luma with the vectors found so far, takes its first spatial step for a cleaner
    /// guide, and refines the vectors with that.
    pub(super) fn find_fine_motion(
        &self,
        recording: &mut Recording<'_>,
        second: &SecondPass,
        now: u64,
    ) -> Result<(), GpuError> {
        let history = &self.history;
        self.update_state(recording, 0..1, self.finder.field(), now)?;
        let step = history.step(history.state(now), &history.pilot);
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
