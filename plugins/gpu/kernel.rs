//! A compiled shader whose bindings are found by their WGSL names.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::bounds::{self, Beyond};
use super::compiler::Compiler;
use super::error::GpuError;
use super::health::Health;
use super::identity::next_id;
use super::shader::{self, ParamsLayout, Reflection, SlotKind};

/// Largest parameter block in bytes. Vulkan guarantees this much for push constants.
pub const IMMEDIATE_BYTES: u32 = 128;

/// A shader and the host's layout of its parameters. Declared once with [`kernel!`](crate::kernel), beside
/// the algorithm that uses it.
#[derive(Debug)]
pub struct KernelSpec {
    /// Path below `shaders/` without ending, such as `picture/unpack`.
    pub name: &'static str,
    /// WGSL text of the file, includes not yet resolved.
    pub source: &'static str,
    /// Layout of the parameter block.
    pub params: ParamsLayout,
    /// Layouts of other structs that host and shader share.
    pub structs: &'static [ParamsLayout],
}

/// Declares a [`KernelSpec`] from a file below `shaders/`: `kernel!("picture/unpack", UnpackParams)`,
/// or without the second argument for a shader that has no parameters. A third one lists structs of the
/// shader that the host has as well, declared with [`params!`](crate::params) or
/// [`storage!`](crate::storage): `kernel!("denoise/noise_model", NoiseModelParams, [NoiseModel])`.
#[macro_export]
macro_rules! kernel {
    ($name:literal) => {
        $crate::kernel!(@ $name, $crate::gpu::shader::NoParams::LAYOUT, [])
    };
    ($name:literal, $params:ty) => {
        $crate::kernel!($name, $params, [])
    };
    ($name:literal, $params:ty, [$($one:ty),*]) => {
        $crate::kernel!(@ $name, <$params as $crate::gpu::shader::Params>::LAYOUT, [$($one),*])
    };
    (@ $name:literal, $params:expr, [$($one:ty),*]) => {
        $crate::gpu::kernel::KernelSpec {
            name: $name,
            source: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/shaders/",
                $name,
                ".wgsl"
            )),
            params: $params,
            structs: &[$(<$one as $crate::gpu::shader::Params>::LAYOUT),*],
        }
    };
}

impl KernelSpec {
    /// The assembled WGSL text and its reflection, after comparing the host's parameter block and structs
    /// with the shader's. Needs no GPU.
    ///
    /// # Errors
    /// [`GpuError::Shader`] with the first difference.
    pub fn load(&self) -> Result<(String, Reflection), GpuError> {
        let text = shader::assemble(self.name, self.source)?;
        let reflection = shader::reflect(self.name, &text)?;
        match self.difference(&reflection) {
            None => Ok((text, reflection)),
            Some(reason) => Err(GpuError::Shader {
                name: self.name.into(),
                reason,
            }),
        }
    }

    /// The first difference between host and shader, in words.
    fn difference(&self, shader: &Reflection) -> Option<String> {
        if shader.params.0 > IMMEDIATE_BYTES as usize {
            return Some(format!("{} bytes of parameters", shader.params.0));
        }
        if let Some(difference) = self.params.difference(&shader.params) {
            return Some(format!("parameters {difference}"));
        }
        self.structs.iter().find_map(|host| {
            let Some(fields) = shader.structs.get(host.name) else {
                return Some(format!("no struct {}", host.name));
            };
            let difference = host.difference(fields)?;
            Some(format!("structs {} {difference}", host.name))
        })
    }
}

/// A shader and its pipeline. Passes can be recorded at once; the pipeline compiles on another thread, and
/// the first submission that uses it waits for it.
#[derive(Debug)]
pub struct Kernel {
    pub(super) id: u64,
    name: &'static str,
    switches: Switches,
    pub(super) reflection: Reflection,
    text: String,
    checks: Option<Beyond>,
    compiled: OnceLock<Result<Compiled, GpuError>>,
}

/// The device objects of a compiled shader.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) pipeline: wgpu::ComputePipeline,
    pub(super) layout: wgpu::BindGroupLayout,
}

impl Kernel {
    /// Parses the shader. Needs no GPU.
    ///
    /// # Errors
    /// As [`KernelSpec::load`].
    pub fn new(spec: &KernelSpec, switches: Switches) -> Result<Self, GpuError> {
        let (text, reflection) = spec.load()?;
        Ok(Self {
            id: next_id(),
            name: spec.name,
            switches,
            reflection,
            text,
            checks: wanted_checks(),
            compiled: OnceLock::new(),
        })
    }

    /// Name of the shader.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Values of its `override` switches.
    pub fn switches(&self) -> Switches {
        self.switches
    }

    /// True if compiled with bounds checks.
    pub fn is_checked(&self) -> bool {
        self.checks.is_some()
    }

    fn has_failed(&self) -> bool {
        matches!(self.compiled.get(), Some(Err(_)))
    }

    /// What it is compiled to, once that is done.
    ///
    /// # Errors
    /// [`GpuError::Fault`] if the driver rejects it.
    pub(super) fn compiled(&self) -> Result<&Compiled, GpuError> {
        self.compiled.wait().as_ref().map_err(Clone::clone)
    }

    /// Compiles on this thread, and wakes those who wait for the result.
    fn compile(&self, parts: &DeviceParts) {
        let unfinished = Unfinished(self);
        let result = Compiled::new(parts, self);
        // Nothing else sets it, except `Unfinished` after a panic.
        let _ = self.compiled.set(result);
        drop(unfinished);
    }
}

/// Marks the kernel as failed if compiling panics, so that nobody waits for ever.
struct Unfinished<'a>(&'a Kernel);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let name = self.0.name;
        let failed = || Err(GpuError::Fault(format!("compiling {name} broke off")));
        self.0.compiled.get_or_init(failed);
    }
}

/// The parts of a device that compiling needs.
#[derive(Debug, Clone)]
pub(super) struct DeviceParts {
    pub(super) device: wgpu::Device,
    pub(super) cache: Option<wgpu::PipelineCache>,
    pub(super) health: Arc<Health>,
}

impl Compiled {
    fn new(parts: &DeviceParts, kernel: &Kernel) -> Result<Self, GpuError> {
        let (device, name) = (&parts.device, kernel.name);
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(name),
            entries: &layout_entries(&kernel.reflection),
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(name),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: kernel.reflection.params.0 as u32,
        });
        let (text, checks) = match kernel.checks {
            Some(beyond) => (
                bounds::limited(&kernel.text, beyond),
                wgpu::ShaderRuntimeChecks::checked(),
            ),
            None => (kernel.text.clone(), wgpu::ShaderRuntimeChecks::unchecked()),
        };
        let descriptor = wgpu::ShaderModuleDescriptor {
            label: Some(name),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        };
        // SAFETY: only this project's own shaders come here. Each guards its own edges and ends its loops,
        // and tests run all of them with bounds checks as well.
        let module = unsafe { device.create_shader_module_trusted(descriptor, checks) };
        let numbers: Vec<_> = kernel
            .switches
            .iter()
            .map(|(name, value)| (*name, f64::from(u8::from(*value))))
            .collect();
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(name),
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &numbers,
                zero_initialize_workgroup_memory: false,
            },
            cache: parts.cache.as_ref(),
        });
        parts.health.check()?;
        Ok(Self { pipeline, layout })
    }
}

/// Shaders run without bounds checks, unless `GSTWGPU_SHADER_CHECKS` is `last` or `first`: it then names the
/// element that an index beyond a buffer reads (see [`Beyond`]). Tests use both values.
fn wanted_checks() -> Option<Beyond> {
    match std::env::var("GSTWGPU_SHADER_CHECKS").as_deref() {
        Ok("last") => Some(Beyond::Last),
        Ok("first") => Some(Beyond::First),
        _ => None,
    }
}

fn layout_entries(reflection: &Reflection) -> Vec<wgpu::BindGroupLayoutEntry> {
    let texture = |sample_type| wgpu::BindingType::Texture {
        sample_type,
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    let kind = |slot: SlotKind| match slot {
        SlotKind::Texture => texture(wgpu::TextureSampleType::Float { filterable: false }),
        SlotKind::UintTexture => texture(wgpu::TextureSampleType::Uint),
        SlotKind::StorageTexture(format) => wgpu::BindingType::StorageTexture {
            access: wgpu::StorageTextureAccess::WriteOnly,
            format,
            view_dimension: wgpu::TextureViewDimension::D2,
        },
        SlotKind::Storage { read_only } => wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
    };
    reflection
        .slots
        .iter()
        .map(|slot| wgpu::BindGroupLayoutEntry {
            binding: slot.binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: kind(slot.kind),
            count: None,
        })
        .collect()
}

/// Names and values of a shader's `override` constants of type `bool`.
pub type Switches = &'static [(&'static str, bool)];

type KernelKey = (&'static str, Switches);

/// All requested kernels of a device, and the threads that compile them.
#[derive(Debug, Default)]
pub(super) struct KernelTable {
    kernels: Mutex<HashMap<KernelKey, Arc<Kernel>>>,
    compiler: Compiler,
}

impl KernelTable {
    /// The kernel of a spec, which may still be compiling.
    ///
    /// # Errors
    /// As [`Kernel::new`].
    pub(super) fn get(
        &self,
        parts: &DeviceParts,
        spec: &'static KernelSpec,
        switches: Switches,
    ) -> Result<Arc<Kernel>, GpuError> {
        let key = (spec.name, switches);
        {
            let mut kernels = self.lock();
            // One that failed may be for want of memory: it is tried again.
            if kernels.get(&key).is_some_and(|kernel| kernel.has_failed()) {
                kernels.remove(&key);
            }
            if let Some(kernel) = kernels.get(&key) {
                return Ok(kernel.clone());
            }
        }
        // Parsed without the lock, so that other streams do not wait for it.
        let kernel = Arc::new(Kernel::new(spec, switches)?);
        match self.lock().entry(key) {
            // Another thread was faster; its kernel is compiling already.
            Entry::Occupied(entry) => return Ok(entry.get().clone()),
            Entry::Vacant(entry) => entry.insert(kernel.clone()),
        };
        let (compiled, parts) = (kernel.clone(), parts.clone());
        self.compiler.run(move || compiled.compile(&parts));
        Ok(kernel)
    }

    /// Waits until all requested kernels are compiled.
    ///
    /// # Errors
    /// That of the first kernel that failed.
    pub(super) fn finish(&self) -> Result<(), GpuError> {
        let kernels: Vec<_> = self.lock().values().cloned().collect();
        let mut results = kernels.iter().map(|kernel| kernel.compiled().map(drop));
        let result = results.try_for_each(|result| result);
        // Told once: to those who ask for it later it may succeed.
        self.lock().retain(|_, kernel| !kernel.has_failed());
        result
    }

    /// Names of all kernels asked for.
    pub(super) fn names(&self) -> BTreeSet<&'static str> {
        self.lock().keys().map(|(name, _)| *name).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<KernelKey, Arc<Kernel>>> {
        self.kernels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
