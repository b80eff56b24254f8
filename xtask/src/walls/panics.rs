//! No panic on a streaming thread.

use super::{Breach, Source};
use crate::source::{is, tokens, without_tests};

const RULE: &str = "may panic on a streaming thread: return an error or handle the case";

/// Refuses the calls that are there to panic, outside tests, in the plugin.
pub fn check(source: &Source) -> Vec<Breach> {
    let parts = source.parts();
    let in_test_file = parts
        .iter()
        .any(|part| matches!(*part, "tests" | "tests.rs"));
    if parts[0] != "plugins" || !source.is_rust() || in_test_file {
        return Vec::new();
    }
    let found = without_tests(&tokens(&source.clean));
    let panics = |at: &usize| match found[*at].text {
        "unwrap" | "expect" => is(&found, at.wrapping_sub(1), ".") && is(&found, at + 1, "("),
        "panic" | "todo" | "unimplemented" => is(&found, at + 1, "!"),
        _ => false,
    };
    (0..found.len())
        .filter(panics)
        .map(|at| source.breach(found[at].line, format!("'{}' {RULE}", found[at].text)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Source::new(path, text)).len()
    }

    #[test]
    fn panicking_calls_are_found() {
        let text = "a.unwrap(); b\n  .expect(\"c\"); panic!(); todo!(); unimplemented!();";
        assert_eq!(count("plugins/gpu/a.rs", text), 5);
    }

    #[test]
    fn their_harmless_relatives_are_not() {
        let text = "a.unwrap_or(1); b.expect_err; #[expect(dead_code)] fn c() {} // .unwrap()";
        assert_eq!(count("plugins/gpu/a.rs", text), 0);
    }

    #[test]
    fn tests_may_panic() {
        let text = "#[cfg(test)]\nmod tests { fn a() { b.unwrap(); } }";
        assert_eq!(count("plugins/gpu/a.rs", text), 0);
        assert_eq!(count("plugins/gpu/tests.rs", "a.unwrap();"), 0);
        assert_eq!(count("tests/a.rs", "a.unwrap();"), 0);
    }
}
