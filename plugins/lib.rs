//! GStreamer elements that denoise, repair and overlay live video on the GPU.
//!
//! * [`gpu`]: the GPU layer on top of wgpu; knows no GStreamer
//! * [`video`]: the bridge to GStreamer: GPU memory, device sharing, and the base class of all filters
//! * [`picture`]: working planes and passes that filters share
//! * [`network`]: trained networks on working planes
//! * [`report`]: figures and reports as JSON lines
//! * [`compare`]: two streams in one picture
//! * [`deartifact`]: removal of compression artifacts
//! * [`denoise`]: noise reduction
//! * [`tone`]: exposure, contrast and white balance
//! * [`trackoverlay`]: tracks a plane and places pictures on it
//! * [`transfer`]: `wgpuupload` and `wgpudownload`

// A panic on a host's streaming thread would end its process, so an index out of bounds must be handled.
#![warn(clippy::indexing_slicing)]
// Elements that hold frames of another pad hold wgpu's types many layers deep, of which the compiler proves `Send`.
#![recursion_limit = "256"]

pub mod compare;
pub mod deartifact;
pub mod denoise;
pub mod gpu;
pub mod network;
pub mod picture;
pub mod report;
pub mod tone;
pub mod trackoverlay;
pub mod transfer;
pub mod video;

/// Registers each element. Opens no device.
fn plugin_init(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    compare::register(plugin)?;
    deartifact::register(plugin)?;
    denoise::register(plugin)?;
    tone::register(plugin)?;
    trackoverlay::register(plugin)?;
    transfer::register(plugin)?;
    Ok(())
}

gst::plugin_define!(
    wgpu,
    env!("CARGO_PKG_DESCRIPTION"),
    plugin_init,
    concat!(env!("CARGO_PKG_VERSION"), "-", env!("COMMIT_ID")),
    "MPL-2.0",
    env!("CARGO_PKG_NAME"),
    env!("CARGO_PKG_NAME"),
    // GStreamer's own word for builds that no distribution made.
    "Unknown package origin",
    env!("BUILD_REL_DATE")
);
