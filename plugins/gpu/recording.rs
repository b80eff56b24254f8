//! Passes as data: a frame's work is collected, can be read without any GPU call, and is
//! submitted once.

use std::collections::HashMap;
use std::sync::Arc;

use super::binding::{Binding, BindingId};
use super::device::Gpu;
use super::error::GpuError;
use super::frame::Frame;
use super::image::StorageBuffer;
use super::kernel::Kernel;
use super::readback::{Readback, ReadbackStep};
use super::readback_queue::{QueuedReadback, ReadbackQueue};
use super::shader::Params;
use super::timing::PassTimer;
use super::transfer::{Download, Staged};

/// Bind groups kept; a filter uses a few dozen. More come only from upstream's frame pools.
const MOST_BIND_GROUPS: usize = 512;

/// Most workgroups that WebGPU promises in a direction.
const MOST_GROUPS: u32 = 65535;

/// At least so many workgroups, in rows as long as they may be.
fn rows_of_groups(groups: u32) -> [u32; 3] {
    let columns = groups.clamp(1, MOST_GROUPS);
    [columns, groups.div_ceil(columns), 1]
}

/// How many workgroups a pass has.
#[derive(Debug, Clone)]
pub enum Groups {
    /// In x, y, z.
    Fixed([u32; 3]),
    /// As a buffer says from this byte on, when the pass runs.
    Indirect(wgpu::Buffer, u64),
}

/// One dispatch, as recorded.
#[derive(Debug)]
pub struct Pass {
    /// The kernel to run.
    pub kernel: Arc<Kernel>,
    /// Its parameter block.
    pub params: Vec<u8>,
    /// Number of workgroups.
    pub groups: Groups,
    /// Bytes of all bound resources.
    pub bytes: u64,
    bind_group: wgpu::BindGroup,
}

/// One step of a recording.
#[derive(Debug)]
enum Step {
    Pass(Pass),
    Upload(Staged, wgpu::Buffer),
    Download(Download, wgpu::Buffer),
    Copy(wgpu::Buffer, wgpu::Buffer),
    Clear(wgpu::Buffer),
    ReadBack(ReadbackStep),
    ReadBackEach(QueuedReadback),
}

/// Keeps what a filter reuses from frame to frame: bind groups and the pass timer.
#[derive(Debug)]
pub struct Recorder {
    gpu: Arc<Gpu>,
    bind_groups: HashMap<(u64, Vec<BindingId>), wgpu::BindGroup>,
    timer: Option<PassTimer>,
}

impl Recorder {
    /// A recorder without timing.
    pub fn new(gpu: &Arc<Gpu>) -> Self {
        Self {
            gpu: gpu.clone(),
            bind_groups: HashMap::new(),
            timer: None,
        }
    }

    /// Measures each pass of one frame in `every`; 1 for all frames. No effect where the adapter
    /// has no timestamps.
    pub fn enable_timing(&mut self, every: u64) {
        self.timer = PassTimer::new(&self.gpu, every);
    }

    /// Latest GPU time of each pass in milliseconds, in order of execution.
    pub fn timings(&self) -> Vec<(&'static str, f64)> {
        self.timer
            .as_ref()
            .map(PassTimer::latest)
            .unwrap_or_default()
    }

    /// Bind groups kept for reuse.
    pub fn bind_groups(&self) -> usize {
        self.bind_groups.len()
    }

    /// Forgets all bind groups, and so lets go of the frames they hold.
    pub fn clear(&mut self) {
        self.bind_groups.clear();
    }

    /// The device.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.gpu
    }

    /// Starts the recording of one frame's work.
    pub fn begin(&mut self) -> Recording<'_> {
        if self.bind_groups.len() > MOST_BIND_GROUPS {
            self.bind_groups.clear();
        }
        Recording {
            recorder: self,
            steps: Vec::new(),
        }
    }
}

/// The work of one frame, not yet submitted.
#[derive(Debug)]
pub struct Recording<'a> {
    recorder: &'a mut Recorder,
    steps: Vec<Step>,
}

/// Names a submitted recording, to wait for.
#[derive(Debug, Clone)]
pub struct Submission(pub(super) wgpu::SubmissionIndex);

impl Recording<'_> {
    /// The device.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.recorder.gpu
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
        if params.len() != kernel.reflection.params.0 {
            return Err(GpuError::Shader {
                name: kernel.name.into(),
                reason: format!(
                    "wants {} bytes of parameters, {} were given",
                    kernel.reflection.params.0,
                    params.len()
                ),
            });
        }
        let bind_group = self.recorder.bind_group(kernel, bindings)?;
        self.steps.push(Step::Pass(Pass {
            kernel: kernel.clone(),
            params: params.to_vec(),
            groups,
            bytes: bindings.iter().map(|(_, binding)| binding.bytes()).sum(),
            bind_group,
        }));
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

    /// Records the copy of staged planes into a frame of the same layout.
    pub fn upload(&mut self, staged: Staged, frame: &Frame) {
        let step = Step::Upload(staged, frame.buffer().buffer().clone());
        self.steps.push(step);
    }

    /// Records the copy of a frame into a staging buffer, to be read after submission.
    pub fn download(&mut self, download: &Download, frame: &Frame) {
        let step = Step::Download(download.clone(), frame.buffer().buffer().clone());
        self.steps.push(step);
    }

    /// Records the copy of a whole frame. Both have the same layout; otherwise nothing happens.
    pub fn copy(&mut self, from: &Frame, to: &Frame) {
        if from.layout() == to.layout() {
            let [from, to] = [from, to].map(|frame| frame.buffer().buffer().clone());
            self.steps.push(Step::Copy(from, to));
        }
    }

    /// The passes recorded so far.
    pub fn passes(&self) -> impl Iterator<Item = &Pass> {
        self.steps.iter().filter_map(|step| match step {
            Step::Pass(pass) => Some(pass),
            _ => None,
        })
    }

    /// Submits everything at once and does not wait.
    ///
    /// # Errors
    /// As [`Gpu::check`].
    pub fn submit(self) -> Result<Submission, GpuError> {
        let Self { recorder, steps } = self;
        let gpu = recorder.gpu.clone();
        let mut encoder = gpu
            .device()
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut timer = recorder.timer.as_mut().and_then(PassTimer::begin);
        let mut rest = steps.iter().peekable();
        while let Some(step) = rest.next() {
            match step {
                Step::Pass(pass) => {
                    let timestamps = timer.as_mut().and_then(|t| t.next(pass.kernel.name));
                    let mut compute = begin_passes(&mut encoder, pass, timestamps);
                    encode_pass(&mut compute, pass);
                    // One compute pass for all that follow: to begin another costs software more
                    // than a small dispatch. Where each is measured, each has its own.
                    while let (None, Some(Step::Pass(next))) = (&timer, rest.peek()) {
                        encode_pass(&mut compute, next);
                        rest.next();
                    }
                }
                Step::Upload(staged, frame) => staged.encode(&mut encoder, frame),
                Step::Download(download, frame) => download.encode(&mut encoder, frame),
                Step::Copy(from, to) => {
                    encoder.copy_buffer_to_buffer(from, 0, to, 0, from.size());
                }
                Step::Clear(buffer) => encoder.clear_buffer(buffer, 0, None),
                Step::ReadBack(step) => step.encode(&mut encoder),
                Step::ReadBackEach(step) => step.encode(&mut encoder),
            }
        }
        if let Some(timer) = timer {
            timer.finish(&mut encoder);
        }
        let index = gpu.queue().submit([encoder.finish()]);
        gpu.poll()?;
        Ok(Submission(index))
    }
}

fn begin_passes<'e>(
    encoder: &'e mut wgpu::CommandEncoder,
    pass: &Pass,
    timestamps: Option<wgpu::ComputePassTimestampWrites<'_>>,
) -> wgpu::ComputePass<'e> {
    encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
        label: Some(pass.kernel.name),
        timestamp_writes: timestamps,
    })
}

fn encode_pass(compute: &mut wgpu::ComputePass<'_>, pass: &Pass) {
    compute.set_pipeline(&pass.kernel.pipeline);
    compute.set_bind_group(0, &pass.bind_group, &[]);
    if !pass.params.is_empty() {
        compute.set_immediates(0, &pass.params);
    }
    match &pass.groups {
        Groups::Fixed([x, y, z]) => compute.dispatch_workgroups(*x, *y, *z),
        Groups::Indirect(buffer, byte) => compute.dispatch_workgroups_indirect(buffer, *byte),
    }
}

impl Recorder {
    fn bind_group(
        &mut self,
        kernel: &Kernel,
        bindings: &[(&str, Binding<'_>)],
    ) -> Result<wgpu::BindGroup, GpuError> {
        let slots = &kernel.reflection.slots;
        let mut found = Vec::with_capacity(slots.len());
        for slot in slots {
            let binding = bindings.iter().find(|(name, _)| *name == slot.name);
            match binding {
                Some((_, binding)) => found.push((slot.binding, *binding)),
                None => return Err(wrong_bindings(kernel, bindings)),
            }
        }
        if bindings.len() != slots.len() {
            return Err(wrong_bindings(kernel, bindings));
        }
        let ids = found.iter().map(|(_, binding)| binding.id()).collect();
        let device = self.gpu.device();
        let group = self.bind_groups.entry((kernel.id, ids)).or_insert_with(|| {
            let entries: Vec<_> = found
                .iter()
                .map(|(number, binding)| wgpu::BindGroupEntry {
                    binding: *number,
                    resource: binding.resource(),
                })
                .collect();
            device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(kernel.name),
                layout: &kernel.layout,
                entries: &entries,
            })
        });
        Ok(group.clone())
    }
}

fn wrong_bindings(kernel: &Kernel, given: &[(&str, Binding<'_>)]) -> GpuError {
    let wanted: Vec<&str> = kernel
        .reflection
        .slots
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    let given: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
    GpuError::Shader {
        name: kernel.name.into(),
        reason: format!("wants the bindings {wanted:?}, {given:?} were given"),
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
