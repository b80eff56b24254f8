//! Passes as data: a frame's work is collected, can be read without any GPU call, and is
//! submitted once.

use std::sync::Arc;

use super::binding::Binding;
use super::device::Gpu;
use super::error::GpuError;
use super::frame::Frame;
use super::image::StorageBuffer;
use super::kernel::Kernel;
use super::packed::Repacking;
use super::pass::{Groups, Pass, Step};
use super::readback::{Readback, ReadbackStep};
use super::readback_queue::ReadbackQueue;
use super::recorder::Recorder;
use super::shader::Params;
use super::submission::Submission;
use super::transfer::{Download, Staged};

/// Most workgroups that WebGPU promises in a direction.
const MOST_GROUPS: u32 = 65535;

/// At least so many workgroups, in rows as long as they may be.
fn rows_of_groups(groups: u32) -> [u32; 3] {
    let columns = groups.clamp(1, MOST_GROUPS);
    [columns, groups.div_ceil(columns), 1]
}

/// The work of one frame, not yet submitted.
#[derive(Debug)]
pub struct Recording<'a> {
    recorder: &'a mut Recorder,
    steps: Vec<Step>,
}

impl Recorder {
    /// Starts the recording of one frame's work.
    pub fn begin(&mut self) -> Recording<'_> {
        Recording {
            recorder: self,
            steps: Vec::new(),
        }
    }
}

impl Recording<'_> {
    /// The device.
    pub fn gpu(&self) -> &Arc<Gpu> {
        self.recorder.gpu()
    }

    /// Records a pass with one invocation for each of `size` pixels (or blocks).
    ///
    /// # Errors
    /// [`GpuError::Shader`] where the names or the parameters are not those of the shader.
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

    /// Records a pass with one invocation for each of `size` blocks, row after row without a gap,
    /// for shaders that include `shared/filled.wgsl`.
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

    /// The same for several parts of a picture, each in workgroups of its own, for shaders that
    /// include `shared/parts.wgsl`.
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

    /// Records a pass with one invocation for each pixel of several layers: width, height, layers.
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

    /// Records a pass by its number of workgroups and the raw bytes of its parameters.
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

    /// Records a pass whose number of workgroups an earlier pass finds: three words at a byte of a
    /// [`StorageBuffer::arguments`], a multiple of 4.
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

    /// Sets a buffer to zero.
    pub fn clear(&mut self, buffer: &StorageBuffer) {
        self.steps.push(Step::Clear(buffer.buffer().clone()));
    }

    /// Records the readback of a buffer, unless the last one is still under way at submission.
    pub fn read_back(&mut self, readback: &Readback, buffer: &StorageBuffer) {
        let step = ReadbackStep::new(readback, buffer);
        self.steps.push(Step::ReadBack(step));
    }

    /// Records the readback of a buffer for this very frame.
    pub fn read_back_each(&mut self, queue: &mut ReadbackQueue, buffer: &StorageBuffer) {
        let step = queue.next(buffer);
        self.steps.push(Step::ReadBackEach(step));
    }

    /// Records the way of staged planes into a frame of the same layout: a copy, and for packed samples a
    /// pass.
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

    /// Records the way of a frame into a staging buffer, to be read after submission.
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

    fn repack(&mut self, repacking: &Repacking, frame: &Frame) -> Result<(), GpuError> {
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

    /// Records the copy of a whole frame. Both have the same layout; otherwise nothing happens.
    pub fn copy(&mut self, from: &Frame, to: &Frame) {
        if from.layout() == to.layout() {
            let [from, to] = [from, to].map(|frame| frame.buffer().buffer().clone());
            self.steps.push(Step::Copy(from, to));
        }
    }

    /// Submits everything at once and does not wait.
    ///
    /// # Errors
    /// As [`Gpu::check`].
    pub fn submit(self) -> Result<Submission, GpuError> {
        self.recorder.submit(&self.steps)
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
        assert_eq!(rows_of_groups(MOST_GROUPS), [MOST_GROUPS, 1, 1]);
        assert_eq!(rows_of_groups(2 * MOST_GROUPS + 1), [MOST_GROUPS, 3, 1]);
    }
}
