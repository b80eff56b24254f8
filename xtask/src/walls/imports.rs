//! Who may import what.

use super::{Breach, Source};
use crate::source::{Token, is, tokens};
use std::collections::BTreeSet;

/// Folders of `plugins/` that are not elements.
const GROUND: [&str; 5] = ["gpu", "network", "video", "picture", "report"];

/// The folders of `plugins/` that hold elements.
pub fn elements(sources: &[Source]) -> BTreeSet<String> {
    let folder = |source: &Source| match source.parts()[..] {
        ["plugins", folder, _, ..] if !GROUND.contains(&folder) => Some(folder.to_owned()),
        _ => None,
    };
    sources.iter().filter_map(folder).collect()
}

/// GStreamer stays out of the GPU code and the algorithms, and elements out of one another.
pub fn check(source: &Source, elements: &BTreeSet<String>) -> Vec<Breach> {
    let found = tokens(&source.clean);
    let mut breaches = Vec::new();
    if must_be_free_of_gstreamer(source) {
        breaches.extend(gstreamer_imports(source, &found));
    }
    if let ["plugins", own, _, ..] = source.parts()[..] {
        let foreign = |name: &str| name != own && elements.contains(name);
        for token in modules_of_crate(&found) {
            if foreign(token.text) {
                let rule = format!("'{own}' must not import the element '{}'", token.text);
                breaches.push(source.breach(token.line, rule));
            }
        }
    }
    breaches
}

fn must_be_free_of_gstreamer(source: &Source) -> bool {
    match source.parts()[..] {
        ["plugins", "gpu", ..] => true,
        ["plugins", "video", ..] => false,
        ["plugins", _, "mod.rs" | "imp.rs"] | ["plugins", _, "imp", ..] => false,
        ["plugins", _, _, ..] => true,
        _ => false,
    }
}

fn gstreamer_imports(source: &Source, found: &[Token<'_>]) -> Vec<Breach> {
    let bridge = modules_of_crate(found)
        .into_iter()
        .filter(|t| t.text == "video");
    let direct = found.iter().enumerate().filter_map(|(at, token)| {
        let starts_path = at == 0 || !is(found, at - 1, "::") || is(found, at - 2, "use");
        let is_path = is(found, at + 1, "::") || (at > 0 && is(found, at - 1, "use"));
        (is_gstreamer(token.text) && starts_path && is_path).then_some(*token)
    });
    let rule = "GPU code and algorithms know no GStreamer; this belongs into mod.rs or imp.rs";
    bridge
        .chain(direct)
        .map(|token| source.breach(token.line, rule))
        .collect()
}

fn is_gstreamer(word: &str) -> bool {
    matches!(word, "gst" | "glib" | "gio")
        || word.starts_with("gst_")
        || word.starts_with("gstreamer")
}

/// The first module of each path into this crate: `a` and `b` of `crate::{a::x, b}`.
fn modules_of_crate<'a>(found: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut modules = Vec::new();
    for at in 0..found.len() {
        let from_crate = is(found, at, "crate") && is(found, at + 1, "::");
        let from_parents = (0..4).all(|i| is(found, at + i, ["super", "::", "super", "::"][i]));
        let first = match (from_crate, from_parents) {
            (true, _) => at + 2,
            (_, true) => at + 4,
            _ => continue,
        };
        if is(found, first, "{") {
            modules.extend(heads_of_group(&found[first..]));
        } else {
            modules.extend(found.get(first));
        }
    }
    modules
}

/// The first word of each path in an import group that opens at the first token.
pub(super) fn heads_of_group<'a>(found: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut heads = Vec::new();
    let mut depth = 0;
    for (at, token) in found.iter().enumerate() {
        match token.text {
            "{" => depth += 1,
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            _ if depth == 1 && matches!(found[at - 1].text, "{" | ",") => heads.push(*token),
            _ => {}
        }
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        let elements = ["denoise", "transfer"].map(str::to_owned).into();
        check(&Source::new(path, text), &elements).len()
    }

    #[test]
    fn gpu_code_imports_no_gstreamer() {
        assert_eq!(count("plugins/gpu/device.rs", "use gst::prelude::*;"), 1);
        assert_eq!(
            count("plugins/gpu/device.rs", "let x = glib::Value::new();"),
            1
        );
        assert_eq!(count("plugins/gpu/device.rs", "use gst_video as v;"), 1);
        assert_eq!(
            count("plugins/gpu/device.rs", "use crate::video::Format;"),
            1
        );
        assert_eq!(
            count("plugins/gpu/device.rs", "use wgpu::Device; // gst::x"),
            0
        );
        assert_eq!(count("plugins/gpu/device.rs", "let gst_like = a.gst;"), 0);
    }

    #[test]
    fn only_the_face_of_an_element_knows_gstreamer() {
        assert_eq!(count("plugins/denoise/imp.rs", "use gst::glib;"), 0);
        assert_eq!(count("plugins/denoise/mod.rs", "use gst::glib;"), 0);
        assert_eq!(count("plugins/denoise/imp/a.rs", "use gst::glib;"), 0);
        assert_eq!(count("plugins/denoise/motion.rs", "use gst::glib;"), 1);
        assert_eq!(count("plugins/denoise/deep/mod.rs", "use gst::glib;"), 1);
        assert_eq!(count("plugins/video/filter.rs", "use gst::glib;"), 0);
        assert_eq!(count("tests/denoise.rs", "use gst::glib;"), 0);
    }

    #[test]
    fn elements_do_not_import_one_another() {
        let path = "plugins/denoise/imp.rs";
        assert_eq!(count(path, "use crate::transfer::imp;"), 1);
        assert_eq!(count(path, "use crate::{gpu::{a, transfer}, transfer};"), 1);
        assert_eq!(count(path, "super::super::transfer::x();"), 1);
        assert_eq!(count(path, "use crate::denoise::motion; use super::a;"), 0);
        assert_eq!(count("plugins/video/a.rs", "use crate::denoise::x;"), 1);
        assert_eq!(count("plugins/lib.rs", "use crate::denoise;"), 0);
    }

    #[test]
    fn elements_are_found_by_their_folder() {
        let paths = [
            "plugins/lib.rs",
            "plugins/gpu/a.rs",
            "plugins/denoise/mod.rs",
        ];
        let sources = paths.map(|path| Source::new(path, ""));
        assert_eq!(elements(&sources), ["denoise".to_owned()].into());
    }
}
