//! A JSON parser, sufficient for files of tracks and placements (RFC 8259).

use std::str::CharIndices;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, in the order of the text.
    Object(Vec<(String, Json)>),
}

/// Most nested arrays and objects.
const MAX_DEPTH: usize = 16;

impl Json {
    /// Parses one value that fills the text; `None` if it is not valid JSON.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader(text.trim());
        let value = reader.value(0)?;
        reader.0.trim_start().is_empty().then_some(value)
    }

    /// The value of a key; `None` if there is none, or this is no object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(pairs) => pairs
                .iter()
                .find(|(name, _)| name == key)
                .map(|pair| &pair.1),
            _ => None,
        }
    }

    /// The value of a number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The values of an array.
    pub fn array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(values) => Some(values),
            _ => None,
        }
    }
}

/// Four hexadecimal digits.
fn code_unit(chars: &mut CharIndices<'_>) -> Option<u32> {
    (0..4).try_fold(0, |sum, _| Some(16 * sum + chars.next()?.1.to_digit(16)?))
}

/// The letter of a \u escape, or of two that together are one beyond 16 bits.
fn escaped(chars: &mut CharIndices<'_>) -> Option<char> {
    let first = code_unit(chars)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first);
    }
    let goes_on = (chars.next()?.1, chars.next()?.1) == ('\\', 'u');
    let second = code_unit(chars).filter(|unit| (0xdc00..0xe000).contains(unit) && goes_on)?;
    char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
}

/// The part of the text that is not parsed yet.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn skip(&mut self, token: &str) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(token)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.0 = self.0.trim_start();
        match self.0.chars().next()? {
            'n' => self.skip("null").map(|()| Json::Null),
            't' => self.skip("true").map(|()| Json::Bool(true)),
            'f' => self.skip("false").map(|()| Json::Bool(false)),
            '"' => self.string().map(Json::Text),
            '[' => self.array(depth).map(Json::Array),
            '{' => self.object(depth).map(Json::Object),
            _ => self.number().map(Json::Number),
        }
    }

    fn number(&mut self) -> Option<f64> {
        let in_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let end = self.0.find(|c| !in_number(c)).unwrap_or(self.0.len());
        let (number, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        number.parse().ok()
    }

    fn string(&mut self) -> Option<String> {
        self.skip("\"")?;
        let mut text = String::new();
        let mut chars = self.0.char_indices();
        loop {
            match chars.next()? {
                (at, '"') => {
                    self.0 = self.0.get(at + 1..)?;
                    return Some(text);
                }
                (_, '\\') => text.push(match chars.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => escaped(&mut chars)?,
                    plain @ ('"' | '\\' | '/') => plain,
                    _ => return None,
                }),
                (_, other) => text.push(other),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Json>> {
        self.skip("[")?;
        let mut values = Vec::new();
        if self.skip("]").is_some() {
            return Some(values);
        }
        loop {
            values.push(self.value(depth + 1)?);
            if self.skip(",").is_none() {
                return self.skip("]").map(|()| values);
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Vec<(String, Json)>> {
        self.skip("{")?;
        let mut pairs = Vec::new();
        if self.skip("}").is_some() {
            return Some(pairs);
        }
        loop {
            self.0 = self.0.trim_start();
            let name = self.string()?;
            self.skip(":")?;
            pairs.push((name, self.value(depth + 1)?));
            if self.skip(",").is_none() {
                return self.skip("}").map(|()| pairs);
            }
        }
    }
}
