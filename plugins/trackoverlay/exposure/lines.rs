//! Fields of appearances and totals. `docs/EXPOSURE.md` explains them to who reads reports.

use super::ledger::{Appearance, Sums, Total};
use crate::report::lines::{Fields, Value, text};

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
