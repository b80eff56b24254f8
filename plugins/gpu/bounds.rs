//! Rewrites a shader so that it checks the bounds of its storage buffers itself.
//!
//! A driver with robust buffer access returns zeros for reads beyond a buffer, so wgpu's own checks would
//! not show such a read. The rewritten shader reads the buffer's last or first element instead, so a shader
//! that never reads beyond gives the same bytes with both, and any other differs.

/// The element that an index beyond the buffer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// The last element.
    Last,
    /// The first element.
    First,
}

/// Names of the buffers that a shader declares as runtime-sized arrays.
fn arrays(text: &str) -> Vec<String> {
    let Ok(module) = naga::front::wgsl::parse_str(text) else {
        return Vec::new();
    };
    let variables = module.global_variables.iter().map(|(_, one)| one);
    let has_any_size = |ty: naga::Handle<naga::Type>| {
        let size = naga::ArraySize::Dynamic;
        matches!(module.types[ty].inner, naga::TypeInner::Array { size: own, .. } if own == size)
    };
    variables
        .filter(|one| has_any_size(one.ty))
        .filter_map(|one| one.name.clone())
        .collect()
}

/// The shader with every index into its runtime-sized buffers limited to their length.
pub fn limited(text: &str, beyond: Beyond) -> String {
    limited_in(text, &arrays(text), beyond)
}

fn limited_index(index: &str, buffer: &str, beyond: Beyond) -> String {
    match beyond {
        Beyond::Last => format!("min(u32({index}), arrayLength(&{buffer}) - 1u)"),
        Beyond::First => {
            format!("select(0u, u32({index}), u32({index}) < arrayLength(&{buffer}))")
        }
    }
}

fn limited_in(text: &str, buffers: &[String], beyond: Beyond) -> String {
    let mut limited = String::with_capacity(2 * text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
        let is_member = rest.get(..at).is_some_and(|before| before.ends_with('.'));
        let (before, word_on) = rest.split_at(at);
        let length = word_on.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, after) = word_on.split_at(length.unwrap_or(word_on.len()));
        limited.push_str(before);
        limited.push_str(word);
        rest = after;
        let Some(inside) = bracketed(after) else {
            continue;
        };
        if !is_member && buffers.iter().any(|name| name == word) {
            let index = limited_in(inside, buffers, beyond);
            limited.push_str(&format!("[{}]", limited_index(&index, word, beyond)));
            rest = after.get(inside.len() + 2..).unwrap_or_default();
        }
    }
    limited.push_str(rest);
    limited
}

/// The text between the brackets that `text` begins with; `None` if it begins with none.
fn bracketed(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    let mut depth = 0;
    for (at, c) in inside.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 0 => return inside.get(..at),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Beyond, limited_in};

    #[test]
    fn indices_of_buffers_are_limited_and_others_are_not() {
        for (text, wanted) in [
            (
                "a = level[i + 1u];",
                "a = level[min(u32(i + 1u), arrayLength(&level) - 1u)];",
            ),
            (
                "level[order[i]].x",
                "level[min(u32(order[min(u32(i), arrayLength(&order) - 1u)]), \
                 arrayLength(&level) - 1u)].x",
            ),
            ("track.level[i] + levels[2]", "track.level[i] + levels[2]"),
            ("level", "level"),
        ] {
            let buffers = ["level", "order"].map(str::to_owned);
            assert_eq!(limited_in(text, &buffers, Beyond::Last), wanted);
        }
        assert_eq!(
            limited_in("level[i]", &["level".to_owned()], Beyond::First),
            "level[select(0u, u32(i), u32(i) < arrayLength(&level))]"
        );
    }
}
