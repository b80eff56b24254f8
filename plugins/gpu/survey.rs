//! What an operator wants to know of each adapter before choosing one.

use super::adapter::{AdapterSelector, choose, enumerate};
use super::device::is_capable;
use super::matrices::Matrices;

/// One adapter.
#[derive(Debug, Clone)]
pub struct Surveyed {
    /// Its name, as the driver gives it.
    pub name: String,
    /// How programs talk to it.
    pub backend: wgpu::Backend,
    /// Discrete, integrated, software.
    pub kind: wgpu::DeviceType,
    /// Driver and its version.
    pub driver: String,
    /// The value of the property `adapter` that means this one.
    pub selector: String,
    /// Whether it is what `auto` means.
    pub is_automatic: bool,
    /// Whether elements can run on it.
    pub is_capable: bool,
    /// Whether it computes with half floats.
    pub has_half_floats: bool,
    /// Whether it can say how long a pass took.
    pub has_timestamps: bool,
    /// Its matrix units, in words.
    pub matrices: String,
    /// Bytes of its own memory, where the driver tells.
    pub memory: Option<u64>,
}

/// All adapters, in the order of their indices.
pub fn survey() -> Vec<Surveyed> {
    let adapters = enumerate().unwrap_or_default();
    let automatic = choose(&adapters, &AdapterSelector::Auto).ok();
    let names: Vec<String> = adapters
        .iter()
        .map(|adapter| adapter.get_info().name.to_lowercase())
        .collect();
    let one = |(index, adapter): (usize, &wgpu::Adapter)| {
        let (info, features) = (adapter.get_info(), adapter.features());
        Surveyed {
            selector: selector(&names, index),
            is_automatic: automatic.is_some_and(|meant| std::ptr::eq(meant, adapter)),
            is_capable: is_capable(features),
            has_half_floats: features.contains(wgpu::Features::SHADER_F16),
            has_timestamps: features.contains(wgpu::Features::TIMESTAMP_QUERY),
            matrices: Matrices::of(adapter).to_string(),
            memory: memory(adapter),
            driver: format!("{} {}", info.driver, info.driver_info),
            name: info.name,
            backend: info.backend,
            kind: info.device_type,
        }
    };
    adapters.iter().enumerate().map(one).collect()
}

/// The shortest beginning of the name, in whole words, that finds this adapter first; its index if none does.
fn selector(names: &[String], index: usize) -> String {
    let Some(name) = names.get(index) else {
        return index.to_string();
    };
    let ends = name.match_indices(' ').map(|(end, _)| end);
    let ends = ends.chain([name.len()]);
    let first = |part: &str| names.iter().position(|other| other.contains(part));
    let readable = |part: &str| match AdapterSelector::from(part) {
        AdapterSelector::Name(name) => name == part,
        _ => false,
    };
    ends.filter_map(|end| name.get(..end))
        .find(|part| readable(part) && first(part) == Some(index) && alone(names, part))
        .map_or_else(|| index.to_string(), str::to_owned)
}

fn alone(names: &[String], part: &str) -> bool {
    names.iter().filter(|name| name.contains(part)).count() == 1
}

/// The largest heap of the device's own memory.
#[cfg(target_os = "linux")]
fn memory(adapter: &wgpu::Adapter) -> Option<u64> {
    // SAFETY: it is only asked for its properties.
    let hal = unsafe { adapter.as_hal::<wgpu::hal::api::Vulkan>() }?;
    let instance = hal.shared_instance().raw_instance();
    // SAFETY: instance and physical device are alive as long as the adapter, which is borrowed.
    let properties =
        unsafe { instance.get_physical_device_memory_properties(hal.raw_physical_device()) };
    let own = properties
        .memory_heaps_as_slice()
        .iter()
        .filter(|heap| heap.flags.contains(ash::vk::MemoryHeapFlags::DEVICE_LOCAL));
    own.map(|heap| heap.size).max()
}

#[cfg(not(target_os = "linux"))]
fn memory(_adapter: &wgpu::Adapter) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::selector;

    #[test]
    fn the_shortest_words_that_mean_one_adapter_are_told() {
        let names = [
            "nvidia geforce rtx 4070",
            "nvidia geforce rtx 4070 ti",
            "llvmpipe (llvm 15.0.6, 256 bits)",
            "twin",
            "twin",
            "7",
        ]
        .map(str::to_owned);
        let told: Vec<String> = (0..names.len()).map(|i| selector(&names, i)).collect();
        // A name that is a part of another, a name that comes twice, and one that reads as an index.
        assert_eq!(
            told,
            ["0", "nvidia geforce rtx 4070 ti", "llvmpipe", "3", "4", "5"]
        );
    }
}
