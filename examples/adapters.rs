//! The GPUs of this machine, and which value of the property `adapter` means each: `cargo xtask adapters`.

use gstwgpu::gpu::survey::{Surveyed, survey};
use std::process::ExitCode;

fn main() -> ExitCode {
    let all = survey();
    if all.is_empty() {
        eprintln!(
            "error: no Vulkan, Metal or Direct3D 12 device; install a driver (Debian: mesa-vulkan-drivers), and see \
             docs/INSTALLING.md"
        );
        return ExitCode::FAILURE;
    }
    for (index, adapter) in all.iter().enumerate() {
        println!("{}", text(index, adapter));
    }
    ExitCode::SUCCESS
}

fn text(index: usize, adapter: &Surveyed) -> String {
    let yes = |has| if has { "yes" } else { "no" };
    let automatic = match adapter.is_automatic {
        true => ", or auto",
        false => "",
    };
    let memory = adapter.memory.map_or_else(
        || "unknown".to_owned(),
        |bytes| format!("{:.1} GB", bytes as f64 / 1e9),
    );
    let capable = match adapter.is_capable {
        true => "",
        false => "\n   elements cannot run on it: a feature is missing",
    };
    format!(
        "{index}: {}\n   adapter=\"{}\"{automatic}\n   {:?} by {:?}, driver {}\n   memory {memory}, half floats {}, \
         timestamps {}, matrix units {}{capable}",
        adapter.name,
        adapter.selector,
        adapter.kind,
        adapter.backend,
        adapter.driver,
        yes(adapter.has_half_floats),
        yes(adapter.has_timestamps),
        adapter.matrices,
    )
}
