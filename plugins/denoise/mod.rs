//! `wgpudenoise`: motion-aware spatio-temporal noise reduction.
//!
//! Removes noise from live or recorded video and keeps its texture. It estimates the strength of the noise,
//! so it needs no settings:
//!
//! ```text
//! gst-launch-1.0 filesrc location=noisy.mp4 ! decodebin ! videoconvert ! wgpudenoise ! \
//!     videoconvert ! x264enc ! mp4mux ! filesink location=clean.mp4
//! ```
//! A camera, at the lowest GPU load:
//!
//! ```text
//! gst-launch-1.0 v4l2src ! videoconvert ! wgpudenoise preset=fast ! videoconvert ! autovideosink
//! ```
//! Without a file or camera at hand, removing half of the noise:
//!
//! ```text
//! gst-launch-1.0 videotestsrc num-buffers=100 ! wgpudenoise strength=0.5 ! videoconvert ! autovideosink
//! ```
//! All properties can change while playing, and be bound to a controller. `strength=0` passes frames through
//! unchanged. `stats` shows the noise found.
//!
//! Since: 0.1
//!
//! The algorithm knows no GStreamer. [`denoiser::Denoiser`] records the passes of one frame:
//!
//! 1. [`unpack`]: samples become 8-bit code values in floating point
//! 2. [`noise`]: estimates the noise from the picture and the one before it, and maps where it is
//! 3. [`guide`], [`motion`]: block matching against the last output
//! 4. [`temporal`]: Kalman update of the averaged noisy picture and its variance
//! 5. [`spatial`]: shrinkage of overlapping 8x8 DCT blocks by the noise that is left, and at edges a mean of what
//!    agrees ([`agreeing_mean`](crate::picture::agreeing_mean)); [`neural`]: a network after them
//! 6. [`unpack`] again: values become the frame's own samples

pub mod denoiser;
pub mod grain;
pub mod history;
mod imp;
pub mod lookahead;
pub mod motion_fine;
pub mod neural;
pub mod noise;
pub mod noise_grid;
pub mod noise_passes;
pub mod picture;
pub mod second_pass;
pub mod settings;
pub mod shrink;

pub use crate::picture::stream::{Build, Scan, Shape};
pub use crate::picture::{guide, motion, plane, planes, scene_cut, spatial, temporal, unpack};
pub use denoiser::{Denoiser, Statistics};
pub use settings::{Preset, Settings};

use glib::prelude::*;

use crate::gpu::KernelSpec;
use crate::video::WgpuFilter;

/// All kernels of this filter.
pub const KERNELS: &[&KernelSpec] = &[
    &noise_passes::NOISE_CELLS,
    &noise_passes::NOISE_SITES,
    &noise_passes::NOISE_MODEL,
    &neural::STATE_CELLS,
    &neural::NETWORK_SHRINK,
    &grain::sites::GRAIN_SITES,
    &noise_passes::NOISE_MAP,
];

/// Values of the property `preset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuDenoisePreset")]
pub enum DenoisePreset {
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
    #[enum_value(name = "For any discrete GPU, 4K included", nick = "balanced")]
    Balanced,
    /// Best quality.
    #[enum_value(name = "The best result, about four times the cost", nick = "quality")]
    Quality,
    /// A trained network behind the recursion of `quality`.
    #[enum_value(
        name = "Better than quality by a trained network, for fast GPUs",
        nick = "neural"
    )]
    Neural,
}

/// Values of the property `tune`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuDenoiseTune")]
pub enum DenoiseTune {
    /// No floor under the estimate.
    #[default]
    #[enum_value(name = "As much as is found", nick = "auto")]
    Auto,
    /// Grain of tapes and webcams.
    #[enum_value(name = "At least faint noise: tapes, webcams", nick = "light")]
    Light,
    /// Noise that is plainly seen.
    #[enum_value(
        name = "At least visible noise: CCTV, phones at night",
        nick = "medium"
    )]
    Medium,
    /// Noise that hides detail.
    #[enum_value(
        name = "At least strong noise, also at the cost of detail",
        nick = "strong"
    )]
    Strong,
}

impl DenoiseTune {
    /// Least standard deviations of the noise in luma and in chroma, in 8-bit code values. Chroma's are
    /// higher: eyes miss less there, and coders leave more.
    pub fn floor(self) -> [f32; 2] {
        match self {
            Self::Auto => [0.0; 2],
            Self::Light => [3.0, 4.0],
            Self::Medium => [5.0, 6.0],
            Self::Strong => [9.0, 10.0],
        }
    }
}

glib::wrapper! {
    /// The element `wgpudenoise`.
    pub struct WgpuDenoise(ObjectSubclass<imp::WgpuDenoise>)
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
        DenoisePreset::static_type().mark_as_plugin_api(gst::PluginAPIFlags::empty());
        DenoiseTune::static_type().mark_as_plugin_api(gst::PluginAPIFlags::empty());
    }
    let type_ = WgpuDenoise::static_type();
    gst::Element::register(Some(plugin), "wgpudenoise", gst::Rank::NONE, type_)
}
