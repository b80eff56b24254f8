//! How filters declare their properties, and read and write the values behind them.
//!
//! All of these can be set while playing, and bound to a controller.

use glib::prelude::*;
use glib::translate::{FromGlib, IntoGlib};
use gst::prelude::*;

/// The longest time that a property takes, in milliseconds.
const LONGEST: u32 = 60_000;

/// A property that is a number with a fraction.
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

/// A property that is a whole number from 0 on.
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

/// A property that is a time in milliseconds.
pub fn milliseconds(
    name: &'static str,
    nick: &'static str,
    blurb: &'static str,
    default: u32,
) -> glib::ParamSpec {
    count(name, nick, blurb, (LONGEST, default))
}

/// A property that is one of several names; the enum's own default is that of the property.
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

/// A property that is on or off.
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

/// Gives a struct of property values `set` and `get` by the names of the properties.
#[macro_export]
macro_rules! property_values {
    ($values:ty { $($name:literal => $field:ident),+ $(,)? }) => {
        impl $values {
            /// Sets a property; GObject has checked its type and range.
            pub fn set(&mut self, name: &str, value: &glib::Value) {
                match name {
                    $($name => self.$field = value.get().unwrap_or(self.$field),)+
                    _ => {}
                }
            }

            /// The value of a property; no value under another name.
            pub fn get(&self, name: &str) -> Option<glib::Value> {
                match name {
                    $($name => Some(glib::value::ToValue::to_value(&self.$field)),)+
                    _ => None,
                }
            }
        }
    };
}
