//! Fields of appearances and totals, and their lines of JSON. `docs/EXPOSURE.md` explains them to who reads reports.

use std::fmt::Write;

use super::ledger::{Appearance, Sums, Total};
use crate::trackoverlay::trail::file::short;

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

/// The fields of an appearance.
pub fn appearance(ended: &Appearance) -> Fields {
    let [from, to] = ended
        .timecodes
        .clone()
        .map_or([None, None], |both| both.map(Some));
    let mut fields = vec![
        ("type", text("appearance")),
        ("appearance", Value::Count(ended.number)),
        ("placement", Value::Text(Some(ended.placement.clone()))),
    ];
    fields.extend(span(ended.span));
    fields.extend([
        ("start-timecode", Value::Text(from)),
        ("end-timecode", Value::Text(to)),
    ]);
    fields.extend(sums(&ended.sums));
    fields
}

/// The fields of a total.
pub fn total(total: &Total) -> Fields {
    let mut fields = vec![
        ("type", text("total")),
        ("appearances", Value::Count(total.appearances)),
    ];
    fields.extend(span(total.span));
    fields.extend(sums(&total.sums));
    fields
}

fn text(text: &str) -> Value {
    Value::Text(Some(text.to_owned()))
}

fn span(span: Option<[u64; 2]>) -> Fields {
    let [start, end] = span.map_or([None, None], |both| both.map(Some));
    vec![("start", Value::Time(start)), ("end", Value::Time(end))]
}

fn sums(sums: &Sums) -> Fields {
    let [luma, plate] = sums.lumas().map_or([None, None], |both| both.map(Some));
    let brightness = luma.zip(plate).filter(|(_, plate)| *plate > 0.0);
    vec![
        ("frames", Value::Count(sums.frames)),
        ("seconds", Value::Number(Some(sums.seconds))),
        ("area-mean", Value::Number(sums.area())),
        ("area-peak", Value::Number(Some(sums.peak))),
        ("hidden", Value::Number(sums.hidden())),
        ("opacity", Value::Number(sums.opacity())),
        ("confidence", Value::Number(sums.confidence())),
        ("tilt", Value::Number(sums.tilt())),
        ("luma", Value::Number(luma)),
        ("plate-luma", Value::Number(plate)),
        (
            "brightness",
            Value::Number(brightness.map(|(own, plate)| own / plate)),
        ),
    ]
}

/// One line of JSON, without line end.
pub fn line(fields: &Fields) -> String {
    let pair = |(name, value): &(&str, Value)| format!("\"{name}\":{}", json(value));
    let pairs: Vec<String> = fields.iter().map(pair).collect();
    format!("{{{}}}", pairs.join(","))
}

fn json(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.as_deref().map(quoted),
        Value::Count(count) => Some(count.to_string()),
        Value::Time(time) => time.map(|time| time.to_string()),
        // Six digits: a millionth of the picture, a microsecond.
        Value::Number(number) => number.map(|number| short(number, 6)),
    };
    text.unwrap_or_else(|| "null".to_owned())
}

fn quoted(text: &str) -> String {
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
