//! Adapters, and which of them is meant.

use super::error::GpuError;
use super::guard::guarded;

/// Which adapter to open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum AdapterSelector {
    /// The best discrete GPU, then integrated, then software.
    #[default]
    Auto,
    /// Position in [`Gpu::adapters`].
    Index(usize),
    /// Part of the name, in any case.
    Name(String),
}

impl From<&str> for AdapterSelector {
    /// Empty or `auto` chooses by itself, a number is an index, anything else part of a name.
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

/// The one instance of the process. A driver that was asked for a new one at each start of a
/// pipeline refused after some thirty.
fn instance() -> &'static wgpu::Instance {
    static INSTANCE: once_cell::sync::Lazy<wgpu::Instance> = once_cell::sync::Lazy::new(|| {
        wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends: wgpu::Backends::PRIMARY,
            // Validation layers and shader labels cost time on each frame; a developer may still
            // switch them on with WGPU_DEBUG and WGPU_VALIDATION.
            flags: wgpu::InstanceFlags::empty().with_env(),
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        })
    });
    &INSTANCE
}

/// All adapters.
///
/// # Errors
/// [`GpuError::Fault`] where a driver takes the search down.
pub(super) fn enumerate() -> Result<Vec<wgpu::Adapter>, GpuError> {
    let search = || pollster::block_on(instance().enumerate_adapters(wgpu::Backends::PRIMARY));
    guarded(search).map_err(GpuError::Fault)
}

/// `0: name (kind, driver)` of each.
pub(super) fn describe(adapters: &[wgpu::Adapter]) -> Vec<String> {
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

/// The adapter that a selector means.
///
/// # Errors
/// [`GpuError::NoAdapter`] or [`GpuError::UnknownAdapter`].
pub(super) fn choose<'a>(
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

/// The adapter that a selector means, and with `anywhere` all others after it, the best first, where the
/// selector does not care.
///
/// # Errors
/// As [`choose`].
pub(super) fn candidates<'a>(
    adapters: &'a [wgpu::Adapter],
    selector: &AdapterSelector,
    anywhere: bool,
) -> Result<Vec<&'a wgpu::Adapter>, GpuError> {
    let meant = choose(adapters, selector)?;
    let mut candidates = vec![meant];
    if anywhere && *selector == AdapterSelector::Auto {
        let others = adapters.iter().filter(|other| !std::ptr::eq(*other, meant));
        let mut others: Vec<_> = others.collect();
        others.sort_by_key(|adapter| preference(adapter.get_info().device_type));
        candidates.extend(others);
    }
    Ok(candidates)
}

/// Lower is better. `min_by_key` keeps the first of equals, so the driver's own order decides.
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
