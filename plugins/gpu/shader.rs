//! WGSL sources: includes, and reflection by naga.

use std::collections::HashMap;

use super::error::GpuError;
use super::shared_shaders::SHARED;

/// The host's layout of a parameter block or another struct, as `#[repr(C)]` places the fields.
#[derive(Debug, Clone, Copy)]
pub struct ParamsLayout {
    /// Name of the struct.
    pub name: &'static str,
    /// Size of the struct in bytes.
    pub size: usize,
    /// Name, offset, size in bytes and scalar kind of each field.
    pub fields: &'static [(&'static str, usize, usize, naga::ScalarKind)],
}

impl ParamsLayout {
    /// How the shader's struct differs, in words; `None` if it does not.
    pub(super) fn difference(&self, (size, fields): &Fields) -> Option<String> {
        let host = self.fields.iter();
        let host: Vec<_> = host
            .map(|(name, offset, size, kind)| (name.to_string(), *offset, *size, Some(*kind)))
            .collect();
        (*size != self.size || *fields != host).then(|| {
            format!(
                "differ: shader has {size} bytes {fields:?}, host has {} bytes {host:?}",
                self.size
            )
        })
    }
}

/// Types allowed in a parameter block: a scalar, or an array of scalars that stands for a vector.
pub trait Field {
    /// Kind of scalar. Compared too, since `f32`, `u32` and `i32` have the same size.
    const KIND: naga::ScalarKind;
}

impl Field for f32 {
    const KIND: naga::ScalarKind = naga::ScalarKind::Float;
}

impl Field for u32 {
    const KIND: naga::ScalarKind = naga::ScalarKind::Uint;
}

impl Field for i32 {
    const KIND: naga::ScalarKind = naga::ScalarKind::Sint;
}

impl<T: Field, const N: usize> Field for [T; N] {
    const KIND: naga::ScalarKind = T::KIND;
}

/// A parameter block: plain scalars (`f32`, `u32`, `i32`) and arrays of them standing for vectors.
pub trait Params: bytemuck::Pod {
    /// Layout of the block on the host.
    const LAYOUT: ParamsLayout;
}

/// Declares a parameter block whose layout a test compares with the shader's.
///
/// ```
/// gstwgpu::params! {
///     /// Parameters of some pass.
///     pub struct GainParams {
///         /// Factor on each sample.
///         pub gain: f32,
///         /// Samples below this stay as they are.
///         pub floor: u32,
///     }
/// }
/// ```
#[macro_export]
macro_rules! params {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[repr(C)]
        #[derive(Debug, Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
        pub struct $name { $($(#[$field_meta])* pub $field: $kind,)* }

        impl $crate::gpu::shader::Params for $name {
            const LAYOUT: $crate::gpu::shader::ParamsLayout = $crate::gpu::shader::ParamsLayout {
                name: stringify!($name),
                size: std::mem::size_of::<Self>(),
                fields: &[$((
                    stringify!($field),
                    std::mem::offset_of!($name, $field),
                    std::mem::size_of::<$kind>(),
                    <$kind as $crate::gpu::shader::Field>::KIND,
                ),)*],
            };
        }
    };
}

/// Declares a struct of a storage buffer that both host and shader access, as [`params!`](crate::params)
/// does. It is compared with the shader's struct of the same name when a [`kernel!`](crate::kernel) that lists
/// it is loaded.
#[macro_export]
macro_rules! storage {
    ($($declaration:tt)*) => { $crate::params! { $($declaration)* } };
}

/// The parameter block of a pass without parameters.
#[derive(Debug, Clone, Copy)]
pub struct NoParams;

impl NoParams {
    /// An empty layout.
    pub const LAYOUT: ParamsLayout = ParamsLayout {
        name: "",
        size: 0,
        fields: &[],
    };
}

/// Type of a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// `texture_2d<f32>`, read with `textureLoad`.
    Texture,
    /// `texture_2d<u32>`, read with `textureLoad`.
    UintTexture,
    /// `texture_storage_2d<…, write>`.
    StorageTexture(wgpu::TextureFormat),
    /// `var<storage>`.
    Storage {
        /// True without `read_write`.
        read_only: bool,
    },
}

/// One binding of group 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Name of the WGSL variable.
    pub name: String,
    /// Number in `@binding`.
    pub binding: u32,
    /// Type.
    pub kind: SlotKind,
}

/// Bindings, workgroup size and parameters of a shader.
#[derive(Debug, Clone)]
pub struct Reflection {
    /// Bindings of group 0.
    pub slots: Vec<Slot>,
    /// `@workgroup_size` of `main`.
    pub workgroup: [u32; 3],
    /// Size and fields of the `var<immediate>` struct; empty without one.
    pub params: Fields,
    /// All structs by their names.
    pub structs: HashMap<String, Fields>,
}

/// Resolves the includes: `enable` directives first, then included files, then the source.
///
/// # Errors
/// [`GpuError::Shader`] for an unknown include.
pub fn assemble(name: &str, source: &str) -> Result<String, GpuError> {
    let fail = |reason: String| GpuError::Shader {
        name: name.into(),
        reason,
    };
    // WGSL requires directives before anything else.
    let (directives, source): (Vec<_>, Vec<_>) = source
        .split_inclusive('\n')
        .partition(|line| line.starts_with("enable "));
    let source = source.concat();
    let mut text = directives.concat();
    for line in source.lines() {
        let Some(wanted) = line.strip_prefix("// include: ") else {
            continue;
        };
        let (_, body) = SHARED
            .iter()
            .find(|(file, _)| *file == wanted.trim())
            .ok_or_else(|| fail(format!("unknown include {wanted}")))?;
        text.push_str(body);
    }
    text.push_str(&source);
    Ok(text)
}

/// Reads bindings, workgroup size and parameters from an assembled shader.
///
/// # Errors
/// [`GpuError::Shader`] if it does not parse, or uses what kernels do not support.
pub fn reflect(name: &str, text: &str) -> Result<Reflection, GpuError> {
    let fail = |reason: String| GpuError::Shader {
        name: name.into(),
        reason,
    };
    let module =
        naga::front::wgsl::parse_str(text).map_err(|error| fail(error.emit_to_string(text)))?;
    let entry = match module.entry_points.as_slice() {
        [entry] if entry.name == "main" => entry,
        _ => return Err(fail("needs exactly one entry point, named main".into())),
    };
    let mut slots = Vec::new();
    let mut params = (0, Vec::new());
    for (_, variable) in module.global_variables.iter() {
        let variable_name = variable.name.clone().unwrap_or_default();
        let inner = &module.types[variable.ty].inner;
        if variable.space == naga::AddressSpace::Immediate {
            params = struct_fields(&module, inner)
                .ok_or_else(|| fail(format!("{variable_name} must be a struct")))?;
        } else if let Some(binding) = &variable.binding {
            let kind = slot_kind(variable.space, inner)
                .ok_or_else(|| fail(format!("binding {variable_name} has an unsupported type")))?;
            slots.push(Slot {
                name: variable_name,
                binding: binding.binding,
                kind,
            });
        }
    }
    Ok(Reflection {
        slots,
        workgroup: entry.workgroup_size,
        params,
        structs: structs(&module),
    })
}

fn structs(module: &naga::Module) -> HashMap<String, Fields> {
    let types = module.types.iter();
    let named = types.filter_map(|(_, one)| {
        let fields = struct_fields(module, &one.inner)?;
        Some((one.name.clone()?, fields))
    });
    named.collect()
}

/// Size of a struct in bytes, and name, offset, size and scalar kind of each field.
pub type Fields = (usize, Vec<(String, usize, usize, Option<naga::ScalarKind>)>);

fn struct_fields(module: &naga::Module, inner: &naga::TypeInner) -> Option<Fields> {
    let naga::TypeInner::Struct { members, span } = inner else {
        return None;
    };
    let fields = members
        .iter()
        .map(|member| {
            let inner = &module.types[member.ty].inner;
            let size = inner.size(module.to_ctx()) as usize;
            let name = member.name.clone().unwrap_or_default();
            (
                name,
                member.offset as usize,
                size,
                scalar_kind(module, inner),
            )
        })
        .collect();
    Some((*span as usize, fields))
}

/// The one scalar kind in a scalar, vector, array or struct; `None` for mixed kinds and other types.
fn scalar_kind(module: &naga::Module, inner: &naga::TypeInner) -> Option<naga::ScalarKind> {
    match inner {
        naga::TypeInner::Array { base, .. } => scalar_kind(module, &module.types[*base].inner),
        naga::TypeInner::Struct { members, .. } => {
            let mut kinds = members
                .iter()
                .map(|m| scalar_kind(module, &module.types[m.ty].inner));
            let first = kinds.next()?;
            first.filter(|_| kinds.all(|kind| kind == first))
        }
        other => other.scalar_kind(),
    }
}

fn slot_kind(space: naga::AddressSpace, inner: &naga::TypeInner) -> Option<SlotKind> {
    use naga::{ImageClass, StorageFormat as S, TypeInner};
    match (space, inner) {
        (naga::AddressSpace::Storage { access }, _) => Some(SlotKind::Storage {
            read_only: !access.contains(naga::StorageAccess::STORE),
        }),
        (_, TypeInner::Image { class, .. }) => match class {
            ImageClass::Sampled { kind, .. } => match kind {
                naga::ScalarKind::Float => Some(SlotKind::Texture),
                naga::ScalarKind::Uint => Some(SlotKind::UintTexture),
                _ => None,
            },
            ImageClass::Storage { format, .. } => {
                let format = match format {
                    S::R8Unorm => wgpu::TextureFormat::R8Unorm,
                    S::Rg8Unorm => wgpu::TextureFormat::Rg8Unorm,
                    S::R16Unorm => wgpu::TextureFormat::R16Unorm,
                    S::Rg16Unorm => wgpu::TextureFormat::Rg16Unorm,
                    S::R16Float => wgpu::TextureFormat::R16Float,
                    S::Rg16Float => wgpu::TextureFormat::Rg16Float,
                    S::Rgba16Float => wgpu::TextureFormat::Rgba16Float,
                    S::R32Uint => wgpu::TextureFormat::R32Uint,
                    S::Rg32Uint => wgpu::TextureFormat::Rg32Uint,
                    S::Rgba32Uint => wgpu::TextureFormat::Rgba32Uint,
                    S::R32Float => wgpu::TextureFormat::R32Float,
                    S::Rg32Float => wgpu::TextureFormat::Rg32Float,
                    S::Rgba32Float => wgpu::TextureFormat::Rgba32Float,
                    _ => return None,
                };
                Some(SlotKind::StorageTexture(format))
            }
            _ => None,
        },
        _ => None,
    }
}
