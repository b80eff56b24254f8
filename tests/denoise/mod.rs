//! `wgpudenoise`: its passes without GStreamer, and the element.

mod element;
mod noise;
mod noise_rig;
