//! Elements that move frames between system memory and `memory:WGPUMemory`.
//!
//! The filters upload and download by themselves. These two are for pipelines that want it done
//! at a certain place, as once before a `tee` whose branches all filter:
//!
//! ```text
//! gst-launch-1.0 videotestsrc ! wgpuupload ! tee name=t \
//!     t. ! queue ! wgpudenoise ! videoconvert ! autovideosink \
//!     t. ! queue ! wgpudownload ! videoconvert ! autovideosink
//! ```
//! Frames that are in the right memory already pass untouched.

mod imp;

use glib::prelude::*;

use crate::video::WgpuFilter;

glib::wrapper! {
    /// The element `wgpuupload`: gives frames on the GPU.
    pub struct WgpuUpload(ObjectSubclass<imp::WgpuUpload>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

glib::wrapper! {
    /// The element `wgpudownload`: gives frames in system memory.
    pub struct WgpuDownload(ObjectSubclass<imp::WgpuDownload>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers both elements.
///
/// # Errors
/// Where GStreamer refuses a type.
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
