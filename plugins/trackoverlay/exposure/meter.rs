//! Measures of all frames on the CPU: in order and complete, without waiting for the GPU.

use std::collections::VecDeque;
use std::sync::Arc;

use super::measure::{MEASURE, MeasureParams, Shown};
use crate::gpu::{
    Frame, FrameLayout, Gpu, GpuError, Kernel, ReadbackQueue, Recording, SamplePlaces,
    StorageBuffer, Submission,
};
use crate::trackoverlay::colour::StreamColour;
use crate::trackoverlay::place::matte::Matte;
use crate::trackoverlay::place::placement::Placement;
use crate::trackoverlay::trail::journal::Seen;

/// What is known of a frame before its measures have arrived.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Occasion {
    /// The frame.
    pub seen: Seen,
    /// How long it is shown, in nanoseconds.
    pub duration: Option<u64>,
    /// Its timecode, and that of the frame after it.
    pub timecodes: Option<[String; 2]>,
    /// What was placed; `None` if nothing was.
    pub placement: Option<String>,
}

/// What was drawn, and where.
#[derive(Debug)]
pub struct Drawn<'a> {
    /// What drew it.
    pub placement: &'a Placement,
    /// The pose that it was drawn at.
    pub pose: &'a StorageBuffer,
    /// What it was drawn behind.
    pub matte: Option<&'a Matte>,
    /// The frame without it.
    pub input: &'a Frame,
    /// The frame with it.
    pub output: &'a Frame,
    /// Size of the source relative to the plane.
    pub fit: [f32; 2],
}

/// Frames whose measures are still in flight.
#[derive(Debug)]
pub struct Meter {
    kernel: Arc<Kernel>,
    params: MeasureParams,
    shown: StorageBuffer,
    queue: ReadbackQueue,
    /// With `true` for those that were measured.
    open: VecDeque<(Occasion, bool)>,
}

impl Meter {
    /// Compiles the kernel for frames of one layout and colour, and allocates its buffer.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Arc<Gpu>,
        layout: &FrameLayout,
        colour: &StreamColour,
    ) -> Result<Self, GpuError> {
        let codes = colour.codes(layout);
        let bytes = size_of::<Shown>() as u64;
        Ok(Self {
            kernel: gpu.kernel(&MEASURE)?,
            params: MeasureParams {
                width: layout.width,
                height: layout.height,
                samples: SamplePlaces::new(layout),
                luma_offset: codes.luma_offset,
                luma_scale: codes.luma_scale,
                fit_x: 1.0,
                fit_y: 1.0,
                share_cols: 0,
                share_rows: 0,
            },
            shown: StorageBuffer::new(gpu, "exposure", bytes),
            queue: ReadbackQueue::new(gpu, bytes),
            open: VecDeque::new(),
        })
    }

    /// Records the measuring of a frame, after the placement was drawn.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        drawn: &Drawn<'_>,
        occasion: Occasion,
    ) -> Result<(), GpuError> {
        let (spot, groups) = drawn.placement.found();
        let bindings = [
            ("found_spot", spot.into()),
            ("groups", groups.into()),
            ("pose", drawn.pose.into()),
            (
                "shares",
                drawn.matte.map_or(drawn.pose, |matte| &matte.shares).into(),
            ),
            ("frame", drawn.input.into()),
            ("drawn_frame", drawn.output.into()),
            ("shown", (&self.shown).into()),
        ];
        let params = self.params_of(drawn);
        recording.pass(&self.kernel, &bindings, &params, (1, 1))?;
        recording.read_back_each(&mut self.queue, &self.shown);
        self.open.push_back((occasion, true));
        Ok(())
    }

    fn params_of(&self, drawn: &Drawn<'_>) -> MeasureParams {
        let along = |cells: fn(&Matte) -> u32| {
            drawn
                .matte
                .map_or(0, |matte| cells(matte) * matte.cell_texels)
        };
        MeasureParams {
            fit_x: drawn.fit[0],
            fit_y: drawn.fit[1],
            share_cols: along(|matte| matte.cols),
            share_rows: along(|matte| matte.rows),
            ..self.params
        }
    }

    /// Adds a frame in which nothing was placed.
    pub fn note(&mut self, occasion: Occasion) {
        self.open.push_back((occasion, false));
    }

    /// Adds to the latest frame what its buffer says.
    pub fn describe(&mut self, duration: Option<u64>, timecodes: Option<[String; 2]>) {
        if let Some((latest, _)) = self.open.back_mut() {
            (latest.duration, latest.timecodes) = (duration, timecodes);
        }
    }

    /// Notes which submission holds the latest recording.
    pub fn submitted(&mut self, submission: &Submission) {
        self.queue.submitted(submission);
    }

    /// Waits until at most `most` measures are in flight.
    ///
    /// # Errors
    /// As [`ReadbackQueue::wait`].
    pub fn wait(&self, most: usize) -> Result<(), GpuError> {
        self.queue.wait(most)
    }

    /// The oldest frame that was not taken yet, if its measures have arrived; without measures if nothing was
    /// placed.
    ///
    /// # Errors
    /// As [`ReadbackQueue::pop`].
    pub fn take(&mut self) -> Result<Option<(Occasion, Option<Shown>)>, GpuError> {
        let shown = match self.open.front() {
            None => return Ok(None),
            Some((_, false)) => None,
            Some((_, true)) => match self.queue.pop(bytemuck::pod_read_unaligned)? {
                Some(shown) => Some(shown),
                None => return Ok(None),
            },
        };
        let next = self.open.pop_front();
        Ok(next.map(|(occasion, _)| (occasion, shown)))
    }
}
