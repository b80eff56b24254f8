//! The spatial steps of each preset.

use super::history::History;
use super::neural::Known;
use super::picture::PictureDenoiser;
use super::planes::{PictureShape, Planes};
use super::settings::Preset;
use super::spatial::{Merge, Threshold};
use crate::gpu::{GpuError, Recording};

/// Threshold of preset `fast`, whose first spatial step is the only one. Values between 3.0 and 3.6 measured best.
const ONLY_STEP: Threshold = Threshold {
    deviations: [3.3; 2],
    // Texture is weak where little is known of it: as in newly shown picture, at whose border there would be a seam.
    powers: [0.75, 1.0],
    quincunx: [true; 2],
};
/// Threshold for a pilot. Values between 2.7 and 3.3 measured best.
pub const PILOT: Threshold = Threshold {
    deviations: [3.0; 2],
    powers: [1.0; 2],
    quincunx: [false; 2],
};
/// Threshold for a pilot with subsampled chroma. Chroma is smooth: a quincunx has half the blocks and is no worse.
const SUBSAMPLED_PILOT: Threshold = Threshold {
    deviations: [3.0, 3.3],
    powers: [1.0; 2],
    quincunx: [false, true],
};

/// Weights of the mean of what agrees around a pixel, for luma and subsampled chroma: less where shrinkage is better.
fn agreement(preset: Preset) -> [f32; 2] {
    match preset {
        Preset::Fast => [0.6, 0.3],
        Preset::Balanced => [0.35, 0.3],
        Preset::Quality | Preset::Neural => [0.25, 0.2],
    }
}

/// Values for luma and chroma: chroma of full size is like luma, and has luma's.
fn by_size([luma, chroma]: [f32; 2], shape: &PictureShape) -> [f32; 2] {
    match shape.shifts {
        (0, 0) => [luma; 2],
        _ => [luma, chroma],
    }
}

impl PictureDenoiser {
    /// Runs the spatial steps of the preset from the state of a picture to the output.
    pub(super) fn shrink(
        &self,
        recording: &mut Recording<'_>,
        picture: u64,
        state: &Planes,
    ) -> Result<(), GpuError> {
        self.shrink_blocks(recording, state)?;
        let output = &self.history.output;
        let Some(neural) = &self.neural else {
            let shares = by_size(agreement(self.preset), &self.shape);
            let noise = self.noise.model();
            return self
                .agreeing
                .record(recording, [state, output], noise, shares);
        };
        let known = Known {
            state,
            noisy: self.history.input(picture),
            noise: self.noise.model(),
        };
        neural.record(recording, known, output)
    }

    /// The same by shrinkage of blocks.
    fn shrink_blocks(&self, recording: &mut Recording<'_>, state: &Planes) -> Result<(), GpuError> {
        let all = || 0..3;
        let spatial = &self.spatial;
        let History { pilot, output, .. } = &self.history;
        let to = |planes| self.history.step(state, planes, self.noise.model());
        match self.preset {
            Preset::Fast => {
                let powers = by_size(ONLY_STEP.powers, &self.shape);
                let threshold = Threshold {
                    powers,
                    ..ONLY_STEP
                };
                spatial.threshold(recording, all(), to(output), threshold)
            }
            Preset::Balanced => {
                let threshold = match self.shape.shifts {
                    (0, 0) => PILOT,
                    _ => SUBSAMPLED_PILOT,
                };
                spatial.threshold(recording, all(), to(pilot), threshold)?;
                spatial.wiener(recording, all(), to(output), pilot, Merge::SHIFTED)
            }
            Preset::Quality | Preset::Neural => {
                // Three steps are averaged; buffers are chosen so that the last one writes the output.
                let (mut last, mut next) = match spatial.works_in_place() {
                    true => (output, pilot),
                    false => (pilot, output),
                };
                spatial.threshold(recording, all(), to(last), PILOT)?;
                spatial.wiener(recording, all(), to(next), last, Merge::SHIFTED)?;
                spatial.wiener(recording, all(), to(last), next, Merge::PLAIN)?;
                for (others, offset) in [(1, (2, 2)), (2, (0, 2)), (3, (2, 0))] {
                    let merge = Merge::averaged(offset, others);
                    if spatial.works_in_place() {
                        spatial.wiener(recording, all(), to(last), last, merge)?;
                    } else {
                        spatial.wiener(recording, all(), to(next), last, merge)?;
                        (last, next) = (next, last);
                    }
                }
                Ok(())
            }
        }
    }
}
