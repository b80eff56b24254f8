//! Passes as data: the work of a frame is collected, can be inspected without a GPU call, and is submitted
//! once.

use std::sync::Arc;

use super::binding::Binding;
use super::device::Gpu;
use super::error::GpuError;
use super::frame::Frame;
use super::image::StorageBuffer;
use super::kernel::Kernel;
use super::loan::{Borrowed, Lent};
use super::packed::Repacking;
use super::pass::{Groups, Pass, Step};
use super::readback::{Readback, ReadbackStep};
use super::readback_queue::ReadbackQueue;
use super::recorder::Recorder;
use super::shader::Params;
use super::submission::Submission;
use super::transfer::{Download, Staged};

/// Largest number of workgroups in one direction that WebGPU guarantees.
const MAX_GROUPS: u32 = 65535;

/// Splits a count of workgroups into rows of at most [`MAX_GROUPS`]. May round up; shaders skip the excess.
fn rows_of_groups(groups: u32) -> [u32; 3] {
    let columns = groups.clamp(1, MAX_GROUPS);
    [columns, groups.div_ceil(columns), 1]
}

/// The work of one frame, not yet submitted.
#[derive(Debug)]
pub struct Recording<'a> {
    recorder: &'a mut Recorder,
    steps: Vec<Step>,
    pub(super) borrowed: Borrowed,
}

impl Recorder {
    /// Starts a recording of one frame's work.
    pub fn begin(&mut self) -> Recording<'_> {
        Recording {
            recorder: self,
            steps: Vec::new(),
            borrowed: Borrowed::default(),
        }
    }
}

impl Recording<'_> {
    /// The device.
    pub fn gpu(&self) -> &Arc<Gpu> {
        self.recorder.gpu()
    }

    /// Records a pass with one invocation for each pixel or block of a grid of `size`.
    ///
    /// # Errors
    /// [`GpuError::Shader`] if names or parameters are not those of the shader.
    pub fn pass<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        params: &P,
        size: (u32, u32),
    ) -> Result<(), GpuError> {
        let [x, y, _] = kernel.reflection.workgroup;
        let groups = [size.0.div_ceil(x), size.1.div_ceil(y), 1];
        self.dispatch(kernel, bindings, bytemuck::bytes_of(params), groups)
    }

    /// As [`Recording::pass`], but invocations run on from one row to the next, so that only the last
    /// workgroup has idle ones. For shaders that include `shared/filled.wgsl`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn filled<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        params: &P,
        size: (u32, u32),
    ) -> Result<(), GpuError> {
        self.parts(kernel, bindings, params, &[size])
    }

    /// As [`Recording::filled`], for several grids one after the other; each begins with a new workgroup.
    /// For shaders that include `shared/parts.wgsl`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn parts<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        params: &P,
        sizes: &[(u32, u32)],
    ) -> Result<(), GpuError> {
        let [one, _, _] = kernel.reflection.workgroup;
        let groups = sizes.iter().map(|size| (size.0 * size.1).div_ceil(one));
        let groups = rows_of_groups(groups.sum());
        self.dispatch(kernel, bindings, bytemuck::bytes_of(params), groups)
    }

    /// Records a pass with one invocation for each pixel of several layers. `size` is width, height, layers.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn layers<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        params: &P,
        size: (u32, u32, u32),
    ) -> Result<(), GpuError> {
        let [x, y, z] = kernel.reflection.workgroup;
        let groups = [size.0.div_ceil(x), size.1.div_ceil(y), size.2.div_ceil(z)];
        self.dispatch(kernel, bindings, bytemuck::bytes_of(params), groups)
    }

    /// Records a pass by its number of workgroups and the bytes of its parameter block.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn dispatch(
        &mut self,
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        params: &[u8],
        groups: [u32; 3],
    ) -> Result<(), GpuError> {
        self.record(kernel, bindings, params, Groups::Fixed(groups))
    }

    /// Records a pass whose workgroup counts an earlier pass writes: three words of a
    /// [`StorageBuffer::arguments`] from a byte on, a multiple of 4.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn indirect<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        params: &P,
        (buffer, byte): (&StorageBuffer, u64),
    ) -> Result<(), GpuError> {
        let groups = Groups::Indirect(buffer.buffer().clone(), byte);
        self.record(kernel, bindings, bytemuck::bytes_of(params), groups)
    }

    fn record(
        &mut self,
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        params: &[u8],
        groups: Groups,
    ) -> Result<(), GpuError> {
        let pass = Pass::new(kernel, bindings, params, groups)?;
        self.steps.push(Step::Pass(pass));
        Ok(())
    }

    /// Records filling a buffer with zeros.
    pub fn clear(&mut self, buffer: &StorageBuffer) {
        self.steps.push(Step::Clear(buffer.buffer().clone()));
    }

    /// Records the readback of a buffer; skipped at submission if the last one is still in flight.
    pub fn read_back(&mut self, readback: &Readback, buffer: &StorageBuffer) {
        let step = ReadbackStep::new(readback, buffer);
        self.steps.push(Step::ReadBack(step));
    }

    /// Records the readback of a buffer for this frame.
    pub fn read_back_each(&mut self, queue: &mut ReadbackQueue, buffer: &StorageBuffer) {
        let step = queue.next(buffer);
        self.steps.push(Step::ReadBackEach(step));
    }

    /// Records the upload of staged planes into a frame of the same layout: a copy, and a pass for packed
    /// formats.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn upload(&mut self, staged: Staged, frame: &Frame) -> Result<(), GpuError> {
        let split = staged.split.clone();
        let to = match &split {
            Some(split) => &split.packed,
            None => frame.buffer(),
        };
        self.steps.push(Step::Upload(staged, to.buffer().clone()));
        match &split {
            Some(split) => self.repack(split, frame),
            None => Ok(()),
        }
    }

    /// Records the download of a frame into a staging buffer, to be read after submission.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn download(&mut self, download: &Download, frame: &Frame) -> Result<(), GpuError> {
        let mut from = frame.buffer();
        if let Some(join) = &download.join {
            self.repack(join, frame)?;
            from = &join.packed;
        }
        let step = Step::Download(download.clone(), from.buffer().clone());
        self.steps.push(step);
        Ok(())
    }

    pub(super) fn repack(&mut self, repacking: &Repacking, frame: &Frame) -> Result<(), GpuError> {
        let bindings = [
            ("packed", repacking.packed.as_ref().into()),
            ("frame", frame.into()),
        ];
        self.layers(
            &repacking.kernel,
            &bindings,
            &repacking.params,
            repacking.size,
        )
    }

    /// Records the copy of a whole frame. Does nothing if the layouts differ.
    pub fn copy(&mut self, from: &Frame, to: &Frame) {
        if from.layout() == to.layout() {
            let [from, to] = [from, to].map(|frame| frame.buffer().buffer().clone());
            self.steps.push(Step::Copy(from, to));
        }
    }

    /// Records a copy of the alpha plane. Nothing is recorded if there is none, or the layouts differ.
    pub fn copy_alpha(&mut self, from: &Frame, to: &Frame) {
        let alpha = from.spans().last().filter(|_| from.layout().alpha);
        if let (Some(span), true) = (alpha, from.layout() == to.layout()) {
            let bytes = u64::from(span.stride) * u64::from(span.rows);
            let [from, to] = [from, to].map(|frame| (frame.buffer(), span.offset));
            self.copy_part(from, to, bytes);
        }
    }

    /// Records a copy from a byte of one buffer to a byte of another, all multiples of 4.
    pub fn copy_part(
        &mut self,
        (from, source): (&StorageBuffer, u64),
        (to, target): (&StorageBuffer, u64),
        bytes: u64,
    ) {
        let (from, to) = (from.buffer().clone(), to.buffer().clone());
        let step = Step::CopyPart((from, source), (to, target), bytes);
        self.steps.push(step);
    }

    /// Keeps what is given until the GPU has done with this recording, or is lost.
    pub fn keep(&mut self, lent: Lent) {
        self.borrowed.kept.push(lent);
    }

    /// Notes memory that others write, to be taken over before the recording and given back after it.
    #[cfg(target_os = "linux")]
    pub(super) fn borrow_foreign(&mut self, memory: &StorageBuffer) {
        let buffer = memory.buffer();
        if !self.borrowed.foreign.contains(buffer) {
            self.borrowed.foreign.push(buffer.clone());
        }
    }

    /// Submits everything together, without waiting.
    ///
    /// # Errors
    /// As [`Gpu::check`].
    pub fn submit(self) -> Result<Submission, GpuError> {
        self.recorder.submit(&self.steps, self.borrowed)
    }

    /// The passes recorded so far.
    pub fn passes(&self) -> impl Iterator<Item = &Pass> {
        self.steps.iter().filter_map(|step| match step {
            Step::Pass(pass) => Some(pass),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_groups_are_no_longer_than_may_be() {
        assert_eq!(rows_of_groups(1), [1, 1, 1]);
        assert_eq!(rows_of_groups(MAX_GROUPS), [MAX_GROUPS, 1, 1]);
        assert_eq!(rows_of_groups(2 * MAX_GROUPS + 1), [MAX_GROUPS, 3, 1]);
    }
}
