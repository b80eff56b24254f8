//! `wgpudeartifact`: its passes without GStreamer, and the element.

mod element;
mod model;
pub mod network;
mod network_file;
mod passes;
