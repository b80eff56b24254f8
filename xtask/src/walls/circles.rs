//! The modules of the GPU layer import one another in one direction: no circles.

use super::imports::heads_of_group;
use super::{Breach, Source};
use crate::source::{Token, is, tokens};
use std::collections::BTreeSet;

/// The module that only gathers the others under short names: whoever imports from it imports all.
const GATHERING: &str = "mod";

/// One import: who, whom, and where.
struct Import<'a> {
    source: &'a Source,
    line: usize,
    from: &'a str,
    to: String,
}

/// Each import by which a module comes to need itself.
pub fn check(sources: &[Source]) -> Vec<Breach> {
    let names: BTreeSet<&str> = sources.iter().filter_map(module).collect();
    let imports: Vec<_> = sources.iter().flat_map(|s| imports(s, &names)).collect();
    imports
        .iter()
        .filter(|import| reaches(&imports, &import.to, import.from))
        .map(|import| {
            let Import { from, to, .. } = import;
            let rule = format!("a circle: '{from}' imports '{to}', which needs '{from}' itself");
            import.source.breach(import.line, rule)
        })
        .collect()
}

/// A module is a file of `plugins/gpu`, or a folder with all that is in it.
fn module(source: &Source) -> Option<&str> {
    let rest = source.path.strip_prefix("plugins/gpu/")?;
    rest.split(['/', '.']).next()
}

fn imports<'a>(source: &'a Source, names: &BTreeSet<&str>) -> Vec<Import<'a>> {
    let Some(from) = module(source) else {
        return Vec::new();
    };
    // Tests see the whole of their own module, and may use any other.
    let tests = source.clean.find("#[cfg(test)]");
    let found = tokens(&source.clean[..tests.unwrap_or(source.clean.len())]);
    let parents = match source.parts()[..] {
        ["plugins", "gpu", _] | ["plugins", "gpu", _, "mod.rs"] => 1,
        _ => 2,
    };
    let import = |token: Token<'_>| {
        let is_item = token.text.starts_with(char::is_uppercase);
        let to = if is_item { GATHERING } else { token.text };
        let counts = to != from && names.contains(to);
        counts.then(|| Import {
            source,
            line: token.line,
            from,
            to: to.to_owned(),
        })
    };
    let mut wanted = heads(&found, &["crate", "::", "gpu", "::"]);
    match from {
        GATHERING => wanted.extend(heads(&found, &["pub", "use"])),
        _ => wanted.extend(heads(&found, &["super", "::"].repeat(parents))),
    }
    wanted.into_iter().filter_map(import).collect()
}

/// What follows a path, or each part of the group that does.
fn heads<'a>(found: &[Token<'a>], path: &[&str]) -> Vec<Token<'a>> {
    let starts = (0..found.len()).filter(|at| (0..path.len()).all(|i| is(found, at + i, path[i])));
    let mut heads = Vec::new();
    for first in starts.map(|at| at + path.len()) {
        match is(found, first, "{") {
            true => heads.extend(heads_of_group(&found[first..])),
            false => heads.extend(found.get(first)),
        }
    }
    heads
}

/// True where one module needs another, by itself or through others.
fn reaches(imports: &[Import<'_>], from: &str, wanted: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut rest = vec![from];
    while let Some(module) = rest.pop() {
        if module == wanted {
            return true;
        }
        let next = imports.iter().filter(|import| import.from == module);
        rest.extend(next.map(|i| i.to.as_str()).filter(|to| seen.insert(to)));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(files: &[(&str, &str)]) -> usize {
        let source = |(name, text): &(&str, &str)| Source::new(&format!("plugins/{name}"), text);
        check(&files.iter().map(source).collect::<Vec<_>>()).len()
    }

    #[test]
    fn modules_of_one_direction_are_fine() {
        let files = [
            ("gpu/a.rs", "use super::b::B; use super::c::C;"),
            ("gpu/b.rs", "use super::c::C;"),
            ("gpu/c.rs", "use crate::gpu::c::C; mod tests {}"),
        ];
        assert_eq!(count(&files), 0);
    }

    #[test]
    fn each_import_of_a_circle_is_found() {
        let files = [
            ("gpu/a.rs", "use super::b::B; use super::d::D;"),
            ("gpu/b.rs", "use super::{c::C, d};"),
            ("gpu/c.rs", "fn c() { crate::gpu::a::a() }"),
            ("gpu/d.rs", "fn d() {}"),
        ];
        assert_eq!(count(&files), 3);
    }

    #[test]
    fn a_folder_is_one_module() {
        let outside = ("gpu/a.rs", "use super::deep::Deep;");
        let own = ("gpu/deep/one.rs", "use super::two::Two;");
        let back = ("gpu/deep/two.rs", "use super::super::a::A;");
        assert_eq!(count(&[outside, own, ("gpu/deep/two.rs", "")]), 0);
        assert_eq!(count(&[outside, own, back]), 2);
    }

    #[test]
    fn names_of_the_gathering_module_hide_no_circle() {
        let gathering = ("gpu/mod.rs", "pub use a::A;");
        let a = ("gpu/a.rs", "use crate::gpu::B;");
        assert_eq!(count(&[gathering, a, ("gpu/b.rs", "")]), 2);
    }

    #[test]
    fn tests_and_other_rooms_are_free() {
        let a = ("gpu/a.rs", "use super::b::B;");
        let b = ("gpu/b.rs", "#[cfg(test)] mod tests { use super::a::A; }");
        assert_eq!(count(&[a, b]), 0);
        let other = ("picture/b.rs", "use super::a::A; use crate::gpu::a::A;");
        assert_eq!(count(&[a, other, ("gpu/b.rs", "")]), 0);
    }
}
