//! Statistics as JSON.

use gst::prelude::*;
use serde_json::{Map, Value, json};

use crate::pipeline::{Watched, factory};

/// Statistics of all our elements, and what the bus has warned of since the last time.
pub fn all(watched: &Watched) -> Value {
    let elements: Vec<Value> = watched
        .elements()
        .iter()
        .map(|element| {
            json!({
                "name": element.name().as_str(),
                "factory": factory(element),
                "state": format!("{:?}", element.current_state()).to_lowercase(),
                "stats": object(&stats(element)),
            })
        })
        .collect();
    json!({ "size": watched.size(), "warning": watched.warning(), "elements": elements })
}

/// The property `stats`.
pub fn stats(element: &gst::Element) -> gst::Structure {
    element.property("stats")
}

fn object(structure: &gst::StructureRef) -> Value {
    let fields: Map<String, Value> = structure
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), plain(value)?)))
        .collect();
    Value::Object(fields)
}

fn plain(value: &glib::Value) -> Option<Value> {
    if let Ok(structure) = value.get::<gst::Structure>() {
        return Some(object(&structure));
    }
    if let Ok(count) = value.get::<u64>() {
        return Some(json!(count));
    }
    if let Some(number) = number(value) {
        return Some(json!(number));
    }
    value.get::<Option<String>>().ok().map(|text| json!(text))
}

/// The value of any number.
pub fn number(value: &glib::Value) -> Option<f64> {
    let number = value.get::<f64>().ok();
    let number = number.or_else(|| value.get::<u64>().ok().map(|count| count as f64));
    number.or_else(|| value.get::<u32>().ok().map(f64::from))
}
