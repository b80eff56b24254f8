//! Elements that move frames between system memory and `memory:WGPUMemory`.
//!
//! The filters upload and download on their own. These two elements are for pipelines that need it at a
//! certain place, such as once before a `tee` whose branches all filter:
//!
//! ```text
//! gst-launch-1.0 videotestsrc ! wgpuupload ! tee name=t \
//!     t. ! queue ! wgpudenoise ! videoconvert ! autovideosink \
//!     t. ! queue ! wgpudownload ! videoconvert ! autovideosink
//! ```
//! Frames that are already in the right memory pass through unchanged.

mod imp;

use glib::prelude::*;

use crate::video::WgpuFilter;

glib::wrapper! {
    /// The element `wgpuupload`: outputs frames on the GPU.
    pub struct WgpuUpload(ObjectSubclass<imp::WgpuUpload>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

glib::wrapper! {
    /// The element `wgpudownload`: outputs frames in system memory.
    pub struct WgpuDownload(ObjectSubclass<imp::WgpuDownload>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers both elements.
///
/// # Errors
/// If GStreamer rejects a type.
pub fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    let elements = [
        ("wgpuupload", WgpuUpload::static_type()),
        ("wgpudownload", WgpuDownload::static_type()),
    ];
    for (name, type_) in elements {
        gst::Element::register(Some(plugin), name, gst::Rank::NONE, type_)?;
    }
    Ok(())
}
