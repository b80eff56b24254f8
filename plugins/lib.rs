//! GStreamer elements that clean and decorate live video on the GPU.
//!
//! * [`gpu`]: all of wgpu; knows no GStreamer
//! * [`video`]: the bridge: GPU memory, device sharing, and the base class of all filters
//! * [`picture`]: planes and passes that filters share
//! * [`network`]: trained networks on working planes
//! * [`deartifact`]: repair of compression damage
//! * [`denoise`]: noise reduction
//! * [`trackoverlay`]: following a plane and placing pictures on it
//! * [`transfer`]: `wgpuupload` and `wgpudownload`

// Hosts call from their streaming threads: an index that is out of bounds must be an error there.
#![warn(clippy::indexing_slicing)]

pub mod deartifact;
pub mod denoise;
pub mod gpu;
pub mod network;
pub mod picture;
pub mod trackoverlay;
pub mod transfer;
pub mod video;

/// One line for each element. No device is opened here.
fn plugin_init(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    deartifact::register(plugin)?;
    denoise::register(plugin)?;
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
    env!("CARGO_PKG_REPOSITORY"),
    env!("BUILD_REL_DATE")
);
