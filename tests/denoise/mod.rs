//! The passes of `wgpudenoise`, without GStreamer.

mod noise;
mod noise_rig;
