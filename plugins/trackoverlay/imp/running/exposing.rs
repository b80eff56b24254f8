//! Measuring what is placed, for the exposure report.

use super::{Placed, Running};
use crate::gpu::{Frame, GpuError, Recording, Submission};
use crate::trackoverlay::exposure::measure::Shown;
use crate::trackoverlay::exposure::meter::{Drawn, Occasion};
use crate::trackoverlay::trail::journal::Seen;

/// Name of a second stream in reports.
const SECOND_STREAM: &str = "overlay_0";

impl Running {
    /// Records the measuring of a frame in which a source was drawn with size `fit`; without one it is only noted.
    pub(super) fn measure(
        &mut self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        placed: &Placed,
        fit: Option<[f32; 2]>,
        seen: Seen,
    ) -> Result<(), GpuError> {
        let Some(meter) = &mut self.meter else {
            return Ok(());
        };
        let Some(fit) = fit else {
            meter.note(Occasion {
                seen,
                ..Occasion::default()
            });
            return Ok(());
        };
        let name = placed.name.as_deref().filter(|_| self.shown.is_none());
        let name = name.unwrap_or(SECOND_STREAM).to_owned();
        let (pose, matte) = self.poses.latest();
        let drawn = Drawn {
            placement: &self.placement,
            pose,
            matte: matte.filter(|_| self.occludes),
            input,
            output,
            fit,
        };
        let occasion = Occasion {
            seen,
            placement: Some(name),
            ..Occasion::default()
        };
        meter.record(recording, &drawn, occasion)
    }

    /// Adds a frame that passed to the report.
    pub fn note_unplaced(&mut self, seen: Seen) {
        if let Some(meter) = &mut self.meter {
            meter.note(Occasion {
                seen,
                ..Occasion::default()
            });
        }
    }

    /// True if what is placed is measured.
    pub fn is_measured(&self) -> bool {
        self.meter.is_some()
    }

    /// Adds to the latest frame of the report what its buffer says.
    pub fn describe(&mut self, duration: Option<u64>, timecodes: Option<[String; 2]>) {
        if let Some(meter) = &mut self.meter {
            meter.describe(duration, timecodes);
        }
    }

    pub(super) fn note_submitted(&mut self, submission: &Submission) {
        if let Some(meter) = &mut self.meter {
            meter.submitted(submission);
        }
    }

    pub(super) fn wait_measures(&self, most: usize) -> Result<(), GpuError> {
        self.meter.as_ref().map_or(Ok(()), |meter| meter.wait(most))
    }

    /// The oldest frame whose measures have arrived and were not taken yet.
    ///
    /// # Errors
    /// As [`Meter::take`](crate::trackoverlay::exposure::meter::Meter::take).
    pub fn next_measured(&mut self) -> Result<Option<(Occasion, Option<Shown>)>, GpuError> {
        self.meter.as_mut().map_or(Ok(None), |meter| meter.take())
    }
}
