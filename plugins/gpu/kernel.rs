//! A compiled shader whose bindings are found by their WGSL names.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::bounds;
use super::device::{Gpu, IMMEDIATE_BYTES};
use super::error::GpuError;
use super::shader::{self, ParamsLayout, Reflection, SlotKind};

/// A shader and the host's view of its parameters. Declared once beside the algorithm that uses
/// it, with [`kernel!`](crate::kernel).
#[derive(Debug)]
pub struct KernelSpec {
    /// Path below `shaders/` without the ending, as `denoise/unpack`.
    pub name: &'static str,
    /// The file's text.
    pub source: &'static str,
    /// Layout of the parameter block.
    pub params: ParamsLayout,
}

/// Declares a [`KernelSpec`] from a file below `shaders/`: `kernel!("working/unpack", UnpackParams)`,
/// or without the second argument for a shader that has no parameters.
#[macro_export]
macro_rules! kernel {
    ($name:literal) => {
        $crate::gpu::kernel::KernelSpec {
            name: $name,
            source: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/shaders/",
                $name,
                ".wgsl"
            )),
            params: $crate::gpu::shader::NoParams::LAYOUT,
        }
    };
    ($name:literal, $params:ty) => {
        $crate::gpu::kernel::KernelSpec {
            name: $name,
            source: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/shaders/",
                $name,
                ".wgsl"
            )),
            params: <$params as $crate::gpu::shader::Params>::LAYOUT,
        }
    };
}

impl KernelSpec {
    /// The assembled text and what naga reads from it, after comparing the parameter block of the
    /// host with the shader's. Needs no GPU.
    ///
    /// # Errors
    /// [`GpuError::Shader`] naming the first difference.
    pub fn load(
        &self,
        plane_format: Option<wgpu::TextureFormat>,
    ) -> Result<(String, Reflection), GpuError> {
        let text = shader::assemble(self.name, self.source, plane_format)?;
        let reflection = shader::reflect(self.name, &text)?;
        let (size, fields) = &reflection.params;
        let fields_of_host = self.params.fields.iter();
        let host: Vec<_> = fields_of_host
            .map(|(name, offset, size, kind)| (name.to_string(), *offset, *size, Some(*kind)))
            .collect();
        if *size != self.params.size || *fields != host || *size > IMMEDIATE_BYTES as usize {
            return Err(GpuError::Shader {
                name: self.name.into(),
                reason: format!(
                    "parameters differ: shader has {size} bytes {fields:?}, host has {} bytes {host:?}",
                    self.params.size
                ),
            });
        }
        Ok((text, reflection))
    }
}

/// A compute pipeline with its layout.
#[derive(Debug)]
pub struct Kernel {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) pipeline: wgpu::ComputePipeline,
    pub(super) layout: wgpu::BindGroupLayout,
    pub(super) reflection: Reflection,
    is_checked: bool,
}

impl Kernel {
    fn new(
        gpu: &Gpu,
        spec: &KernelSpec,
        plane_format: Option<wgpu::TextureFormat>,
        switches: Switches,
    ) -> Result<Self, GpuError> {
        let (text, reflection) = spec.load(plane_format)?;
        let device = gpu.device();
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(spec.name),
            entries: &layout_entries(&reflection),
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(spec.name),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: reflection.params.0 as u32,
        });
        let is_checked = wants_checks();
        let (text, checks) = match is_checked {
            true => (bounds::limited(&text), wgpu::ShaderRuntimeChecks::checked()),
            false => (text, wgpu::ShaderRuntimeChecks::unchecked()),
        };
        let descriptor = wgpu::ShaderModuleDescriptor {
            label: Some(spec.name),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        };
        // SAFETY: only this project's own shaders come here. Each guards its own edges and ends
        // its loops, and the tests run all of them with the checks on as well.
        let module = unsafe { device.create_shader_module_trusted(descriptor, checks) };
        let numbers: Vec<_> = switches
            .iter()
            .map(|(name, value)| (*name, f64::from(u8::from(*value))))
            .collect();
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(spec.name),
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &numbers,
                zero_initialize_workgroup_memory: false,
            },
            cache: gpu.pipeline_cache(),
        });
        gpu.check()?;
        Ok(Self {
            id: super::image::next_id(),
            name: spec.name,
            pipeline,
            layout,
            reflection,
            is_checked,
        })
    }

    /// Name of the shader.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// True where it was compiled with checks of bounds.
    pub fn is_checked(&self) -> bool {
        self.is_checked
    }
}

/// Shaders run unchecked, unless `GSTWGPU_SHADER_CHECKS=1` asks for checks (tests do, for one run).
fn wants_checks() -> bool {
    std::env::var("GSTWGPU_SHADER_CHECKS").as_deref() == Ok("1")
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

/// Values of a shader's `override` switches by name.
pub type Switches = &'static [(&'static str, bool)];

type KernelKey = (&'static str, Option<wgpu::TextureFormat>, Switches);

/// Kernels compiled so far, shared by all elements on a device.
#[derive(Debug, Default)]
pub(super) struct KernelTable(Mutex<HashMap<KernelKey, Arc<Kernel>>>);

impl KernelTable {
    pub(super) fn get(
        &self,
        gpu: &Gpu,
        spec: &'static KernelSpec,
        plane_format: Option<wgpu::TextureFormat>,
        switches: Switches,
    ) -> Result<Arc<Kernel>, GpuError> {
        let key = (spec.name, plane_format, switches);
        // Held while compiling on purpose: two elements must not compile the same shader.
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kernel) = table.get(&key) {
            return Ok(kernel.clone());
        }
        let kernel = Arc::new(Kernel::new(gpu, spec, plane_format, switches)?);
        table.insert(key, kernel.clone());
        Ok(kernel)
    }
}
