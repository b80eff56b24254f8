//! Is there any device that the tests can run on?

use crate::command::{Failure, capture, in_ci};
use std::process::Command;

/// Fails in automatic runs, and warns elsewhere, when no Vulkan device can be found.
pub fn check() -> Result<(), Failure> {
    if cfg!(any(target_os = "macos", windows)) || has_device() {
        return Ok(());
    }
    let message = "no Vulkan device: install a driver (Debian: mesa-vulkan-drivers) or unset \
                   VK_DRIVER_FILES; `vulkaninfo --summary` must list a device";
    if in_ci() {
        return Err(Failure::Message(message.to_owned()));
    }
    eprintln!("\n*** WARNING: {message}.\n*** Nothing that needs a GPU can be tested here.\n");
    Ok(())
}

fn has_device() -> bool {
    capture(Command::new("vulkaninfo").arg("--summary")).is_some_and(|text| lists_device(&text))
}

fn lists_device(summary: &str) -> bool {
    summary
        .lines()
        .any(|line| line.trim_start().starts_with("deviceName"))
}

#[cfg(test)]
mod tests {
    use super::lists_device;

    #[test]
    fn a_summary_without_devices_is_recognised() {
        assert!(!lists_device("Instance Extensions: count = 20\nDevices:\n"));
        assert!(lists_device("Devices:\nGPU0:\n\tdeviceName = llvmpipe\n"));
    }
}
