//! `wgpuupload`: system memory to `memory:WGPUMemory`.
//!
//! The filters upload by themselves; this element is for pipelines that want the frames on the
//! GPU at a certain place, as before a `tee` whose branches all filter:
//!
//! ```text
//! gst-launch-1.0 videotestsrc ! wgpuupload ! tee name=t \
//!     t. ! queue ! wgpudenoise ! autovideosink  t. ! queue ! wgpudownload ! autovideosink
//! ```
//! Frames that are on the GPU already pass untouched.

mod imp;

use glib::prelude::*;

use crate::video::WgpuFilter;

glib::wrapper! {
    /// The element `wgpuupload`.
    pub struct WgpuUpload(ObjectSubclass<imp::WgpuUpload>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element.
///
/// # Errors
/// Where GStreamer refuses the type.
pub fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    gst::Element::register(
        Some(plugin),
        "wgpuupload",
        gst::Rank::NONE,
        WgpuUpload::static_type(),
    )
}
