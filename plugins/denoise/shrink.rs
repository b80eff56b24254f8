//! The spatial steps of each preset.

use super::component::Component;
use super::picture::PictureDenoiser;
use super::plane::Plane;
use super::settings::Preset;
use super::spatial::Merge;
use crate::gpu::{GpuError, Recording};

/// Threshold of a first spatial step that is the last one too, in deviations of the noise.
const LONE_THRESHOLD: f32 = 2.4;
/// The same for a step that makes a pilot for the next. Both measured best between 2.0 and 2.7.
pub const PILOT_THRESHOLD: f32 = 2.3;
/// The same for subsampled chroma, in blocks of which two cover a pixel: best between 2.7 and 3.4.
const CHROMA_THRESHOLD: f32 = 2.8;

impl PictureDenoiser {
    /// The spatial steps of the preset, from a state to the component's output.
    pub(super) fn shrink(
        &self,
        recording: &mut Recording<'_>,
        component: &Component,
        state: &Plane,
    ) -> Result<(), GpuError> {
        let spatial = &self.spatial;
        let Component { pilot, output, .. } = component;
        let to_output = component.step(state, output);
        let to_pilot = component.step(state, pilot);
        match self.preset {
            Preset::Fast => spatial.threshold_quincunx(recording, to_output, LONE_THRESHOLD),
            Preset::Balanced => {
                // Half the blocks, dropping more, gain subsampled chroma 0.3 dB: it is smooth.
                match component.sampling.shifts {
                    (0, 0) => spatial.threshold(recording, to_pilot, PILOT_THRESHOLD)?,
                    _ => spatial.threshold_quincunx(recording, to_pilot, CHROMA_THRESHOLD)?,
                }
                spatial.wiener(recording, to_output, pilot, Merge::SHIFTED)
            }
            Preset::Quality => {
                spatial.threshold(recording, to_output, PILOT_THRESHOLD)?;
                spatial.wiener(recording, to_pilot, output, Merge::SHIFTED)?;
                spatial.wiener(recording, to_output, pilot, Merge::PLAIN)?;
                for (others, offset) in [(1, (2, 2)), (2, (0, 2)), (3, (2, 0))] {
                    let merge = Merge::averaged(offset, others);
                    spatial.wiener(recording, to_output, output, merge)?;
                }
                Ok(())
            }
        }
    }
}
