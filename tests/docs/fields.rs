//! Every field of `stats` and of each message is told of with its unit, and no other.

use std::collections::BTreeSet;

use gst::prelude::*;

use super::{file, files, pages, read};
use crate::video::init;

const ELEMENTS: [&str; 7] = [
    "wgpucompare",
    "wgpudenoise",
    "wgpudeartifact",
    "wgputone",
    "wgputrackoverlay",
    "wgpuupload",
    "wgpudownload",
];

/// First cells of the rows of a table below a heading, without backticks.
fn rows(text: &str, heading: &str) -> BTreeSet<String> {
    let start = format!("## {heading}\n");
    let after = text.split(start.as_str()).nth(1).unwrap_or_default();
    let section = after.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `"));
    cells
        .map(|cell| cell.split('`').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn pages_tell_of_each_field_of_stats() {
    init();
    let common = rows(&read(&file("docs/elements/README.md")), "Statistics");
    assert!(!common.is_empty());
    for name in ELEMENTS {
        let element = gst::ElementFactory::make(name).build().unwrap();
        // Some fields are those of a second stream.
        let _ = element.request_pad_simple("overlay_0");
        let stats: gst::Structure = element.property("stats");
        let page = name.replace("wgpudownload", "wgpuupload");
        let told = rows(
            &read(&file(&format!("docs/elements/{page}.md"))),
            "Statistics",
        );
        let real: BTreeSet<String> = stats.iter().map(|(field, _)| field.to_string()).collect();
        let told: BTreeSet<String> = told.union(&common).cloned().collect();
        assert_eq!(told, real, "{name}");
    }
}

/// Text between quotes after each place where a word stands in the sources of the plugin.
pub fn quoted(word: &str) -> BTreeSet<String> {
    let sources = files(&file("plugins"), ".rs");
    let mut found = BTreeSet::new();
    for source in sources {
        let text = read(&source);
        let own = text.split("#[cfg(test)]").next().unwrap_or_default();
        for part in own.split(word).skip(1) {
            let name = part
                .trim_start()
                .strip_prefix('"')
                .and_then(|rest| rest.split('"').next());
            found.extend(name.map(str::to_owned));
        }
    }
    found
}

#[test]
fn docs_tell_of_each_field_of_messages() {
    let fields = quoted(".field(");
    // The search finds what it is for.
    assert!(
        fields.contains("running-time") && fields.contains("confidence"),
        "{fields:?}"
    );
    let text: String = pages().iter().map(|page| read(page)).collect();
    for field in fields {
        // Of debug output of Rust types, not of structures.
        if ["waiting", "threads"].contains(&field.as_str()) {
            continue;
        }
        assert!(
            text.contains(&format!("`{field}`")),
            "no page tells of the field {field}"
        );
    }
}
