//! One shader file, one entry point.

use super::{Breach, Source};
use crate::source::{is, tokens};

/// A shader outside a folder `shared` has one entry point, `main`; a shared one has none.
pub fn check(source: &Source) -> Vec<Breach> {
    let parts = source.parts();
    if parts[0] != "shaders" || !source.path.ends_with(".wgsl") {
        return Vec::new();
    }
    let found = tokens(&source.clean);
    let stage = |at: &usize| {
        let word = found.get(at + 1).map_or("", |token| token.text);
        is(&found, *at, "@") && matches!(word, "compute" | "vertex" | "fragment")
    };
    let main = |at: &usize| is(&found, *at, "fn") && is(&found, at + 1, "main");
    let stages = (0..found.len()).filter(stage).count();
    let mains = (0..found.len()).filter(main).count();
    let shared = parts[..parts.len() - 1].contains(&"shared");
    let rule = match (shared, stages, mains) {
        (true, 0, 0) | (false, 1, 1) => return Vec::new(),
        (true, ..) => "a shared shader file has no entry point".to_owned(),
        (false, ..) => format!(
            "a shader file has one entry point, 'fn main' (here: {stages} entry points, {mains} 'fn main')"
        ),
    };
    vec![source.breach(1, rule)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Source::new(path, text)).len()
    }

    const MAIN: &str = "@compute @workgroup_size(8, 8)\nfn main() {}\n";

    #[test]
    fn a_shader_has_exactly_one_main() {
        let path = "shaders/denoise/motion.wgsl";
        assert_eq!(count(path, MAIN), 0);
        assert_eq!(count(path, ""), 1);
        assert_eq!(count(path, "// @compute fn main() {}"), 1);
        assert_eq!(count(path, &format!("{MAIN}@compute fn other() {{}}")), 1);
    }

    #[test]
    fn a_shared_file_has_none() {
        assert_eq!(
            count("shaders/trackoverlay/shared/colour.wgsl", "fn luma() {}"),
            0
        );
        assert_eq!(count("shaders/trackoverlay/shared/colour.wgsl", MAIN), 1);
        assert_eq!(count("shaders/denoise/deep/shared/a.wgsl", "fn a() {}"), 0);
    }
}
