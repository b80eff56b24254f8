//! `cargo xtask package`: the built plugin as an archive to unpack under a prefix.

use crate::command::{self, Failure, capture, cargo, root};
use crate::packages;
use std::path::Path;
use std::process::Command;

/// Builds the release plugin and packs it with its presets, licence and documents.
pub fn run(install: bool) -> Result<(), Failure> {
    packages::ensure(install)?;
    let root = root();
    command::run(
        cargo()
            .args(["build", "--release", "--lib"])
            .current_dir(&root),
    )?;
    let name = archive_name(&root)?;
    let folder = root.join("target/package").join(&name);
    lay_out(&root, &folder)?;
    let archive = folder.with_file_name(format!("{name}.tar.gz"));
    command::run(
        Command::new("tar")
            .arg("-czf")
            .arg(&archive)
            .arg("-C")
            .arg(root.join("target/package"))
            .arg(&name),
    )?;
    println!("{}", archive.display());
    Ok(())
}

fn archive_name(root: &Path) -> Result<String, Failure> {
    let id = capture(
        cargo()
            .args(["pkgid", "--package", "gst-plugin-wgpu"])
            .current_dir(root),
    );
    let version = id
        .as_deref()
        .and_then(|id| id.trim().rsplit(['@', '#']).next())
        .ok_or_else(|| "cannot read the version with `cargo pkgid`".to_owned())?
        .to_owned();
    let system = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    Ok(format!("gst-plugins-wgpu-{version}-{system}"))
}

fn lay_out(root: &Path, folder: &Path) -> Result<(), Failure> {
    let library = format!(
        "{}gstwgpu{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let built = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |path| root.join(path))
        .join("release")
        .join(&library);
    copy(&built, &folder.join("lib/gstreamer-1.0").join(&library))?;
    for presets in ["GstWgpuDenoise.prs", "GstWgpuDeartifact.prs"] {
        let target = folder.join("share/gstreamer-1.0/presets").join(presets);
        copy(&root.join("presets").join(presets), &target)?;
    }
    for document in ["LICENSE", "README.md", "CHANGELOG.md"] {
        let target = folder.join("share/doc/gst-plugins-wgpu").join(document);
        copy(&root.join(document), &target)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::copy(from, to))
        .map_err(|error| {
            format!(
                "cannot copy {} to {}: {error}",
                from.display(),
                to.display()
            )
        })?;
    Ok(())
}
