//! Declares the properties of filters, and reads and writes the struct that holds their values.
//!
//! All properties declared here but files can change while playing, and can be bound to a GstController.

use std::path::{Path, PathBuf};

use glib::prelude::*;
use glib::translate::{FromGlib, IntoGlib};
use gst::prelude::*;

/// Upper limit of a time property, in milliseconds.
const MAX_MILLISECONDS: u32 = 60_000;

/// A floating-point property.
pub fn number(
    name: &'static str,
    nick: &'static str,
    blurb: &'static str,
    (minimum, maximum, default): (f64, f64, f64),
) -> glib::ParamSpec {
    glib::ParamSpecDouble::builder(name)
        .nick(nick)
        .blurb(blurb)
        .minimum(minimum)
        .maximum(maximum)
        .default_value(default)
        .controllable()
        .mutable_playing()
        .build()
}

/// A whole-number property from 0 to `maximum`.
pub fn count(
    name: &'static str,
    nick: &'static str,
    blurb: &'static str,
    (maximum, default): (u32, u32),
) -> glib::ParamSpec {
    glib::ParamSpecUInt::builder(name)
        .nick(nick)
        .blurb(blurb)
        .maximum(maximum)
        .default_value(default)
        .controllable()
        .mutable_playing()
        .build()
}

/// A property for a time, 0 to 60,000 milliseconds.
pub fn milliseconds(
    name: &'static str,
    nick: &'static str,
    blurb: &'static str,
    default: u32,
) -> glib::ParamSpec {
    count(name, nick, blurb, (MAX_MILLISECONDS, default))
}

/// An enum property; its default is the enum's own.
pub fn choice<T>(name: &'static str, nick: &'static str, blurb: &'static str) -> glib::ParamSpec
where
    T: StaticType + Default + FromGlib<i32> + IntoGlib<GlibType = i32>,
{
    glib::ParamSpecEnum::builder::<T>(name)
        .nick(nick)
        .blurb(blurb)
        .controllable()
        .mutable_playing()
        .build()
}

/// A boolean property.
pub fn switch(
    name: &'static str,
    nick: &'static str,
    blurb: &'static str,
    default: bool,
) -> glib::ParamSpec {
    glib::ParamSpecBoolean::builder(name)
        .nick(nick)
        .blurb(blurb)
        .default_value(default)
        .controllable()
        .mutable_playing()
        .build()
}

/// A property for a file, which takes effect when the element starts.
pub fn file(name: &'static str, nick: &'static str, blurb: &'static str) -> glib::ParamSpec {
    glib::ParamSpecString::builder(name)
        .nick(nick)
        .blurb(blurb)
        .mutable_ready()
        .build()
}

/// The path in a file property's value; an empty string means none.
pub fn path(value: &glib::Value) -> Option<PathBuf> {
    let text: Option<String> = value.get().unwrap_or_default();
    text.filter(|text| !text.is_empty()).map(PathBuf::from)
}

/// A file property's value for a path.
pub fn path_value(path: Option<&Path>) -> glib::Value {
    let text = path.map(Path::to_string_lossy);
    text.map(|text| text.into_owned()).to_value()
}

/// The error of a file property whose file cannot be written.
pub fn unwritable(name: &str, path: &Path, error: &std::io::Error) -> gst::ErrorMessage {
    gst::error_msg!(
        gst::ResourceError::OpenWrite,
        (
            "The property `{name}` is \"{}\", which cannot be written: {error}",
            path.display()
        )
    )
}

/// Adds `set` and `get`, which find a field by its property's name, to a struct of property values.
#[macro_export]
macro_rules! property_values {
    ($values:ty { $($name:literal => $field:ident),+ $(,)? }) => {
        impl $values {
            /// Sets a property. GObject has already checked type and range.
            pub fn set(&mut self, name: &str, value: &glib::Value) {
                match name {
                    $($name => self.$field = value.get().unwrap_or(self.$field),)+
                    _ => {}
                }
            }

            /// The value of a property; `None` for an unknown name.
            pub fn get(&self, name: &str) -> Option<glib::Value> {
                match name {
                    $($name => Some(glib::value::ToValue::to_value(&self.$field)),)+
                    _ => None,
                }
            }
        }
    };
}
