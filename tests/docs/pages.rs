//! Each element has a page in `docs/elements`, whose lists of properties, signals and pads are made here from the
//! element itself. `UPDATE_DOCS=1 cargo nextest run docs::pages` writes them anew.

use std::fmt::Write as _;

use gst::glib;
use gst::glib::subclass::{SignalId, SignalQuery};
use gst::prelude::*;

use super::fields::quoted;
use super::{file, read};
use crate::video::init;

/// Elements by the page that tells of them.
const PAGES: [(&str, &[&str]); 6] = [
    ("wgpucompare", &["wgpucompare"]),
    ("wgpudenoise", &["wgpudenoise"]),
    ("wgpudeartifact", &["wgpudeartifact"]),
    ("wgputone", &["wgputone"]),
    ("wgputrackoverlay", &["wgputrackoverlay"]),
    ("wgpuupload", &["wgpuupload", "wgpudownload"]),
];
const START: &str = "<!-- made from the element: UPDATE_DOCS=1 cargo nextest run docs::pages -->\n";
const END: &str = "<!-- end -->\n";

/// Type and range of a property, as an operator writes it.
fn kind(spec: &glib::ParamSpec) -> String {
    let range = |name: &str, low: String, high: String| format!("{name}, {low} to {high}");
    if let Some(spec) = spec.downcast_ref::<glib::ParamSpecDouble>() {
        return range(
            "double",
            spec.minimum().to_string(),
            spec.maximum().to_string(),
        );
    }
    if let Some(spec) = spec.downcast_ref::<glib::ParamSpecUInt>() {
        return range(
            "unsigned integer",
            spec.minimum().to_string(),
            spec.maximum().to_string(),
        );
    }
    if let Some(spec) = spec.downcast_ref::<glib::ParamSpecInt>() {
        return range(
            "integer",
            spec.minimum().to_string(),
            spec.maximum().to_string(),
        );
    }
    match spec.value_type() {
        glib::Type::STRING => "string".to_owned(),
        glib::Type::BOOL => "boolean".to_owned(),
        other => format!("`{}`", other.name()),
    }
}

/// The value of an element just made.
fn default(element: &gst::Element, spec: &glib::ParamSpec) -> String {
    let value = element.property_value(spec.name());
    if let Some((_, value)) = glib::EnumValue::from_value(&value) {
        return format!("`{}`", value.nick());
    }
    if let Ok(text) = value.get::<Option<String>>() {
        return text.map_or("none".to_owned(), |text| format!("`{text}`"));
    }
    if let Ok(number) = value.get::<f64>() {
        return number.to_string();
    }
    let text = value.transform::<String>();
    text.map(|text| text.get::<String>().unwrap_or_default().to_lowercase())
        .unwrap_or_default()
}

fn when(spec: &glib::ParamSpec) -> &'static str {
    let flags = spec.flags();
    if !flags.contains(glib::ParamFlags::WRITABLE) {
        "read only"
    } else if !flags.contains(gst::PARAM_FLAG_MUTABLE_PLAYING) {
        "set in NULL or READY"
    } else if flags.contains(gst::PARAM_FLAG_CONTROLLABLE) {
        "set at any time, controllable"
    } else {
        "set at any time"
    }
}

fn property(out: &mut String, element: &gst::Element, spec: &glib::ParamSpec) {
    let default = match spec.flags().contains(glib::ParamFlags::WRITABLE) {
        true => format!("default {}; ", default(element, spec)),
        false => String::new(),
    };
    writeln!(
        out,
        "**`{}`** ({}; {default}{})  ",
        spec.name(),
        kind(spec),
        when(spec)
    )
    .unwrap();
    writeln!(out, "{}.\n", spec.blurb().unwrap_or_default()).unwrap();
    let Some(class) = glib::EnumClass::with_type(spec.value_type()) else {
        return;
    };
    for value in class.values() {
        writeln!(out, "- `{}`: {}", value.nick(), value.name()).unwrap();
    }
    out.push('\n');
}

/// Kinds of memory that a pad takes, each once.
fn memories(caps: &gst::Caps) -> String {
    let mut names: Vec<String> = Vec::new();
    for (_, features) in caps.iter_with_features() {
        let all: Vec<String> = features.iter().map(|feature| feature.to_string()).collect();
        let memory = all.iter().find(|feature| feature.starts_with("memory:"));
        let name = match memory.map(String::as_str) {
            None | Some("memory:SystemMemory") => "system memory".to_owned(),
            Some(memory) => format!("`{memory}`"),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

fn pads(out: &mut String, factory: &gst::ElementFactory) {
    let mut templates: Vec<_> = factory.static_pad_templates().into_iter().collect();
    templates.sort_by_key(|template| template.name_template().to_string());
    for template in templates {
        let presence = match template.presence() {
            gst::PadPresence::Request => ", on request",
            _ => "",
        };
        let direction = match template.direction() {
            gst::PadDirection::Src => "output",
            _ => "input",
        };
        writeln!(
            out,
            "- `{}` ({direction}{presence}): {}",
            template.name_template(),
            memories(&template.caps())
        )
        .unwrap();
    }
    out.push('\n');
}

fn made(name: &str) -> String {
    init();
    let factory = gst::ElementFactory::find(name).unwrap();
    let element = factory.create().build().unwrap();
    let mut out = format!(
        "### Pads of {name}\n\n`video/x-raw` in [these formats](../FORMATS.md), progressive or interlaced, in\n\n"
    );
    pads(&mut out, &factory);
    writeln!(out, "### Properties of {name}\n").unwrap();
    let mut properties = element.list_properties().to_vec();
    properties
        .retain(|spec| spec.owner_type().name().starts_with("GstWgpu") || spec.name() == "qos");
    // Its own first, then those that all filters have.
    properties.sort_by_key(|spec| spec.owner_type() != element.type_());
    for spec in &properties {
        property(&mut out, &element, spec);
    }
    out
}

#[test]
fn pages_list_what_the_elements_have() {
    for (page, elements) in PAGES {
        let path = file(&format!("docs/elements/{page}.md"));
        let text = read(&path);
        let (before, rest) = text.split_once(START).expect("the mark where lists begin");
        let (old, after) = rest.split_once(END).expect("the mark where lists end");
        let new: String = elements.iter().map(|name| made(name)).collect();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, format!("{before}{START}{new}{END}{after}")).unwrap();
        } else {
            assert_eq!(
                old, new,
                "{page}: run UPDATE_DOCS=1 cargo nextest run docs::pages"
            );
        }
    }
}

/// Their names are read from the sources; what the elements say of them is compared with the page.
#[test]
fn pages_name_each_signal_and_its_arguments() {
    init();
    let names = quoted("signal(");
    assert!(names.contains("arm-at"), "{names:?}");
    for (page, elements) in PAGES {
        let text = read(&file(&format!("docs/elements/{page}.md")));
        for element in elements {
            let element = gst::ElementFactory::make(element).build().unwrap();
            let signals = names
                .iter()
                .filter_map(|name| SignalId::lookup(name, element.type_()));
            for signal in signals {
                check_signal(&text, &signal.query());
            }
        }
    }
}

fn check_signal(text: &str, query: &SignalQuery) {
    let name = query.signal_name();
    let head = format!("**`{name}(");
    let line = text.lines().find(|line| line.starts_with(&head));
    let line = line.unwrap_or_else(|| panic!("no line that begins with {head}"));
    let inside = line.split(['(', ')']).nth(1).unwrap_or_default();
    let arguments = inside.split(", ").filter(|a| !a.is_empty());
    let types: Vec<&str> = arguments
        .map(|a| a.split(": ").nth(1).unwrap_or(a))
        .collect();
    let spelt = |t: glib::Type| match t {
        glib::Type::STRING => "string",
        glib::Type::U64 => "guint64",
        other => other.name(),
    };
    let real: Vec<&str> = query
        .param_types()
        .iter()
        .map(|t| spelt(t.type_()))
        .collect();
    assert_eq!(types, real, "{line}");
    let returned = spelt(query.return_type().type_()).replace("gboolean", "boolean");
    assert!(
        line.contains(&format!("-> {returned}`**")),
        "{line} returns {returned}"
    );
}
