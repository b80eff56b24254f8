//! `cargo xtask package --deb`: a package for Debian and Ubuntu, installed into an empty root and looked at before it is
//! handed out.

use super::{Release, empty, lay_out, write};
use crate::command::{Failure, capture, run};
use std::path::{Path, PathBuf};
use std::process::Command;

const NAME: &str = "gstreamer1.0-wgpu";
/// The oldest GStreamer whose API is called.
const GSTREAMER: &str = "1.22";

/// Makes the package and tries it.
pub fn make(release: &Release) -> Result<PathBuf, Failure> {
    let architecture = asked("dpkg", &["--print-architecture"])?;
    let multiarch = asked("gcc", &["-print-multiarch"])?;
    let folder = release.target.join("deb");
    empty(&folder)?;
    let libraries = Path::new("lib").join(&multiarch);
    lay_out(release, &folder.join("usr"), &libraries, NAME)?;
    let documents = folder.join("usr/share/doc").join(NAME);
    let copyright = documents.join("copyright");
    std::fs::rename(documents.join("LICENSE"), &copyright)
        .map_err(|error| format!("cannot rename the licence: {error}"))?;
    write(
        &folder.join("DEBIAN/control"),
        &control(release, &architecture)?,
    )?;
    let package = release
        .target
        .join(format!("{NAME}_{}_{architecture}.deb", release.version));
    run(Command::new("dpkg-deb")
        .args(["--root-owner-group", "-Zxz", "--build"])
        .arg(&folder)
        .arg(&package))?;
    try_out(&package, &release.target.join("root"), &libraries)?;
    Ok(package)
}

fn asked(program: &str, arguments: &[&str]) -> Result<String, Failure> {
    let answer = capture(Command::new(program).args(arguments)).map(|text| text.trim().to_owned());
    let answer = answer.filter(|text| !text.is_empty());
    Ok(answer.ok_or_else(|| {
        format!(
            "`{program} {}` fails: packages of Debian are made on Debian",
            arguments.join(" ")
        )
    })?)
}

fn control(release: &Release, architecture: &str) -> Result<String, Failure> {
    let size = std::fs::metadata(&release.library).map_or(0, |file| file.len()) / 1024;
    let libc = newest_libc(&release.library)?;
    Ok(format!(
        "Package: {NAME}\n\
         Version: {version}\n\
         Architecture: {architecture}\n\
         Maintainer: The gst-plugins-wgpu developers <gst-plugins-wgpu@localhost>\n\
         Section: libs\n\
         Priority: optional\n\
         Installed-Size: {size}\n\
         Depends: libc6 (>= {libc}), libgcc-s1, libglib2.0-0t64 | libglib2.0-0, libgstreamer1.0-0 (>= {GSTREAMER}), \
         libgstreamer-plugins-base1.0-0 (>= {GSTREAMER}), libvulkan1\n\
         Recommends: mesa-vulkan-drivers\n\
         Suggests: gstreamer1.0-tools, gstreamer1.0-plugins-good, gstreamer1.0-libav\n\
         Description: GStreamer elements that clean and decorate live video on the GPU\n \
         wgpudenoise takes out noise, wgpudeartifact what compression left, wgputone\n \
         corrects exposure and colour casts, and wgputrackoverlay pins pictures and\n \
         streams to planes that it follows.\n \
         They run on any Vulkan driver; mesa-vulkan-drivers brings one for machines\n \
         without a GPU.\n",
        version = release.version,
    ))
}

/// The newest version of the C library that a symbol of the plugin asks for.
fn newest_libc(library: &Path) -> Result<String, Failure> {
    let symbols = asked("objdump", &["-T", &library.to_string_lossy()])?;
    let versions = symbols.split("GLIBC_").skip(1).filter_map(|rest| {
        let text = rest
            .split(|letter: char| letter != '.' && !letter.is_ascii_digit())
            .next()?;
        let numbers: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
        Some((numbers?, text))
    });
    let newest = versions.max().map(|(_, text)| text.to_owned());
    Ok(newest.ok_or_else(|| format!("{} asks for no C library", library.display()))?)
}

/// Installs the package into an empty root, as dpkg does it, and lets GStreamer look at what is there.
fn try_out(package: &Path, root: &Path, libraries: &Path) -> Result<(), Failure> {
    empty(root)?;
    for file in [
        "var/lib/dpkg/status",
        "var/lib/dpkg/updates/none",
        "var/lib/dpkg/info/none",
    ] {
        write(&root.join(file), "")?;
    }
    let mut dpkg = Command::new("dpkg");
    dpkg.arg(format!("--root={}", root.display()));
    // What it depends on is in the root of this machine.
    dpkg.args([
        "--force-depends",
        "--force-not-root",
        "--force-bad-path",
        "--log=/dev/null",
        "--install",
    ]);
    if capture(dpkg.arg(package)).is_none() {
        return Err(Failure::Message(format!(
            "dpkg does not install {}",
            package.display()
        )));
    }
    let plugins = root.join("usr").join(libraries).join("gstreamer-1.0");
    let mut inspect = Command::new("gst-inspect-1.0");
    inspect
        .env("GST_PLUGIN_PATH", &plugins)
        .env("GST_REGISTRY", root.join("registry"));
    let found = capture(inspect.arg("wgpu")).unwrap_or_default();
    match found.contains(&*plugins.to_string_lossy()) && found.contains("wgpudenoise") {
        true => Ok(()),
        false => Err(Failure::Message(format!(
            "GStreamer finds no plugin in {}",
            plugins.display()
        ))),
    }
}
