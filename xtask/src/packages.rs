//! Finds which system packages are missing and installs them.

use crate::command::{Failure, capture, exists, run};
use std::process::Command;

/// A package manager, what the project needs from it, and how to ask it.
struct Manager {
    program: &'static str,
    needs_root: bool,
    install: &'static [&'static str],
    wanted: &'static [&'static str],
    /// What only the tests need: they run the programs of the documentation.
    for_tests: &'static [&'static str],
    installed: fn(&str) -> bool,
}

const MANAGERS: [Manager; 4] = [
    Manager {
        program: "apt-get",
        needs_root: true,
        install: &[
            "install",
            "-y",
            "--no-install-recommends",
            "-o",
            "DPkg::Lock::Timeout=600",
        ],
        wanted: &[
            "gcc",
            "libc6-dev",
            "pkg-config",
            "libgstreamer1.0-dev",
            "libgstreamer-plugins-base1.0-dev",
            "gstreamer1.0-tools",
            "gstreamer1.0-plugins-base",
            "gstreamer1.0-plugins-good",
            "gstreamer1.0-plugins-bad",
            "gstreamer1.0-plugins-ugly",
            "gstreamer1.0-libav",
            "libvulkan1",
            "mesa-vulkan-drivers",
            "vulkan-tools",
        ],
        for_tests: &[
            "python3-gi",
            "python3-numpy",
            "gir1.2-gstreamer-1.0",
            "gir1.2-gst-plugins-base-1.0",
            "gir1.2-ges-1.0",
        ],
        installed: |package| {
            let format = "-f=${db:Status-Status}\n";
            capture(Command::new("dpkg-query").args(["-W", format, package]))
                .is_some_and(|text| text.lines().any(|line| line == "installed"))
        },
    },
    Manager {
        program: "dnf",
        needs_root: true,
        install: &["install", "-y"],
        wanted: &[
            "gcc",
            "pkgconf-pkg-config",
            "gstreamer1-devel",
            "gstreamer1-plugins-base-devel",
            "gstreamer1-plugins-base-tools",
            "gstreamer1-plugins-good",
            "gstreamer1-plugins-bad-free",
            "gstreamer1-plugins-ugly-free",
            "gstreamer1-plugin-openh264",
            "gstreamer1-plugin-libav",
            "vulkan-loader",
            "mesa-vulkan-drivers",
            "vulkan-tools",
        ],
        for_tests: &["python3-gobject", "python3-numpy", "gst-editing-services"],
        installed: |package| capture(Command::new("rpm").args(["-q", package])).is_some(),
    },
    Manager {
        program: "pacman",
        needs_root: true,
        install: &["-S", "--needed", "--noconfirm"],
        wanted: &[
            "gcc",
            "pkgconf",
            "gstreamer",
            "gst-plugins-base",
            "gst-plugins-good",
            "gst-plugins-bad",
            "gst-plugins-ugly",
            "gst-libav",
            "vulkan-icd-loader",
            "vulkan-swrast",
            "vulkan-tools",
        ],
        for_tests: &["python-gobject", "python-numpy", "gst-editing-services"],
        installed: |package| capture(Command::new("pacman").args(["-T", package])).is_some(),
    },
    Manager {
        program: "brew",
        needs_root: false,
        install: &["install"],
        wanted: &["pkgconf", "gstreamer"],
        for_tests: &["pygobject3", "numpy"],
        installed: |package| {
            capture(Command::new("brew").args(["list", "--versions", package])).is_some()
        },
    },
];

/// Makes sure that the system packages are there; `install` says whether they may be installed.
pub fn ensure(install: bool) -> Result<(), Failure> {
    provide(install, |manager| manager.wanted.to_vec())
}

/// The same with what tests need.
pub fn ensure_for_tests(install: bool) -> Result<(), Failure> {
    provide(install, |manager| {
        [manager.wanted, manager.for_tests].concat()
    })
}

fn provide(install: bool, wanted: fn(&Manager) -> Vec<&'static str>) -> Result<(), Failure> {
    if !install {
        return Ok(());
    }
    let Some(manager) = MANAGERS.iter().find(|manager| exists(manager.program)) else {
        return unknown_system();
    };
    let missing: Vec<&str> = wanted(manager)
        .into_iter()
        .filter(|package| !(manager.installed)(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let command = command_line(manager, &missing, is_root());
    if command[0] == "sudo" && !exists("sudo") {
        return Err(by_hand(&command, "neither root nor sudo"));
    }
    eprintln!("installing: {}", missing.join(" "));
    if manager.program == "apt-get" {
        refresh_apt(command[0] == "sudo");
    }
    run(Command::new(&command[0])
        .args(&command[1..])
        .env("DEBIAN_FRONTEND", "noninteractive"))
    .map_err(|_| by_hand(&command, "the package manager failed"))
}

fn command_line(manager: &Manager, missing: &[&str], root: bool) -> Vec<String> {
    let sudo = (manager.needs_root && !root).then_some("sudo");
    sudo.into_iter()
        .chain([manager.program])
        .chain(manager.install.iter().copied())
        .chain(missing.iter().copied())
        .map(str::to_owned)
        .collect()
}

/// A list that is out of date still installs most things, so a failure here is not the end.
fn refresh_apt(sudo: bool) {
    let mut words = vec!["apt-get", "update", "-q"];
    if sudo {
        words.insert(0, "sudo");
    }
    if run(Command::new(words[0]).args(&words[1..])).is_err() {
        eprintln!("warning: apt-get update failed; trying with the lists that exist");
    }
}

fn by_hand(command: &[String], reason: &str) -> Failure {
    Failure::Message(format!(
        "cannot install system packages ({reason}); run this, then try again:\n  {}",
        command.join(" ")
    ))
}

fn is_root() -> bool {
    capture(Command::new("id").arg("-u")).is_some_and(|text| text.trim() == "0")
}

fn unknown_system() -> Result<(), Failure> {
    let mut probe = Command::new("pkg-config");
    probe.args(["--exists", "gstreamer-1.0 >= 1.22", "gstreamer-video-1.0"]);
    if capture(&mut probe).is_some() {
        return Ok(());
    }
    Err(Failure::Message(
        "no known package manager (apt-get, dnf, pacman, brew); install a C compiler, pkg-config, \
         GStreamer 1.22 or newer with its development files and plugins, and a Vulkan driver"
            .to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manager(program: &str) -> &'static Manager {
        let found = MANAGERS.iter().find(|manager| manager.program == program);
        found.expect("a known manager")
    }

    #[test]
    fn sudo_stands_in_front_for_others_than_root() {
        let line = command_line(manager("dnf"), &["gcc"], false);
        assert_eq!(line, ["sudo", "dnf", "install", "-y", "gcc"]);
    }

    #[test]
    fn root_and_homebrew_need_no_sudo() {
        let dnf = command_line(manager("dnf"), &["gcc"], true);
        assert_eq!(dnf[0], "dnf");
        let brew = command_line(manager("brew"), &["pkgconf", "gstreamer"], false);
        assert_eq!(brew, ["brew", "install", "pkgconf", "gstreamer"]);
    }
}
