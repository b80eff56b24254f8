//! Just enough reading of Rust and WGSL to check rules on it.

/// The same text with comments and the contents of literals blanked; line breaks stay.
pub fn without_comments(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        let end = skip_end(&chars, at);
        for slot in &mut out[at..end] {
            if *slot != '\n' {
                *slot = ' ';
            }
        }
        at = end.max(at + 1);
    }
    out.into_iter().collect()
}

/// Where the comment or literal that starts at `at` ends; `at` itself when none starts there.
fn skip_end(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => find(chars, at, |c| c == '\n'),
        '/' if next == Some('*') => block_comment_end(chars, at),
        '"' => string_end(chars, at),
        'r' if !continues_word(chars, at) => raw_string_end(chars, at).unwrap_or(at),
        '\'' => char_end(chars, at).unwrap_or(at),
        _ => at,
    }
}

fn find(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    let rest = chars[from..].iter();
    rest.take_while(|c| !wanted(**c)).count() + from
}

fn continues_word(chars: &[char], at: usize) -> bool {
    // `br"..."` is a literal too, so a lone b does not count as a word.
    at.checked_sub(1).is_some_and(|before| {
        is_word(chars[before]) && (chars[before] != 'b' || continues_word(chars, before))
    })
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let open = find(chars, at + 1, |c| c != '#');
    let hashes = open - at - 1;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let mut i = open + 1;
    while i < chars.len() {
        let tail = chars[i + 1..].iter().take(hashes);
        if chars[i] == '"' && tail.filter(|c| **c == '#').count() == hashes {
            return Some(i + 1 + hashes);
        }
        i += 1;
    }
    Some(chars.len())
}

/// A character literal, told from a lifetime by its closing quote.
fn char_end(chars: &[char], at: usize) -> Option<usize> {
    match chars.get(at + 1)? {
        '\\' => Some((find(chars, at + 3, |c| c == '\'') + 1).min(chars.len())),
        _ => (chars.get(at + 2) == Some(&'\'')).then_some(at + 3),
    }
}

/// A word or a single sign, with the line it stands on, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The word or sign.
    pub text: &'a str,
    /// Its line.
    pub line: usize,
}

/// Splits text without comments into words and signs; `::` counts as one sign.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            found.push(Token {
                text: &rest[..length],
                line: index + 1,
            });
            rest = rest[length..].trim_start();
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the token at `at` is `text`.
pub fn is(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.text == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_literals_disappear_and_lines_stay() {
        let source =
            "a // gst::x\n/* b /* c */ d */ e \"glib::\\\" f\" g r#\"h\" i\"# j 'k' 'l m '\\'' n";
        let clean = without_comments(source);
        assert_eq!(words(&clean), ["a", "e", "g", "j", "'", "l", "m", "n"]);
        assert_eq!(clean.lines().count(), 2);
    }

    #[test]
    fn words_that_end_in_r_do_not_open_a_raw_string() {
        let clean = without_comments("for r in br\"x\" var");
        assert_eq!(words(&clean), ["for", "r", "in", "b", "var"]);
    }

    #[test]
    fn tokens_know_their_line() {
        let found = tokens("a\n\nb::c");
        let lines: Vec<usize> = found.iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 3, 3, 3]);
    }
}
