//! Marks while the plane is marked by hand: drawn, and moved to corners of the picture.

use std::sync::Arc;

use super::{Running, Shape};
use crate::gpu::{Frame, Gpu, GpuError, Recording, Submission};
use crate::trackoverlay::lines::Lines;
use crate::trackoverlay::marking::handles::Handles;
use crate::trackoverlay::marking::patch::Patches;
use crate::trackoverlay::quad::Point;

/// The marks as one frame needs them.
#[derive(Debug, Clone, Default)]
pub struct Marked {
    /// Where they are in the picture.
    pub places: Vec<Point>,
    /// Those whose corners this frame is to find, with their ids.
    pub due: Vec<(u64, Point)>,
    /// Code of their white, 0 to 1.
    pub white: f32,
}

/// What it takes to mark a plane by hand.
#[derive(Debug)]
pub struct Marker {
    handles: Handles,
    patches: Patches,
}

impl Marker {
    /// Compiles kernels and allocates buffers.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Arc<Gpu>, shape: &Shape) -> Result<Self, GpuError> {
        Ok(Self {
            handles: Handles::new(gpu, shape.layout, shape.colour, shape.size)?,
            patches: Patches::new(gpu, shape.layout)?,
        })
    }
}

impl Running {
    /// Draws the marks over a frame that was composited if `is_placed`, and asks for corners. Returns whether
    /// `output` was written, by either.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn mark(
        &mut self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        is_placed: bool,
        marked: &Marked,
        lines: Lines,
    ) -> Result<bool, GpuError> {
        if marked.places.is_empty() {
            return Ok(is_placed);
        }
        // Only the first mark of a stream compiles.
        let marker = match self.marker.take() {
            Some(marker) => marker,
            None => Marker::new(recording.gpu(), &self.shape)?,
        };
        let marker = self.marker.insert(marker);
        for due in &marked.due {
            marker.patches.ask(recording, input, *due, lines)?;
        }
        if !is_placed {
            recording.copy(input, output);
        }
        let (places, white) = (&marked.places, marked.white);
        marker
            .handles
            .record(recording, output, places, lines, white)?;
        Ok(true)
    }

    pub(super) fn note_asked(&mut self, submission: &Submission) {
        if let Some(marker) = &mut self.marker {
            marker.patches.submitted(submission);
        }
    }

    pub(super) fn wait_asked(&self, most: usize) -> Result<(), GpuError> {
        let marker = self.marker.as_ref();
        marker.map_or(Ok(()), |marker| marker.patches.wait(most))
    }

    /// The next corner that was found: the mark's id, and its place unless there is none near.
    ///
    /// # Errors
    /// As [`Patches::answer`].
    pub fn next_corner(&mut self) -> Result<Option<(u64, Option<Point>)>, GpuError> {
        let marker = self.marker.as_mut();
        marker.map_or(Ok(None), |marker| marker.patches.answer())
    }
}
