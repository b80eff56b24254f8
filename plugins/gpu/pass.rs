//! The steps of a recording as data: dispatches, copies and readbacks.

use std::sync::Arc;

use super::binding::{Binding, Resource};
use super::error::GpuError;
use super::kernel::Kernel;
use super::readback::ReadbackStep;
use super::readback_queue::QueuedReadback;
use super::transfer::{Download, Staged};

/// Number of workgroups of a pass.
#[derive(Debug, Clone)]
pub enum Groups {
    /// In x, y, z.
    Fixed([u32; 3]),
    /// Read from a buffer when the pass runs: three words from this byte on.
    Indirect(wgpu::Buffer, u64),
}

/// One dispatch, as recorded.
#[derive(Debug)]
pub struct Pass {
    /// The kernel to run.
    pub kernel: Arc<Kernel>,
    pub(super) resources: Vec<Resource>,
    /// Its parameter block.
    pub params: Vec<u8>,
    /// Number of workgroups.
    pub groups: Groups,
}

impl Pass {
    /// Looks up the shader's bindings by name.
    ///
    /// # Errors
    /// [`GpuError::Shader`] if names or parameters are not those of the shader.
    pub(super) fn new(
        kernel: &Arc<Kernel>,
        bindings: &[(&str, Binding<'_>)],
        params: &[u8],
        groups: Groups,
    ) -> Result<Self, GpuError> {
        if params.len() != kernel.reflection.params.0 {
            return Err(GpuError::Shader {
                name: kernel.name().into(),
                reason: format!(
                    "expects {} bytes of parameters, got {}",
                    kernel.reflection.params.0,
                    params.len()
                ),
            });
        }
        Ok(Self {
            kernel: kernel.clone(),
            resources: resources_of(kernel, bindings)?,
            params: params.to_vec(),
            groups,
        })
    }

    /// The bound resources: name in the shader, number unique in this process, and size in bytes.
    pub fn resources(&self) -> impl Iterator<Item = (&str, u64, u64)> {
        let slots = self.kernel.reflection.slots.iter();
        let pairs = slots.zip(&self.resources);
        pairs.map(|(slot, resource)| (slot.name.as_str(), resource.id().0, resource.bytes()))
    }

    /// Total size of all bound resources in bytes: an upper bound of the traffic if each byte is touched
    /// once.
    pub fn bytes(&self) -> u64 {
        self.resources.iter().map(Resource::bytes).sum()
    }
}

/// One step of a recording.
#[derive(Debug)]
pub(super) enum Step {
    Pass(Pass),
    Upload(Staged, wgpu::Buffer),
    Download(Download, wgpu::Buffer),
    Copy(wgpu::Buffer, wgpu::Buffer),
    /// From a byte of one buffer to a byte of another, so many bytes.
    CopyPart((wgpu::Buffer, u64), (wgpu::Buffer, u64), u64),
    Clear(wgpu::Buffer),
    ReadBack(ReadbackStep),
    ReadBackEach(QueuedReadback),
}

/// The bound resources in the order of the shader's bindings.
fn resources_of(
    kernel: &Kernel,
    bindings: &[(&str, Binding<'_>)],
) -> Result<Vec<Resource>, GpuError> {
    let slots = &kernel.reflection.slots;
    let found = slots.iter().map(|slot| {
        let mut given = bindings.iter();
        let (_, binding) = given.find(|(name, _)| *name == slot.name)?;
        Some(binding.resource())
    });
    let found: Option<Vec<_>> = found.collect();
    found
        .filter(|_| bindings.len() == slots.len())
        .ok_or_else(|| wrong_bindings(kernel, bindings))
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
        name: kernel.name().into(),
        reason: format!("expects the bindings {wanted:?}, got {given:?}"),
    }
}
