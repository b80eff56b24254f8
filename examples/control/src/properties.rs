//! GObject's own description of an element's properties, and changes to them.

use glib::ParamFlags;
use gst::prelude::*;
use serde_json::{Map, Value, json};

use crate::pipeline::factory;

/// Properties that every GstObject has, and that are nobody's to set here.
const INTERNAL: [&str; 2] = ["name", "parent"];

/// Name, factory and settable properties of an element.
pub fn describe(element: &gst::Element) -> Value {
    let all = element.list_properties();
    let described = all.iter().filter(|spec| is_shown(spec));
    let properties: Vec<Value> = described
        .map(|spec| describe_property(element, spec))
        .collect();
    json!({
        "name": element.name().as_str(),
        "factory": factory(element),
        "properties": properties,
    })
}

fn is_shown(spec: &glib::ParamSpec) -> bool {
    spec.flags().contains(ParamFlags::READWRITE)
        && !INTERNAL.contains(&spec.name())
        && kind(spec).is_some()
}

fn describe_property(element: &gst::Element, spec: &glib::ParamSpec) -> Value {
    let mut described = json!({
        "name": spec.name(),
        "nick": spec.nick(),
        "blurb": spec.blurb().map(ToString::to_string),
        "kind": kind(spec),
        "live": spec.flags().contains(gst::PARAM_FLAG_MUTABLE_PLAYING),
        "value": plain(spec, &element.property_value(spec.name())),
        "default": plain(spec, spec.default_value()),
    });
    if let Some(fields) = described.as_object_mut() {
        fields.extend(limits(spec));
        if spec.value_type().is_a(glib::Type::ENUM) {
            fields.insert("choices".to_owned(), choices(spec));
        }
    }
    described
}

/// Which control suits a property; `None` for what no control sets.
fn kind(spec: &glib::ParamSpec) -> Option<&'static str> {
    let kind = spec.value_type();
    match () {
        () if kind.is_a(glib::Type::ENUM) => Some("choice"),
        () if kind == glib::Type::BOOL => Some("switch"),
        () if kind == glib::Type::STRING => Some("text"),
        () if range(spec).is_some() => {
            let is_whole = spec.downcast_ref::<glib::ParamSpecDouble>().is_none();
            Some(if is_whole { "count" } else { "number" })
        }
        () => None,
    }
}

/// Least and largest value of a number.
fn range(spec: &glib::ParamSpec) -> Option<[f64; 2]> {
    if let Some(spec) = spec.downcast_ref::<glib::ParamSpecDouble>() {
        return Some([spec.minimum(), spec.maximum()]);
    }
    if let Some(spec) = spec.downcast_ref::<glib::ParamSpecUInt>() {
        return Some([spec.minimum().into(), spec.maximum().into()]);
    }
    let spec = spec.downcast_ref::<glib::ParamSpecInt>()?;
    Some([spec.minimum().into(), spec.maximum().into()])
}

fn limits(spec: &glib::ParamSpec) -> Map<String, Value> {
    let pair = |[least, most]: [f64; 2]| [("minimum", least), ("maximum", most)];
    let pairs = range(spec).map(pair).into_iter().flatten();
    pairs
        .map(|(name, number)| (name.to_owned(), json!(number)))
        .collect()
}

fn choices(spec: &glib::ParamSpec) -> Value {
    let class = glib::EnumClass::with_type(spec.value_type());
    let values = class.as_ref().map(glib::EnumClass::values);
    let choice =
        |value: &glib::EnumValue| json!({ "value": value.nick(), "meaning": value.name() });
    values.unwrap_or_default().iter().map(choice).collect()
}

/// A value as JSON; enums by their nick.
fn plain(spec: &glib::ParamSpec, value: &glib::Value) -> Value {
    match kind(spec) {
        Some("choice") => {
            let found = glib::EnumValue::from_value(value);
            json!(found.map(|(_, value)| value.nick().to_owned()))
        }
        Some("switch") => json!(value.get::<bool>().ok()),
        Some("text") => json!(value.get::<Option<String>>().ok().flatten()),
        _ => {
            let number = value.get::<f64>().ok();
            let number = number.or_else(|| value.get::<u32>().ok().map(f64::from));
            json!(number.or_else(|| value.get::<i32>().ok().map(f64::from)))
        }
    }
}

/// Sets a property from text, as `gst-launch-1.0` reads it.
///
/// # Errors
/// If there is no such property, or it does not take the value, or not now.
pub fn set(element: &gst::Element, name: &str, text: &str) -> Result<(), String> {
    let spec = element.find_property(name).filter(is_shown);
    let spec = spec.ok_or_else(|| format!("{} has no property {name} to set", element.name()))?;
    let is_live = spec.flags().contains(gst::PARAM_FLAG_MUTABLE_PLAYING);
    if !is_live && element.current_state() > gst::State::Ready {
        return Err(format!("{name} can only be set before the pipeline starts"));
    }
    if let Some([least, most]) = range(&spec) {
        let number: f64 = text
            .trim()
            .parse()
            .map_err(|_| format!("{name}: \"{text}\" is no number"))?;
        if !(least..=most).contains(&number) {
            return Err(format!("{name} takes {least} to {most}, not {text}"));
        }
    }
    element.set_property_from_value(name, &value(&spec, text)?);
    Ok(())
}

fn value(spec: &glib::ParamSpec, text: &str) -> Result<glib::Value, String> {
    // A text means what it says; quotes and escapes are those of launch lines.
    if spec.value_type() == glib::Type::STRING {
        return Ok(text.to_value());
    }
    let read = glib::Value::deserialize_with_pspec(text.trim(), spec);
    read.map_err(|_| format!("{} does not take \"{text}\"", spec.name()))
}
