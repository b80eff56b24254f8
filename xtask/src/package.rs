//! `cargo xtask package`: the built plugin as an archive to unpack under a prefix, or with `--deb` as a package of Debian.

mod deb;
mod licences;

use crate::command::{self, Failure, capture, cargo, exists, root};
use crate::packages;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is packed.
struct Release {
    /// The library, without its debug information.
    library: PathBuf,
    /// Name of the library's file.
    name: String,
    version: String,
    /// Where packages are made.
    target: PathBuf,
}

/// Builds the release plugin and packs it with its presets, licences and documents.
pub fn run(arguments: &[String], install: bool) -> Result<(), Failure> {
    let deb = match arguments {
        [] => false,
        [one] if one == "--deb" => true,
        _ => {
            return Err(Failure::Message(
                "package takes --deb, or nothing".to_owned(),
            ));
        }
    };
    packages::ensure(install)?;
    let release = build()?;
    let package = if deb {
        deb::make(&release)?
    } else {
        archive(&release)?
    };
    println!("{}", package.display());
    Ok(())
}

fn build() -> Result<Release, Failure> {
    let root = root();
    let mut build = cargo();
    command::run(
        build
            .args(["build", "--release", "--lib"])
            .current_dir(&root),
    )?;
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let name = format!("{prefix}gstwgpu{suffix}");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |path| root.join(path));
    let built = target.join("release").join(&name);
    let release = Release {
        library: target.join("package").join(&name),
        name,
        version: version(&root)?,
        target: target.join("package"),
    };
    copy(&built, &release.library)?;
    if exists("strip") {
        // A plugin of 7 MB instead of 50: debug information is of no use without the sources.
        command::run(
            Command::new("strip")
                .arg("--strip-unneeded")
                .arg(&release.library),
        )?;
    }
    Ok(release)
}

fn archive(release: &Release) -> Result<PathBuf, Failure> {
    let system = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    let name = format!("gst-plugins-wgpu-{}-{system}", release.version);
    let folder = release.target.join(&name);
    empty(&folder)?;
    lay_out(release, &folder, Path::new("lib"), "gst-plugins-wgpu")?;
    let zstd = exists("zstd");
    let archive = release
        .target
        .join(format!("{name}.tar.{}", if zstd { "zst" } else { "gz" }));
    let pack = if zstd { "--zstd" } else { "--gzip" };
    let mut tar = Command::new("tar");
    tar.arg("-c")
        .arg(pack)
        .arg("-f")
        .arg(&archive)
        .arg("-C")
        .arg(&release.target)
        .arg(&name);
    command::run(&mut tar)?;
    Ok(archive)
}

fn version(root: &Path) -> Result<String, Failure> {
    let mut pkgid = cargo();
    let id = capture(
        pkgid
            .args(["pkgid", "--package", "gst-plugin-wgpu"])
            .current_dir(root),
    );
    let version = id
        .as_deref()
        .and_then(|id| id.trim().rsplit(['@', '#']).next());
    Ok(version
        .ok_or_else(|| "cannot read the version with `cargo pkgid`".to_owned())?
        .to_owned())
}

/// Puts all files below a prefix; `libraries` is relative to it, and `package` names the folder of documents.
fn lay_out(
    release: &Release,
    prefix: &Path,
    libraries: &Path,
    package: &str,
) -> Result<(), Failure> {
    let root = root();
    let plugins = prefix.join(libraries).join("gstreamer-1.0");
    copy(&release.library, &plugins.join(&release.name))?;
    for presets in [
        "GstWgpuDenoise.prs",
        "GstWgpuDeartifact.prs",
        "GstWgpuTone.prs",
    ] {
        let target = prefix.join("share/gstreamer-1.0/presets").join(presets);
        copy(&root.join("presets").join(presets), &target)?;
    }
    let documents = prefix.join("share/doc").join(package);
    for document in ["LICENSE", "README.md", "CHANGELOG.md"] {
        copy(&root.join(document), &documents.join(document))?;
    }
    copy_folder(&root.join("docs"), &documents.join("docs"))?;
    copy_folder(&root.join("examples"), &documents.join("examples"))?;
    write(&documents.join("THIRD_PARTY"), &licences::of_all(&root)?)
}

fn empty(folder: &Path) -> Result<(), Failure> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("cannot empty {}: {error}", folder.display()).into())
        }
        _ => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
    written.map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    let unreadable = |error| format!("cannot read {}: {error}", from.display());
    for entry in std::fs::read_dir(from).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            copy(&path, &target)?;
        }
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
