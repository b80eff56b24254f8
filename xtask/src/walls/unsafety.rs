//! Every use of `unsafe` says why it is sound.

use super::{Breach, Source};
use crate::source::{Token, is, tokens};

const RULE: &str = "'unsafe' needs a '// SAFETY:' comment above it";

/// Looks for the reason above each `unsafe`.
pub fn check(source: &Source) -> Vec<Breach> {
    if !source.is_rust() {
        return Vec::new();
    }
    let lines: Vec<&str> = source.text.lines().collect();
    let clean: Vec<&str> = source.clean.lines().collect();
    let found = tokens(&source.clean);
    (0..found.len())
        .filter(|at| found[*at].text == "unsafe" && !is_function_type(&found, *at))
        .filter(|at| !has_reason(&lines, &clean, found[*at].line - 1))
        .map(|at| source.breach(found[at].line, RULE))
        .collect()
}

/// `unsafe fn` in the place of a type names a pointer and does nothing by itself.
fn is_function_type(found: &[Token<'_>], at: usize) -> bool {
    let function = is(found, at + 1, "fn") || is(found, at + 1, "extern");
    let before = at.checked_sub(1).map_or(";", |before| found[before].text);
    function && matches!(before, "<" | "(" | ":" | "," | "=" | ">" | "&")
}

/// Searches the line itself and upwards, over the statement's own lines, attributes and comments.
fn has_reason(lines: &[&str], clean: &[&str], line: usize) -> bool {
    if is_reason(lines[line]) {
        return true;
    }
    for above in (0..line).rev() {
        let code = clean[above].trim();
        let ends_statement = code.ends_with([';', '{', '}', ',']);
        if !code.is_empty() && !code.starts_with("#[") && ends_statement {
            return false;
        }
        if lines[above].trim().is_empty() {
            return false;
        }
        if is_reason(lines[above]) {
            return true;
        }
    }
    false
}

fn is_reason(line: &str) -> bool {
    line.contains("SAFETY:") || line.trim_start().starts_with("/// # Safety")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Source::new("plugins/gpu/a.rs", text)).len()
    }

    #[test]
    fn a_reason_above_is_enough() {
        assert_eq!(count("// SAFETY: it lives.\nunsafe { a() }"), 0);
        assert_eq!(
            count("// SAFETY: it\n// lives.\nlet x =\n    unsafe { a() };"),
            0
        );
        assert_eq!(
            count("// SAFETY: no state.\n#[allow(x)]\nunsafe impl Send for A {}"),
            0
        );
        assert_eq!(
            count("/// # Safety\n/// `p` is valid.\npub unsafe fn a(p: *const u8) {}"),
            0
        );
    }

    #[test]
    fn no_reason_or_one_for_something_else_is_not() {
        assert_eq!(count("unsafe { a() }"), 1);
        assert_eq!(count("// SAFETY: a.\nb();\nunsafe { a() }"), 1);
        assert_eq!(count("// SAFETY: a.\n\nunsafe { a() }"), 1);
        assert_eq!(count("// it is fine\nunsafe { a() }"), 1);
    }

    #[test]
    fn a_function_type_needs_none() {
        assert_eq!(count("struct A { f: Option<unsafe extern \"C\" fn()> }"), 0);
        assert_eq!(count("unsafe extern \"C\" fn a() {}"), 1);
    }
}
