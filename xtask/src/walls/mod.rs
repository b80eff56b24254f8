//! The rules that keep the parts of the project apart, checked on the source text.

mod circles;
mod imports;
mod shaders;

use crate::source::without_comments;
use std::fmt;
use std::path::{Path, PathBuf};

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Breach {
    file: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.rule)
    }
}

/// A source file as the rules see it.
pub struct Source {
    /// Path below the root of the repository, with `/` between its parts.
    path: String,
    clean: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            clean: without_comments(text),
        }
    }

    fn parts(&self) -> Vec<&str> {
        self.path.split('/').collect()
    }

    fn breach(&self, line: usize, rule: impl Into<String>) -> Breach {
        Breach {
            file: self.path.clone(),
            line,
            rule: rule.into(),
        }
    }
}

/// Every breach in the tree below `root`.
pub fn check(root: &Path) -> Result<Vec<Breach>, String> {
    let mut sources = Vec::new();
    for folder in ["plugins", "shaders", "tests", "examples", "xtask/src"] {
        collect(root, &root.join(folder), &mut sources)?;
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(breaches(&sources))
}

fn breaches(sources: &[Source]) -> Vec<Breach> {
    let elements = imports::elements(sources);
    let each = |source| {
        let mut found = name(source);
        found.extend(imports::check(source, &elements));
        found.extend(shaders::check(source));
        found
    };
    let mut found: Vec<_> = sources.iter().flat_map(each).collect();
    found.extend(circles::check(sources));
    found
}

fn name(source: &Source) -> Vec<Breach> {
    let stem = |part: &str| part.split('.').next().unwrap_or(part).to_owned();
    let vague = |part: &str| matches!(stem(part).as_str(), "utils" | "util");
    let rule = "a name must say what is inside; 'utils' does not";
    let found = source.parts().iter().any(|part| vague(part));
    found.then(|| source.breach(1, rule)).into_iter().collect()
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    let paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, sources)?;
        } else if matches!(
            path.extension().and_then(|e| e.to_str()),
            Some("rs" | "wgsl")
        ) {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            let below = path.strip_prefix(root).unwrap_or(&path);
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            sources.push(Source::new(&parts.join("/"), &text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vague_names_are_refused() {
        let found = |path: &str| name(&Source::new(path, "")).len();
        assert_eq!(found("plugins/gpu/utils.rs"), 1);
        assert_eq!(found("plugins/utils/mod.rs"), 1);
        assert_eq!(found("plugins/gpu/device.rs"), 0);
    }

    #[test]
    fn a_breach_names_file_line_and_rule() {
        let source = Source::new("plugins/gpu/a.rs", "fn a() {\n gst::init();\n}");
        let found = breaches(&[source]);
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().starts_with("plugins/gpu/a.rs:2: "));
    }
}
