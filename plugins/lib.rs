//! GStreamer elements that clean and decorate live video on the GPU.
//!
//! * [`gpu`]: all of wgpu; knows no GStreamer
//! * [`video`]: the bridge: GPU memory, device sharing, and the base class of all filters

pub mod gpu;
pub mod video;
