//! The version is the same wherever it is written.

use super::{file, read};

#[test]
fn packages_and_the_changelog_have_the_version_of_the_crate() {
    let version = env!("CARGO_PKG_VERSION");
    let written = [
        ("CHANGELOG.md", format!("\n## {version} - ")),
        ("packaging/PKGBUILD", format!("\npkgver={version}\n")),
        (
            "packaging/gst-plugins-wgpu.spec",
            format!("\nVersion:        {version}\n"),
        ),
        (
            "packaging/org.gstreamer.wgpu.metainfo.xml",
            format!("<release version=\"{version}\" date="),
        ),
    ];
    for (path, words) in written {
        assert!(read(&file(path)).contains(&words), "{path} has not {words}");
    }
}

/// Keep a Changelog: releases from the newest on, with dates, and only kinds of changes below.
#[test]
fn the_changelog_keeps_its_form() {
    let text = read(&file("CHANGELOG.md"));
    let releases: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    assert_eq!(releases[0], "Unreleased");
    for release in &releases[1..] {
        let (version, date) = release.split_once(" - ").expect("a version and its date");
        assert_eq!(version.split('.').count(), 3, "{release}");
        assert_eq!(date.split('-').count(), 3, "{release}");
    }
    let kinds = [
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
        "Known limits",
    ];
    for kind in text.lines().filter_map(|line| line.strip_prefix("### ")) {
        assert!(kinds.contains(&kind), "{kind}");
    }
}
