//! Opening an adapter, and knowing when its device is lost.

use std::collections::BTreeSet;
#[cfg(target_os = "linux")]
use std::sync::OnceLock;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::adapter::{AdapterSelector, choose, describe, enumerate};
use super::cache::PipelineStore;
use super::error::GpuError;
use super::farewell::Farewell;
use super::guard::guarded;
use super::health::Health;
use super::kernel::{DeviceParts, Kernel, KernelSpec, KernelTable, Switches};
use super::matrices::Matrices;
use super::patience::Patience;
use super::submission::Submission;

/// Features every element relies on: parameters that travel inside the command.
const REQUIRED: wgpu::Features = wgpu::Features::IMMEDIATES;

/// Features enabled if the adapter has them.
const OPTIONAL: wgpu::Features = wgpu::Features::TIMESTAMP_QUERY
    .union(wgpu::Features::PIPELINE_CACHE)
    .union(wgpu::Features::SHADER_F16)
    .union(wgpu::Features::SUBGROUP);

/// Whether an adapter with these features can run the kernels.
pub(super) fn is_capable(features: wgpu::Features) -> bool {
    features.contains(REQUIRED)
}

/// How long a wait goes on after it was cancelled, at most.
const WAIT_PIECE: Duration = Duration::from_millis(50);

/// An open device with its queue and compiled kernels. Shared by all elements of a pipeline.
#[derive(Debug)]
pub struct Gpu {
    parts: DeviceParts,
    queue: wgpu::Queue,
    info: wgpu::AdapterInfo,
    kernels: KernelTable,
    store: Option<PipelineStore>,
    matrices: Matrices,
    /// Whether it takes memory of other drivers; asked once.
    #[cfg(target_os = "linux")]
    pub(super) imports: OnceLock<bool>,
    /// Whether others take its memory.
    #[cfg(target_os = "linux")]
    pub(super) exports: OnceLock<bool>,
    /// Kept for opening a second device; `None` if an application opened this one.
    adapter: Option<wgpu::Adapter>,
    late: Mutex<Option<Late>>,
    /// Behind all others, which are dropped before it.
    _farewell: Farewell,
}

/// Work that was given up while the device goes on with it.
#[derive(Debug)]
struct Late {
    submission: Submission,
    since: Instant,
    hung: Duration,
}

impl Gpu {
    /// Descriptions of all adapters, in the order of their indices: `0: name (kind, driver)`.
    pub fn adapters() -> Vec<String> {
        describe(&enumerate().unwrap_or_default())
    }

    /// Opens a device of its own on an adapter, shared with nobody.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`], [`GpuError::UnknownAdapter`], [`GpuError::Unsupported`] or
    /// [`GpuError::Open`].
    pub fn open(selector: &AdapterSelector) -> Result<Arc<Self>, GpuError> {
        let adapters = enumerate()?;
        Self::open_adapter(choose(&adapters, selector)?)
    }

    pub(super) fn open_adapter(adapter: &wgpu::Adapter) -> Result<Arc<Self>, GpuError> {
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
        let failed = |reason| GpuError::Open {
            adapter: info.name.clone(),
            reason,
        };
        let opened = guarded(|| pollster::block_on(adapter.request_device(&descriptor)));
        let opened = opened.and_then(|opened| opened.map_err(|error| error.to_string()));
        let (device, queue) = opened.map_err(failed)?;
        let gpu = guarded(|| Self::from_parts(device, queue, info.clone()));
        let mut gpu = gpu.map_err(failed)?;
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
            match error {
                // On the thread that asked for it.
                wgpu::Error::OutOfMemory { .. } => faults.report_shortage(error.to_string()),
                other => faults.report(GpuError::Fault(other.to_string())),
            }
        }));
        let store = PipelineStore::load(&device, &info);
        let farewell = Farewell::new(&device, &queue, &health);
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
            #[cfg(target_os = "linux")]
            imports: OnceLock::new(),
            #[cfg(target_os = "linux")]
            exports: OnceLock::new(),
            adapter: None,
            late: Mutex::default(),
            _farewell: farewell,
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
            // A cache that is lost costs time at the next start, and nothing else.
            let _ = guarded(|| store.save());
        }
        self.check()
    }

    /// The first loss or fault since opening, if any; else, once, what this thread could not allocate.
    ///
    /// # Errors
    /// [`GpuError::Lost`], [`GpuError::Stalled`] or [`GpuError::Fault`]; [`GpuError::OutOfMemory`].
    pub fn check(&self) -> Result<(), GpuError> {
        self.parts.health.check()
    }

    /// True if the device is lost and was not asked this with the same number before. For users that belong
    /// together, so that only one of them reports the loss.
    pub fn is_first_to_tell(&self, number: usize) -> bool {
        self.check().is_err() && self.parts.health.is_first_to_tell(number)
    }

    /// Counts the device as lost from now on, for all who hold it.
    pub(super) fn give_up(&self, error: GpuError) {
        self.parts.health.report(error);
    }

    /// Lets wgpu run callbacks and free what finished frames held. Never waits. A device that
    /// nobody polls leaks.
    ///
    /// # Errors
    /// As [`Gpu::check`].
    pub fn poll(&self) -> Result<(), GpuError> {
        self.poll_type(wgpu::PollType::Poll).map(drop)
    }

    /// Waits until a submission has finished, as long as [`Patience`] lasts.
    ///
    /// # Errors
    /// [`GpuError::Late`], [`GpuError::Stalled`], [`GpuError::Cancelled`], or as [`Gpu::check`].
    pub fn wait(&self, submission: &Submission) -> Result<(), GpuError> {
        let patience = Patience::current().unwrap_or_else(|| Patience::usual(self.is_software()));
        if patience.late.is_some() && self.is_late()? {
            return Err(GpuError::Late);
        }
        let since = Instant::now();
        // In pieces, so that the wait can be cancelled.
        while let Some(left) = patience.limit().checked_sub(since.elapsed()) {
            if patience.is_over() {
                return Err(GpuError::Cancelled);
            }
            if self.finishes(submission, left.min(WAIT_PIECE))? {
                return Ok(());
            }
        }
        if patience.limit() >= patience.hung {
            self.give_up(GpuError::Stalled(patience.hung.as_secs()));
            return self.check();
        }
        *self.lock_late() = Some(Late {
            submission: submission.clone(),
            since,
            hung: patience.hung,
        });
        Err(GpuError::Late)
    }

    /// True while the device is busy with work that somebody has given up waiting for. Never waits.
    ///
    /// # Errors
    /// [`GpuError::Stalled`] where that has lasted too long, or as [`Gpu::check`].
    pub fn is_late(&self) -> Result<bool, GpuError> {
        self.check()?;
        let mut late = self.lock_late();
        let Some(work) = &*late else {
            return Ok(false);
        };
        if self.finishes(&work.submission, Duration::ZERO)? {
            *late = None;
            return Ok(false);
        }
        if work.since.elapsed() >= work.hung {
            self.give_up(GpuError::Stalled(work.hung.as_secs()));
        }
        self.check().map(|()| true)
    }

    fn lock_late(&self) -> std::sync::MutexGuard<'_, Option<Late>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a submission; false where it has not finished by then.
    fn finishes(&self, submission: &Submission, timeout: Duration) -> Result<bool, GpuError> {
        self.poll_type(wgpu::PollType::Wait {
            submission_index: Some(submission.0.clone()),
            timeout: Some(timeout),
        })
    }

    /// Polls; false where the time was not enough.
    fn poll_type(&self, poll: wgpu::PollType) -> Result<bool, GpuError> {
        // wgpu panics where the device is found lost.
        let polled = guarded(|| self.parts.device.poll(poll));
        if let Err(reason) = &polled {
            self.give_up(GpuError::Lost(reason.clone()));
        }
        self.check()?;
        match polled {
            Ok(Err(wgpu::PollError::Timeout)) => Ok(false),
            Ok(Err(other)) => Err(GpuError::Fault(other.to_string())),
            Ok(Ok(_)) | Err(_) => Ok(true),
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

    /// Rejects frames that need a buffer of more bytes than shaders can bind.
    ///
    /// # Errors
    /// [`GpuError::TooManyPixels`].
    pub fn check_binding(&self, (width, height): (u32, u32), bytes: u64) -> Result<(), GpuError> {
        let limit = self.device().limits().max_storage_buffer_binding_size;
        if bytes <= limit {
            return Ok(());
        }
        let share = (limit as f64 / bytes as f64).sqrt();
        let fitting = |side: u32| (f64::from(side) * share) as u32 & !1;
        Err(GpuError::TooManyPixels {
            width,
            height,
            most_width: fitting(width),
            most_height: fitting(height),
        })
    }
}
