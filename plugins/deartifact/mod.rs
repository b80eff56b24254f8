//! `wgpudeartifact`: removes compression artifacts.
//!
//! For old MPEG-2 archives, phone uploads and weak contribution links, with blocking, ringing and mosquito
//! noise around edges, and bands in skies. The element estimates how damaged the picture is and repairs that
//! much; a clean picture stays almost unchanged:
//!
//! ```text
//! gst-launch-1.0 filesrc location=old.mpg ! decodebin ! videoconvert ! wgpudeartifact ! \
//!     videoconvert ! x264enc ! mp4mux ! filesink location=repaired.mp4
//! ```
//! Without a file at hand:
//!
//! ```text
//! gst-launch-1.0 videotestsrc num-buffers=100 ! jpegenc quality=20 ! jpegdec ! wgpudeartifact ! \
//!     videoconvert ! autovideosink
//! ```
//! All properties can change while playing, and be bound to a controller. `strength=0` passes frames through
//! unchanged. `stats` shows the damage found. Interlaced video is repaired field by field.
//!
//! Since: 0.1
//!
//! The algorithm knows no GStreamer. [`repairer::Repairer`] records the passes of one frame:
//!
//! 1. [`analysis`]: block grid, blockiness, ringing and an equivalent quantizer, on the GPU
//! 2. [`repair`]: deblocking at that grid
//! 3. [`shrinkage`] of overlapping 8x8 DCT blocks by the quantizer, with trained curves: once with preset
//!    `fast`; with `balanced` more densely, and a second time with weights from the first result
//! 4. [`settle`], except with `fast`: temporal averaging along the motion
//! 5. [`repair`] again, of luma: limits the change to what the quantizer explains and to the range of the
//!    surrounding pixels, and smooths bands with dither
//! 6. [`chroma`]: averages chroma where luma is alike, against blocks and bleeding of colour
//!
//! With preset `quality`, a trained [`crate::network`] run by [`learned`] replaces steps 2, 3 and 5. Weights
//! that read the last output too get it along the motion, which is then searched in the damaged picture, before the
//! repair.

pub mod analysis;
pub mod chroma;
pub mod classical;
mod imp;
pub mod learned;
pub mod picture;
pub mod repair;
pub mod repairer;
pub mod settings;
pub mod settle;
pub mod shrinkage;

pub use crate::picture::stream::{Scan, Shape};
pub use analysis::Findings;
pub use repairer::Repairer;
pub use settings::{Preset, Settings};

use glib::prelude::*;

use crate::gpu::KernelSpec;
use crate::video::WgpuFilter;

/// Layers and weights of the trained network; see `training/README.md`.
pub const WEIGHTS: &[u8] = include_bytes!("weights/deartifact.bin");

/// All kernels of this filter, except those of [`crate::picture`].
pub const KERNELS: &[&KernelSpec] = &[
    &analysis::DAMAGE_GRID,
    &analysis::DAMAGE_MODEL,
    &repair::REPAIR,
    &repair::FINISH,
    &chroma::CHROMA,
    &shrinkage::SHRINK_ONCE,
    &shrinkage::SHRINK_FIRST,
    &shrinkage::SHRINK_SECOND,
    &shrinkage::SHRINK_ONCE_TILE,
    &shrinkage::SHRINK_FIRST_TILE,
    &shrinkage::SHRINK_SECOND_TILE,
    &settle::SETTLE,
    &learned::CORRECTION_SHARE,
];

/// Values of the property `preset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuDeartifactPreset")]
pub enum DeartifactPreset {
    /// `balanced` on a GPU; in software the best that holds the frame rate.
    #[default]
    #[enum_value(
        name = "Balanced on a GPU; in software the best that holds the frame rate",
        nick = "auto"
    )]
    Auto,
    /// Fewest passes.
    #[enum_value(name = "For software Vulkan and integrated GPUs", nick = "fast")]
    Fast,
    /// What `auto` chooses on a GPU.
    #[enum_value(name = "For any discrete GPU", nick = "balanced")]
    Balanced,
    /// Runs a trained network.
    #[enum_value(
        name = "A trained network: gains most, for strong discrete GPUs",
        nick = "quality"
    )]
    Quality,
}

glib::wrapper! {
    /// The element `wgpudeartifact`.
    pub struct WgpuDeartifact(ObjectSubclass<imp::WgpuDeartifact>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object,
        @implements gst::Preset;
}

/// Registers the element.
///
/// # Errors
/// If GStreamer rejects the type.
pub fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    #[cfg(feature = "doc")]
    {
        use gst::prelude::*;
        DeartifactPreset::static_type().mark_as_plugin_api(gst::PluginAPIFlags::empty());
    }
    let type_ = WgpuDeartifact::static_type();
    gst::Element::register(Some(plugin), "wgpudeartifact", gst::Rank::NONE, type_)
}
