//! `wgputone`: exposure, contrast and white balance by themselves.
//!
//! For phone contributions, dark rooms and lamps of the wrong colour. The element measures each picture on the GPU and
//! corrects what is wrong with it; a good picture stays nearly as it is:
//!
//! ```text
//! gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! wgputone ! videoconvert ! autovideosink
//! ```
//! Without a file at hand:
//!
//! ```text
//! gst-launch-1.0 videotestsrc num-buffers=100 ! videobalance brightness=-0.3 contrast=0.5 ! wgputone ! \
//!     videoconvert ! autovideosink
//! ```
//! Inside a scene the correction changes slowly, and stays when somebody walks through the picture; at a cut the new
//! scene has its own at once. All properties can change while playing, and be bound to a controller. `strength=0`
//! passes frames through unchanged. `stats` shows what was found. High dynamic range (PQ and HLG) passes through
//! untouched, with a warning, unless `high-dynamic-range` says otherwise.
//!
//! Since: 0.2
//!
//! The algorithm knows no GStreamer. [`toner::Toner`] records the passes of one frame:
//!
//! 1. [`measure`]: histogram and colours of the picture, what they say is wrong, and that smoothed over time
//! 2. [`apply`]: black point, white balance and a curve of luma

pub mod apply;
mod imp;
pub mod levels;
pub mod measure;
pub mod settings;
pub mod toner;

pub use levels::{Colour, Encoding};
pub use measure::Findings;
pub use settings::Settings;
pub use toner::Toner;

use glib::prelude::*;

use crate::gpu::KernelSpec;
use crate::video::WgpuFilter;

/// All kernels of this filter, except those of [`crate::picture`].
pub const KERNELS: &[&KernelSpec] = &[&measure::MEASURE, &apply::APPLY];

glib::wrapper! {
    /// The element `wgputone`.
    pub struct WgpuTone(ObjectSubclass<imp::WgpuTone>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object,
        @implements gst::Preset;
}

/// Registers the element.
///
/// # Errors
/// If GStreamer rejects the type.
pub fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    let type_ = WgpuTone::static_type();
    gst::Element::register(Some(plugin), "wgputone", gst::Rank::NONE, type_)
}
