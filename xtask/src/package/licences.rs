//! The crates that are linked into the plugin, with their licences.

use crate::command::{Failure, capture, cargo};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Names, versions and licences of all crates, and the texts that came with them, each text once.
pub fn of_all(root: &Path) -> Result<String, Failure> {
    let mut tree = cargo();
    tree.args([
        "tree",
        "--package",
        "gst-plugin-wgpu",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}|{l}",
    ]);
    let listed = capture(tree.current_dir(root))
        .ok_or_else(|| "cannot list crates with `cargo tree`".to_owned())?;
    // "name v1.2.3 (proc-macro)|MIT", and " (*)" where a crate is listed again.
    let crates: BTreeSet<(&str, &str, &str)> = listed
        .lines()
        .filter_map(|line| {
            let (package, licence) = line.split_once('|')?;
            let (name, rest) = package.split_once(" v")?;
            Some((
                name,
                rest.split(' ').next()?,
                licence.trim_end_matches(" (*)"),
            ))
        })
        .filter(|(name, ..)| *name != "gst-plugin-wgpu")
        .collect();
    let mut text = "Crates that are part of the plugin, and their licences:\n\n".to_owned();
    let mut texts: BTreeSet<String> = BTreeSet::new();
    for (name, version, licence) in &crates {
        let _ = writeln!(text, "{name} {version}: {licence}");
        texts.extend(
            sources(name, version)
                .iter()
                .flat_map(|folder| licence_texts(folder)),
        );
    }
    for one in texts {
        let _ = write!(text, "\n{}\n\n{one}", "-".repeat(72));
    }
    Ok(text)
}

/// Where cargo keeps the sources of a crate.
fn sources(name: &str, version: &str) -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let registries = std::fs::read_dir(home.join("registry/src")).ok()?;
    let folder = format!("{name}-{version}");
    let mut places = registries
        .flatten()
        .map(|registry| registry.path().join(&folder));
    places.find(|place| place.is_dir())
}

fn licence_texts(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = files.filter(|file| {
        let name = file.file_name().to_string_lossy().to_ascii_uppercase();
        ["LICENSE", "LICENCE", "COPYING", "NOTICE"]
            .iter()
            .any(|word| name.starts_with(word))
    });
    named
        .filter_map(|file| std::fs::read_to_string(file.path()).ok())
        .collect()
}
