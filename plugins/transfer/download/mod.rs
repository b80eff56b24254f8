//! `wgpudownload`: `memory:WGPUMemory` to system memory.
//!
//! The filters download by themselves where the next element wants system memory; this element
//! is for pipelines that want it at a certain place:
//!
//! ```text
//! gst-launch-1.0 videotestsrc ! wgpuupload ! wgpudownload ! autovideosink
//! ```
//! Frames that are in system memory already pass untouched.

mod imp;

use glib::prelude::*;

use crate::video::WgpuFilter;

glib::wrapper! {
    /// The element `wgpudownload`.
    pub struct WgpuDownload(ObjectSubclass<imp::WgpuDownload>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element.
///
/// # Errors
/// Where GStreamer refuses the type.
pub fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    gst::Element::register(
        Some(plugin),
        "wgpudownload",
        gst::Rank::NONE,
        WgpuDownload::static_type(),
    )
}
