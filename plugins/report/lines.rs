//! Named values, and their lines of JSON (RFC 8259).

use std::fmt::Write;

/// A value; `None` is null.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(Option<String>),
    /// A number of things.
    Count(u64),
    /// A running time in nanoseconds.
    Time(Option<u64>),
    /// A number.
    Number(Option<f64>),
}

/// Names and values, in order.
pub type Fields = Vec<(&'static str, Value)>;

/// A text that there is.
pub fn text(text: &str) -> Value {
    Value::Text(Some(text.to_owned()))
}

/// One line of JSON, without line end.
pub fn line(fields: &Fields) -> String {
    let pair = |(name, value): &(&str, Value)| format!("\"{name}\":{}", json(value));
    let pairs: Vec<String> = fields.iter().map(pair).collect();
    format!("{{{}}}", pairs.join(","))
}

/// Decimal notation without trailing zeros.
pub fn short(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

fn json(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.as_deref().map(quoted),
        Value::Count(count) => Some(count.to_string()),
        Value::Time(time) => time.map(|time| time.to_string()),
        // Six digits: a millionth of the picture, a microsecond. JSON has no number that is none.
        Value::Number(number) => number
            .filter(|number| number.is_finite())
            .map(|number| short(number, 6)),
    };
    text.unwrap_or_else(|| "null".to_owned())
}

/// A text of JSON.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter < ' ' => {
                // Writing to a text cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
