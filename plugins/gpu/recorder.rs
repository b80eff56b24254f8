//! Objects reused from frame to frame, and the submission of a recording.

use std::collections::HashMap;
use std::sync::Arc;

use super::binding::{Resource, ResourceId};
use super::device::Gpu;
use super::error::GpuError;
#[cfg(target_os = "linux")]
use super::foreign::{Handover, handover};
use super::guard::guarded;
use super::image::FOREIGN;
use super::loan::{Borrowed, Loans};
use super::pass::{Groups, Pass, Step};
use super::submission::Submission;
use super::timing::PassTimer;

/// Limit of cached bind groups. A filter needs a few dozen; only frames of upstream's pools add more.
const MAX_BIND_GROUPS: usize = 512;

/// Objects reused from frame to frame: bind groups and the pass timer.
#[derive(Debug)]
pub struct Recorder {
    gpu: Arc<Gpu>,
    bind_groups: HashMap<(u64, Vec<ResourceId>), wgpu::BindGroup>,
    timer: Option<PassTimer>,
    loans: Loans,
}

impl Recorder {
    /// A recorder without timing.
    pub fn new(gpu: &Arc<Gpu>) -> Self {
        Self {
            gpu: gpu.clone(),
            bind_groups: HashMap::new(),
            timer: None,
            loans: Loans::default(),
        }
    }

    /// Measures each pass of every `every`-th frame; 1 measures all frames. Has no effect if the adapter has
    /// no timestamps.
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

    /// Number of cached bind groups.
    pub fn bind_groups(&self) -> usize {
        self.bind_groups.len()
    }

    /// Drops all bind groups, and with them the frames that they hold.
    pub fn clear(&mut self) {
        self.bind_groups.clear();
    }

    /// The device.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.gpu
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // Of a device that works, the end of the work gives it back.
        if self.gpu.check().is_err() {
            self.loans.end_all();
        }
    }
}

impl Recorder {
    /// Submits all steps together, without waiting.
    ///
    /// # Errors
    /// As [`Gpu::check`].
    pub(super) fn submit(
        &mut self,
        steps: &[Step],
        borrowed: Borrowed,
    ) -> Result<Submission, GpuError> {
        // What could not be allocated for them must not be used.
        self.gpu.check()?;
        let gpu = self.gpu.clone();
        let submitted = guarded(|| self.encode_and_submit(steps, borrowed));
        match submitted {
            Ok(submission) => {
                gpu.poll()?;
                submission
            }
            Err(reason) => {
                gpu.give_up(GpuError::Lost(reason.clone()));
                Err(GpuError::Lost(reason))
            }
        }
    }

    fn encode_and_submit(
        &mut self,
        steps: &[Step],
        borrowed: Borrowed,
    ) -> Result<Submission, GpuError> {
        if self.bind_groups.len() > MAX_BIND_GROUPS {
            self.bind_groups.clear();
        }
        let gpu = self.gpu.clone();
        let passes = steps.iter().map(|step| match step {
            Step::Pass(pass) => self.prepare(pass).map(Some),
            _ => Ok(None),
        });
        let prepared = passes.collect::<Result<Vec<_>, _>>()?;
        let mut encoder = gpu
            .device()
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut timer = self.timer.as_mut().and_then(PassTimer::begin);
        let mut rest = steps.iter().zip(&prepared).peekable();
        while let Some((step, prepared)) = rest.next() {
            if let Some(prepared) = prepared {
                let name = prepared.pass.kernel.name();
                let timestamps = timer.as_mut().and_then(|t| t.next(name));
                let mut compute = begin_passes(&mut encoder, name, timestamps);
                prepared.encode(&mut compute);
                // Consecutive passes share one compute pass: beginning another costs software Vulkan more
                // than a small dispatch. A measured frame has one for each, for its timestamps.
                while let (None, Some((_, Some(next)))) = (&timer, rest.peek()) {
                    next.encode(&mut compute);
                    rest.next();
                }
                continue;
            }
            match step {
                Step::Pass(_) => {}
                Step::Upload(staged, frame) => staged.encode(&mut encoder, frame),
                Step::Download(download, frame) => download.encode(&mut encoder, frame),
                Step::Copy(from, to) => {
                    // A frame in memory of somebody else may have more behind it.
                    let bytes = from.size().min(to.size());
                    encoder.copy_buffer_to_buffer(from, 0, to, 0, bytes);
                }
                Step::CopyPart((from, source), (to, target), bytes) => {
                    encoder.copy_buffer_to_buffer(from, *source, to, *target, *bytes);
                }
                Step::Clear(buffer) => encoder.clear_buffer(buffer, 0, None),
                Step::ReadBack(step) => step.encode(&mut encoder),
                Step::ReadBackEach(step) => step.encode(&mut encoder),
            }
        }
        if let Some(timer) = timer {
            timer.finish(&mut encoder);
        }
        if !borrowed.kept.is_empty() {
            let loans = self.loans.clone();
            let number = loans.begin(borrowed.kept);
            encoder.on_submitted_work_done(move || loans.end(number));
        }
        let commands = between_handovers(&gpu, encoder.finish(), &borrowed.foreign);
        Ok(Submission(gpu.queue().submit(commands)))
    }
}

/// The commands, with what is borrowed from others taken over before and given back after them.
#[cfg(target_os = "linux")]
fn between_handovers(
    gpu: &Gpu,
    commands: wgpu::CommandBuffer,
    foreign: &[wgpu::Buffer],
) -> Vec<wgpu::CommandBuffer> {
    if foreign.is_empty() {
        return vec![commands];
    }
    let hand = |way| handover(gpu, foreign, way);
    let all = [
        hand(Handover::Acquire),
        Some(commands),
        hand(Handover::Release),
    ];
    all.into_iter().flatten().collect()
}

#[cfg(not(target_os = "linux"))]
fn between_handovers(
    _: &Gpu,
    commands: wgpu::CommandBuffer,
    _: &[wgpu::Buffer],
) -> Vec<wgpu::CommandBuffer> {
    vec![commands]
}

fn begin_passes<'e>(
    encoder: &'e mut wgpu::CommandEncoder,
    name: &str,
    timestamps: Option<wgpu::ComputePassTimestampWrites<'_>>,
) -> wgpu::ComputePass<'e> {
    encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
        label: Some(name),
        timestamp_writes: timestamps,
    })
}

/// A recorded pass with the device objects it needs.
struct Prepared<'a> {
    pass: &'a Pass,
    pipeline: &'a wgpu::ComputePipeline,
    bind_group: wgpu::BindGroup,
}

impl Prepared<'_> {
    fn encode(&self, compute: &mut wgpu::ComputePass<'_>) {
        compute.set_pipeline(self.pipeline);
        compute.set_bind_group(0, &self.bind_group, &[]);
        if !self.pass.params.is_empty() {
            compute.set_immediates(0, &self.pass.params);
        }
        match &self.pass.groups {
            Groups::Fixed([x, y, z]) => compute.dispatch_workgroups(*x, *y, *z),
            Groups::Indirect(buffer, byte) => compute.dispatch_workgroups_indirect(buffer, *byte),
        }
    }
}

impl Recorder {
    /// Waits for the kernel if it is still compiling, and finds the bind group in the cache or makes it.
    fn prepare<'a>(&mut self, pass: &'a Pass) -> Result<Prepared<'a>, GpuError> {
        let compiled = pass.kernel.compiled()?;
        let ids: Vec<_> = pass.resources.iter().map(Resource::id).collect();
        let is_foreign = ids.iter().any(|(id, _, _)| *id == FOREIGN);
        let key = (pass.kernel.id, ids);
        let device = self.gpu.device();
        let make = || {
            let slots = pass.kernel.reflection.slots.iter().zip(&pass.resources);
            let entries: Vec<_> = slots
                .map(|(slot, resource)| wgpu::BindGroupEntry {
                    binding: slot.binding,
                    resource: resource.binding(),
                })
                .collect();
            device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(pass.kernel.name()),
                layout: &compiled.layout,
                entries: &entries,
            })
        };
        let bind_group = match is_foreign {
            true => make(),
            false => self.bind_groups.entry(key).or_insert_with(make).clone(),
        };
        Ok(Prepared {
            pass,
            pipeline: &compiled.pipeline,
            bind_group,
        })
    }
}
