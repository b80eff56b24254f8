//! Reads the picture around clicks, without waiting.

use std::collections::VecDeque;
use std::sync::Arc;

use super::snap::{SIDE, corner};
use crate::gpu::{
    Frame, FrameLayout, Gpu, GpuError, Kernel, KernelSpec, ReadbackQueue, Recording, SamplePlaces,
    StorageBuffer, Submission,
};
use crate::trackoverlay::lines::Lines;
use crate::trackoverlay::quad::Point;
use crate::{kernel, params};

params! {
    /// Parameters of `marking/patch.wgsl`.
    pub struct PatchParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Position of the frame's samples.
        pub samples: SamplePlaces,
        /// 8-bit codes of a code.
        pub unit: f32,
        /// Column of the click.
        pub x: i32,
        /// Row of the click.
        pub y: i32,
    }
}

/// Copies luma around a click.
pub const PATCH: KernelSpec = kernel!("trackoverlay/marking/patch", PatchParams);

/// A question that a frame answers: the mark's id, the pixel that was asked for, and the lines that the frame holds.
type Question = (u64, [i32; 2], Lines);

/// Finds the corners that marks mean.
#[derive(Debug)]
pub struct Patches {
    kernel: Arc<Kernel>,
    layout: FrameLayout,
    patch: StorageBuffer,
    queue: ReadbackQueue,
    open: VecDeque<Question>,
}

impl Patches {
    /// Compiles the kernel and allocates its buffer.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Arc<Gpu>, layout: FrameLayout) -> Result<Self, GpuError> {
        let bytes = (4 * SIDE * SIDE) as u64;
        Ok(Self {
            kernel: gpu.kernel(&PATCH)?,
            layout,
            patch: StorageBuffer::new(gpu, "marked patch", bytes),
            queue: ReadbackQueue::new(gpu, bytes),
            open: VecDeque::new(),
        })
    }

    /// Asks a frame for the corner that the mark with this id means, a place in the picture.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn ask(
        &mut self,
        recording: &mut Recording<'_>,
        frame: &Frame,
        (id, place): (u64, Point),
        lines: Lines,
    ) -> Result<(), GpuError> {
        let [x, y] = lines.place_from_picture(place).map(|v| v.round() as i32);
        let params = PatchParams {
            width: self.layout.width,
            height: self.layout.height,
            samples: SamplePlaces::new(&self.layout),
            unit: 255.0 / self.layout.max_code() as f32,
            x,
            y,
        };
        let bindings = [("frame", frame.into()), ("patch_out", (&self.patch).into())];
        let side = SIDE as u32;
        recording.pass(&self.kernel, &bindings, &params, (side, side))?;
        recording.read_back_each(&mut self.queue, &self.patch);
        self.open.push_back((id, [x, y], lines));
        Ok(())
    }

    /// Buffer with the latest patch; for tests.
    pub fn patch(&self) -> &StorageBuffer {
        &self.patch
    }

    /// Notes which submission holds the latest recording.
    pub fn submitted(&mut self, submission: &Submission) {
        self.queue.submitted(submission);
    }

    /// Waits until at most `most` answers are in flight.
    ///
    /// # Errors
    /// As [`ReadbackQueue::wait`].
    pub fn wait(&self, most: usize) -> Result<(), GpuError> {
        self.queue.wait(most)
    }

    /// The next answer that has arrived: the mark's id, and the corner in the picture if there is one.
    ///
    /// # Errors
    /// As [`ReadbackQueue::pop`].
    pub fn answer(&mut self) -> Result<Option<(u64, Option<Point>)>, GpuError> {
        let found = self.queue.pop(|bytes| {
            let codes: Vec<f32> = bytes
                .chunks_exact(4)
                .map(bytemuck::pod_read_unaligned)
                .collect();
            corner(&codes)
        })?;
        let Some((found, (id, [x, y], lines))) = found.zip(self.open.front().copied()) else {
            return Ok(None);
        };
        self.open.pop_front();
        let place = found.map(|[dx, dy]| [f64::from(x) + dx, f64::from(y) + dy]);
        Ok(Some((id, place.map(|place| lines.place_to_picture(place)))))
    }
}
