//! The spatial steps of each preset.

use super::history::History;
use super::picture::PictureDenoiser;
use super::planes::Planes;
use super::settings::Preset;
use super::spatial::{Merge, Threshold};
use crate::gpu::{GpuError, Recording};

/// A first spatial step that is the last one too.
const LONE: Threshold = Threshold {
    deviations: [2.4; 2],
    quincunx: [true; 2],
};
/// A step that makes a pilot for the next. Both measured best between 2.0 and 2.7.
pub const PILOT: Threshold = Threshold {
    deviations: [2.3; 2],
    quincunx: [false; 2],
};
/// The same where chroma is subsampled. Half the blocks, dropping more, gain it 0.3 dB: it is smooth.
/// Best between 2.7 and 3.4.
const SUBSAMPLED_PILOT: Threshold = Threshold {
    deviations: [2.3, 2.8],
    quincunx: [false, true],
};

impl PictureDenoiser {
    /// The spatial steps of the preset, from a state to the output.
    pub(super) fn shrink(
        &self,
        recording: &mut Recording<'_>,
        state: &Planes,
    ) -> Result<(), GpuError> {
        let spatial = &self.spatial;
        let History { pilot, output, .. } = &self.history;
        let to = |planes| self.history.step(state, planes);
        match self.preset {
            Preset::Fast => spatial.threshold(recording, 0..3, to(output), LONE),
            Preset::Balanced => {
                let threshold = match self.shape.shifts {
                    (0, 0) => PILOT,
                    _ => SUBSAMPLED_PILOT,
                };
                spatial.threshold(recording, 0..3, to(pilot), threshold)?;
                spatial.wiener(recording, to(output), pilot, Merge::SHIFTED)
            }
            Preset::Quality => {
                // The last of the steps to be averaged, three of them, ends in the output.
                let (mut last, mut next) = match spatial.works_in_place() {
                    true => (output, pilot),
                    false => (pilot, output),
                };
                spatial.threshold(recording, 0..3, to(last), PILOT)?;
                spatial.wiener(recording, to(next), last, Merge::SHIFTED)?;
                spatial.wiener(recording, to(last), next, Merge::PLAIN)?;
                for (others, offset) in [(1, (2, 2)), (2, (0, 2)), (3, (2, 0))] {
                    let merge = Merge::averaged(offset, others);
                    if spatial.works_in_place() {
                        spatial.wiener(recording, to(last), last, merge)?;
                    } else {
                        spatial.wiener(recording, to(next), last, merge)?;
                        (last, next) = (next, last);
                    }
                }
                Ok(())
            }
        }
    }
}
