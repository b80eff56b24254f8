//! Choosing and opening an adapter; detecting a lost device.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::cache::PipelineStore;
use super::error::GpuError;
use super::health::Health;
use super::kernel::{DeviceParts, Kernel, KernelSpec, KernelTable, Switches};
use super::matrices::Matrices;
use super::submission::Submission;

/// Longest wait for a submission; after it the device counts as hung.
const STALL_LIMIT: Duration = Duration::from_secs(20);

/// Features that every element needs: parameter blocks inside the command (`var<immediate>`).
const REQUIRED: wgpu::Features = wgpu::Features::IMMEDIATES;

/// Features enabled if the adapter has them.
const OPTIONAL: wgpu::Features = wgpu::Features::TIMESTAMP_QUERY
    .union(wgpu::Features::PIPELINE_CACHE)
    .union(wgpu::Features::SHADER_F16)
    .union(wgpu::Features::SUBGROUP);

/// Which adapter to open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum AdapterSelector {
    /// The best adapter: discrete GPU before integrated before software.
    #[default]
    Auto,
    /// Position in [`Gpu::adapters`].
    Index(usize),
    /// Part of the adapter's name, ignoring case.
    Name(String),
}

impl From<&str> for AdapterSelector {
    /// Empty or `auto` is [`AdapterSelector::Auto`], a number is an index, anything else a part of the name.
    fn from(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("auto") {
            return Self::Auto;
        }
        match text.parse() {
            Ok(index) => Self::Index(index),
            Err(_) => Self::Name(text.to_lowercase()),
        }
    }
}

/// An open device with its queue and compiled kernels. Shared by all elements of a pipeline.
#[derive(Debug)]
pub struct Gpu {
    parts: DeviceParts,
    queue: wgpu::Queue,
    info: wgpu::AdapterInfo,
    kernels: KernelTable,
    store: Option<PipelineStore>,
    matrices: Matrices,
    /// Kept for opening a second device; `None` if an application opened this one.
    adapter: Option<wgpu::Adapter>,
}

/// Devices that elements of this process share, one for each adapter in use. They stay open when the last
/// pipeline stops, because a driver refused to open a device after some thirty times, and because a
/// restarted pipeline then finds its kernels compiled.
static OPEN: Mutex<Vec<Arc<Gpu>>> = Mutex::new(Vec::new());

impl Gpu {
    /// Descriptions of all adapters, in the order of their indices: `0: name (kind, driver)`.
    pub fn adapters() -> Vec<String> {
        let adapters = enumerate();
        describe(&adapters)
    }

    /// The process's open device on an adapter, or a new one. Elements use this, because separate devices on
    /// one adapter take turns, while streams on one device overlap. A lost or faulty device is replaced; its
    /// users keep their handle until they drop it.
    ///
    /// # Errors
    /// As [`Gpu::open`].
    pub fn shared(selector: &AdapterSelector) -> Result<Arc<Self>, GpuError> {
        let adapters = enumerate();
        let adapter = choose(&adapters, selector)?;
        // Two cards with the same name differ by their PCI bus id.
        let name = |info: wgpu::AdapterInfo| (info.name, info.device_pci_bus_id);
        let wanted = name(adapter.get_info());
        // The lock is held while opening, so that two pipelines starting together get the same device.
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|gpu| gpu.check().is_ok());
        let same = |gpu: &&Arc<Self>| name(gpu.info.clone()) == wanted;
        if let Some(gpu) = open.iter().find(same) {
            return Ok(gpu.clone());
        }
        let gpu = Self::open_adapter(adapter)?;
        open.push(gpu.clone());
        Ok(gpu)
    }

    /// Opens a device of its own on an adapter, shared with nobody.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`], [`GpuError::UnknownAdapter`], [`GpuError::Unsupported`] or
    /// [`GpuError::Open`].
    pub fn open(selector: &AdapterSelector) -> Result<Arc<Self>, GpuError> {
        let adapters = enumerate();
        Self::open_adapter(choose(&adapters, selector)?)
    }

    fn open_adapter(adapter: &wgpu::Adapter) -> Result<Arc<Self>, GpuError> {
        let info = adapter.get_info();
        let missing = REQUIRED - adapter.features();
        if !missing.is_empty() {
            return Err(GpuError::Unsupported {
                adapter: info.name,
                missing: format!("{missing:?}"),
            });
        }
        let matrices = Matrices::of(adapter);
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("gstwgpu"),
            required_features: REQUIRED | (OPTIONAL & adapter.features()) | matrices.features(),
            required_limits: adapter.limits(),
            experimental_features: matrices.consent(),
            memory_hints: wgpu::MemoryHints::Performance,
            ..Default::default()
        };
        let (device, queue) =
            pollster::block_on(adapter.request_device(&descriptor)).map_err(|error| {
                GpuError::Open {
                    adapter: info.name.clone(),
                    reason: error.to_string(),
                }
            })?;
        let mut gpu = Self::from_parts(device, queue, info);
        gpu.matrices = matrices;
        gpu.adapter = Some(adapter.clone());
        Ok(Arc::new(gpu))
    }

    /// Opens a second device on the same adapter, for work that may crash the first. `None` if an
    /// application opened this device.
    ///
    /// # Errors
    /// As [`Gpu::open`].
    pub fn second_device(&self) -> Result<Option<Arc<Self>>, GpuError> {
        self.adapter.as_ref().map(Self::open_adapter).transpose()
    }

    /// Wraps a device that an application opened. It must have the feature `IMMEDIATES` with at least 128
    /// bytes. Replaces the device's handlers for device loss and uncaptured errors.
    pub fn from_parts(device: wgpu::Device, queue: wgpu::Queue, info: wgpu::AdapterInfo) -> Self {
        let health = Arc::new(Health::default());
        let lost = health.clone();
        device.set_device_lost_callback(move |reason, message| {
            lost.report(GpuError::Lost(format!("{reason:?} {message}")));
        });
        let faults = health.clone();
        device.on_uncaptured_error(Arc::new(move |error| {
            faults.report(match error {
                wgpu::Error::OutOfMemory { .. } => GpuError::Lost("out of GPU memory".into()),
                other => GpuError::Fault(other.to_string()),
            });
        }));
        let store = PipelineStore::load(&device, &info);
        let cache = store.as_ref().map(|store| store.cache().clone());
        Self {
            parts: DeviceParts {
                device,
                cache,
                health,
            },
            queue,
            info,
            kernels: KernelTable::default(),
            store,
            matrices: Matrices::default(),
            adapter: None,
        }
    }

    /// The wgpu device.
    pub fn device(&self) -> &wgpu::Device {
        &self.parts.device
    }

    /// The wgpu queue.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    /// Name, kind and driver of the adapter.
    pub fn info(&self) -> &wgpu::AdapterInfo {
        &self.info
    }

    /// Matrix units of the adapter, and whether kernels may use them.
    pub fn matrices(&self) -> &Matrices {
        &self.matrices
    }

    /// True if the adapter is a CPU (llvmpipe, SwiftShader, WARP).
    pub fn is_software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu
    }

    /// Largest width and height of a frame in pixels.
    pub fn max_size(&self) -> u32 {
        self.parts.device.limits().max_texture_dimension_2d
    }

    /// The kernel of a spec, shared by all elements on the device. It compiles on another thread, so ask for
    /// all kernels of a filter before using the first. A rejection by the driver is returned by
    /// [`Gpu::finish_kernels`] or the kernel's first use.
    ///
    /// # Errors
    /// [`GpuError::Shader`] if the shader does not parse.
    pub fn kernel(&self, spec: &'static KernelSpec) -> Result<Arc<Kernel>, GpuError> {
        self.variant(spec, &[])
    }

    /// As [`Gpu::kernel`], with values for the shader's `override` switches.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn variant(
        &self,
        spec: &'static KernelSpec,
        switches: Switches,
    ) -> Result<Arc<Kernel>, GpuError> {
        self.kernels.get(&self.parts, spec, switches)
    }

    /// Names of all kernels requested so far.
    pub fn kernel_names(&self) -> BTreeSet<&'static str> {
        self.kernels.names()
    }

    /// Waits until all requested kernels are compiled, and writes them to the cache on disk. Call it once a
    /// filter has requested its kernels.
    ///
    /// # Errors
    /// [`GpuError::Fault`] if the driver rejects one, or as [`Gpu::check`].
    pub fn finish_kernels(&self) -> Result<(), GpuError> {
        self.kernels.finish()?;
        if let Some(store) = &self.store {
            store.save();
        }
        self.check()
    }

    /// Returns the first loss or fault since opening, if any.
    ///
    /// # Errors
    /// [`GpuError::Lost`] or [`GpuError::Fault`].
    pub fn check(&self) -> Result<(), GpuError> {
        self.parts.health.check()
    }

    /// Runs wgpu's callbacks and frees what finished frames held. Never blocks. Must be called regularly:
    /// without it, memory of finished work is never freed.
    ///
    /// # Errors
    /// As [`Gpu::check`].
    pub fn poll(&self) -> Result<(), GpuError> {
        // A failing poll is reported to the lost callback, whose error `check` returns.
        let _ = self.parts.device.poll(wgpu::PollType::Poll);
        self.check()
    }

    /// Waits until a submission has finished.
    ///
    /// # Errors
    /// [`GpuError::Stalled`] after 20 seconds, or as [`Gpu::check`].
    pub fn wait(&self, submission: &Submission) -> Result<(), GpuError> {
        let waited = self.parts.device.poll(wgpu::PollType::Wait {
            submission_index: Some(submission.0.clone()),
            timeout: Some(STALL_LIMIT),
        });
        self.check()?;
        match waited {
            Ok(_) => Ok(()),
            Err(wgpu::PollError::Timeout) => Err(GpuError::Stalled(STALL_LIMIT.as_secs())),
            Err(other) => Err(GpuError::Fault(other.to_string())),
        }
    }

    /// Rejects frames larger than the device's textures.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`].
    pub fn check_size(&self, width: u32, height: u32) -> Result<(), GpuError> {
        let limit = self.max_size();
        if width > limit || height > limit {
            return Err(GpuError::TooLarge {
                width,
                height,
                limit,
            });
        }
        Ok(())
    }
}

/// The process's only instance. A driver that had to make a new one at each start of a pipeline refused
/// after some thirty.
fn instance() -> &'static wgpu::Instance {
    static INSTANCE: once_cell::sync::Lazy<wgpu::Instance> = once_cell::sync::Lazy::new(|| {
        wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends: wgpu::Backends::PRIMARY,
            // No validation layers or labels, which cost time on each frame; developers can enable them with
            // WGPU_DEBUG and WGPU_VALIDATION.
            flags: wgpu::InstanceFlags::empty().with_env(),
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        })
    });
    &INSTANCE
}

fn enumerate() -> Vec<wgpu::Adapter> {
    pollster::block_on(instance().enumerate_adapters(wgpu::Backends::PRIMARY))
}

fn describe(adapters: &[wgpu::Adapter]) -> Vec<String> {
    adapters
        .iter()
        .enumerate()
        .map(|(index, adapter)| {
            let info = adapter.get_info();
            format!(
                "{index}: {} ({:?}, {})",
                info.name, info.device_type, info.driver
            )
        })
        .collect()
}

fn choose<'a>(
    adapters: &'a [wgpu::Adapter],
    selector: &AdapterSelector,
) -> Result<&'a wgpu::Adapter, GpuError> {
    let found = || match describe(adapters) {
        none if none.is_empty() => "none".to_string(),
        some => some.join("; "),
    };
    if adapters.is_empty() {
        return Err(GpuError::NoAdapter {
            reason: "no Vulkan, Metal or Direct3D 12 device was found".into(),
            found: found(),
        });
    }
    let (chosen, wanted) = match selector {
        AdapterSelector::Auto => (
            adapters
                .iter()
                .min_by_key(|adapter| preference(adapter.get_info().device_type)),
            "auto".to_string(),
        ),
        AdapterSelector::Index(index) => (adapters.get(*index), index.to_string()),
        AdapterSelector::Name(part) => (
            adapters
                .iter()
                .find(|adapter| adapter.get_info().name.to_lowercase().contains(part)),
            part.clone(),
        ),
    };
    chosen.ok_or_else(|| GpuError::UnknownAdapter {
        wanted,
        found: found(),
    })
}

/// Rank of an adapter kind, lower is better. `min_by_key` keeps the first of equals, so the driver's order
/// decides between them.
fn preference(kind: wgpu::DeviceType) -> u8 {
    match kind {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selector_reads_index_name_and_auto() {
        assert_eq!(AdapterSelector::from(""), AdapterSelector::Auto);
        assert_eq!(AdapterSelector::from(" AUTO "), AdapterSelector::Auto);
        assert_eq!(AdapterSelector::from("2"), AdapterSelector::Index(2));
        assert_eq!(
            AdapterSelector::from("LLVMpipe"),
            AdapterSelector::Name("llvmpipe".into())
        );
    }
}
