//! `wgpucompare` shows two streams in one picture: a wipe whose line the mouse drags, both beside one another, or their
//! difference, amplified.
//!
//! The pad `sink` takes the one, a request pad `second` the other; frames belong together by running time.
//!
//! Since: 0.2

mod imp;
pub mod mix;
pub mod settings;

pub use settings::{Mode, Settings};

use glib::prelude::*;

use crate::gpu::KernelSpec;
use crate::video::WgpuFilter;

/// All kernels of this filter.
pub const KERNELS: &[&KernelSpec] = &[&mix::MIX];

/// Values of the property `mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuCompareMode")]
pub enum CompareMode {
    /// A line between both.
    #[default]
    #[enum_value(
        name = "The first left of a line, the second right of it",
        nick = "wipe"
    )]
    Wipe,
    /// Half of each.
    #[enum_value(
        name = "The middle half of both, beside one another",
        nick = "side-by-side"
    )]
    SideBySide,
    /// Where they differ.
    #[enum_value(name = "Second minus first, amplified, on grey", nick = "difference")]
    Difference,
}

glib::wrapper! {
    /// The element `wgpucompare`.
    pub struct WgpuCompare(ObjectSubclass<imp::WgpuCompare>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element.
///
/// # Errors
/// If GStreamer rejects the type.
pub fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    #[cfg(feature = "doc")]
    {
        use gst::prelude::*;
        CompareMode::static_type().mark_as_plugin_api(gst::PluginAPIFlags::empty());
    }
    let type_ = WgpuCompare::static_type();
    gst::Element::register(Some(plugin), "wgpucompare", gst::Rank::NONE, type_)
}
